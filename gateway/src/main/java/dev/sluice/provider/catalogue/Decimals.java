package dev.sluice.provider.catalogue;

import java.math.BigDecimal;

/** Decimals as the catalogue's files write them: digits, with a point among them at most. */
final class Decimals {

  private static final int CHARS_MAX = 24;

  private Decimals() {}

  /**
   * The number that {@code text} says.
   *
   * @throws IllegalArgumentException where it is written otherwise
   */
  static BigDecimal read(String key, String text) {
    boolean plain = !text.isEmpty() && text.length() <= CHARS_MAX && text.charAt(0) != '.';
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = (c >= '0' && c <= '9') || c == '.';
    }
    if (!plain || text.endsWith(".") || text.indexOf('.') != text.lastIndexOf('.')) {
      throw new IllegalArgumentException("`" + key + "` must be a decimal: " + text);
    }
    return new BigDecimal(text);
  }
}
