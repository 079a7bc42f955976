package dev.sluice.config;

/**
 * A secret value from the environment or a file. Prints as {@code ***}.
 *
 * @param value the secret itself
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
