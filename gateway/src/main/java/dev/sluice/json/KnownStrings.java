package dev.sluice.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the ends of strings in a text that is known to be well-formed: nothing else is checked. */
final class KnownStrings {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';

  private KnownStrings() {}

  /**
   * Where the string that begins at {@code from} ends, behind its closing quote; -1 where it does
   * not end before {@code to}.
   */
  static int end(byte[] text, int from, int to) {
    int first = from + 1;
    int quote = nextQuote(text, first, to);
    while (quote < to && isEscaped(text, first, quote)) {
      quote = nextQuote(text, quote + 1, to);
    }
    return quote < to ? quote + 1 : -1;
  }

  /** Whether an odd number of backslashes stands before the quote. */
  private static boolean isEscaped(byte[] text, int first, int quote) {
    int run = quote;
    while (run > first && text[run - 1] == '\\') {
      run--;
    }
    return (quote - run & 1) != 0;
  }

  /** Where the next quote stands; {@code to} for nowhere. */
  private static int nextQuote(byte[] text, int from, int to) {
    int i = from;
    // Four words at a time: most strings that take long are texts with few quotes in them.
    while (i + 4 * Long.BYTES <= to
        && (quotes(text, i)
                | quotes(text, i + Long.BYTES)
                | quotes(text, i + 2 * Long.BYTES)
                | quotes(text, i + 3 * Long.BYTES))
            == 0) {
      i += 4 * Long.BYTES;
    }
    while (i + Long.BYTES <= to) {
      long hits = quotes(text, i);
      if (hits != 0) {
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < to && text[i] != '"') {
      i++;
    }
    return i;
  }

  /** Where quotes are among eight bytes; what stands behind the first one may be none. */
  private static long quotes(byte[] text, int i) {
    long word = (long) LONGS.get(text, i) ^ QUOTES;
    return (word - ONES) & ~word & HIGHS;
  }
}
