package dev.sluice.config;

/**
 * An amount of memory, written {@code 512B}, {@code 64KB}, {@code 32MB} or {@code 1GB} (powers of
 * 1024).
 *
 * @param bytes not negative
 */
public record DataSize(long bytes) {
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is negative: " + bytes);
    }
  }

  /** The size as an {@code int}, for what is indexed by one. */
  public int intBytes() {
    return Math.toIntExact(bytes);
  }
}
