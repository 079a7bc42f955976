package dev.sluice.json;

/**
 * How a text is scanned.
 *
 * @param depthMax how deep arrays and objects may nest, from 1
 * @param violationsMax how many violations are noted; further ones are not
 * @param duplicates what a name given twice means
 */
public record ScanOptions(int depthMax, int violationsMax, Duplicates duplicates) {
  public ScanOptions {
    if (depthMax < 1 || violationsMax < 1) {
      throw new IllegalArgumentException("depth and violations must be at least 1");
    }
  }

  /** What a name given twice in one object means. */
  public enum Duplicates {
    /** A violation: two readers could take different ones. */
    REFUSED,
    /** The last one counts. */
    LAST_WINS
  }
}
