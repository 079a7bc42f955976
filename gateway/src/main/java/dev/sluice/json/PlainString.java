package dev.sluice.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the end of a JSON string whose bytes are what {@link JsonWriter} would write for it, so
 * that it can be passed on without being made a string of Java's: UTF-8 without fault, and no
 * escapes but the short ones for what must be escaped.
 */
public final class PlainString {

  /** The string is not such a one, or not whole: it must be read. */
  public static final long NOT_PLAIN = -1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private PlainString() {}

  /**
   * Looks at a string that begins, behind its opening quote, at {@code from}.
   *
   * @return what {@link #end} and {@link #chars} tell of, or {@link #NOT_PLAIN}
   */
  public static long look(byte[] bytes, int from, int to) {
    int i = from;
    // Bytes beyond one for each of UTF-16's units.
    int extra = 0;
    while (true) {
      // Eight bytes at a time as long as none of them needs a look.
      while (i + Long.BYTES <= to) {
        long word = (long) LONGS.get(bytes, i);
        long hits = JsonCursor.unusual(word);
        if (hits != 0) {
          i += Long.numberOfTrailingZeros(hits) >>> 3;
          break;
        }
        i += Long.BYTES;
      }
      if (i >= to) {
        return NOT_PLAIN;
      }
      byte b = bytes[i];
      if (b == '"') {
        return (long) i << Integer.SIZE | (i - from - extra);
      }
      int length = b >= ' ' && b != '\\' ? 1 : length(bytes, i, to);
      if (length == 0) {
        return NOT_PLAIN;
      }
      i += length;
      extra += length - (length == 4 ? 2 : 1);
    }
  }

  /** Where the closing quote of a string that was looked at stands. */
  public static int end(long looked) {
    return (int) (looked >> Integer.SIZE);
  }

  /** How many of UTF-16's units a string that was looked at has. */
  public static int chars(long looked) {
    return (int) looked;
  }

  /**
   * The length of the escape or the character of several bytes at {@code i}; 0 where it is none.
   */
  private static int length(byte[] bytes, int i, int to) {
    if (i + 1 >= to) {
      return 0;
    }
    int lead = bytes[i] & 0xff;
    int second = bytes[i + 1] & 0xff;
    if (lead == '\\') {
      return switch (second) {
        case '"', '\\', 'n', 'r', 't', 'b', 'f' -> 2;
        default -> 0;
      };
    }
    // RFC 3629, section 4.
    if (lead >= 0xc2 && lead <= 0xdf) {
      return isTail(second) ? 2 : 0;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
      boolean whole = i + 2 < to && isTail(second) && isTail(bytes[i + 2] & 0xff);
      boolean allowed = lead == 0xe0 ? second >= 0xa0 : lead != 0xed || second <= 0x9f;
      return whole && allowed ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
      boolean whole =
          i + 3 < to
              && isTail(second)
              && isTail(bytes[i + 2] & 0xff)
              && isTail(bytes[i + 3] & 0xff);
      boolean allowed = lead == 0xf0 ? second >= 0x90 : lead != 0xf4 || second <= 0x8f;
      return whole && allowed ? 4 : 0;
    }
    return 0;
  }

  private static boolean isTail(int b) {
    return b >= 0x80 && b <= 0xbf;
  }
}
