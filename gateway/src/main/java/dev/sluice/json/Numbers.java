package dev.sluice.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Exact numbers out of JSON text, with bounds on what a hostile one may cost. */
final class Numbers {

  /** Longer numbers are not read: no field needs them, and reading them takes quadratic time. */
  private static final int LENGTH_MAX = 400;

  private static final int EXPONENT_MAX = 10_000;
  private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private Numbers() {}

  /** The number that stands there, known to be well-formed; {@code null} where it is absurd. */
  static @Nullable BigDecimal read(byte[] bytes, int start, int end) {
    if (end - start > LENGTH_MAX) {
      return null;
    }
    try {
      BigDecimal number =
          new BigDecimal(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
      return Math.abs((long) number.scale()) > EXPONENT_MAX ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static boolean isWhole(BigDecimal number) {
    return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
  }

  static boolean fitsLong(BigDecimal number) {
    return number.compareTo(LONG_MIN) >= 0 && number.compareTo(LONG_MAX) <= 0;
  }
}
