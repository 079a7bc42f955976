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
  private static final long BACKSLASHES = ONES * '\\';

  private KnownStrings() {}

  /**
   * Where the string that begins at {@code from} ends, behind its closing quote; -1 where it does
   * not end before {@code to}.
   */
  static int end(byte[] text, int from, int to) {
    int first = from + 1;
    int i = first;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long word = (long) LONGS.get(text, i) ^ QUOTES;
      // Cheap, and wrong only about bytes behind a quote: most words have none.
      if (((word - ONES) & ~word & HIGHS) != 0) {
        int quote = closing(text, first, i, zeros(word));
        if (quote >= 0) {
          return quote + 1;
        }
      }
    }
    for (; i < to; i++) {
      if (text[i] == '"' && !isEscaped(text, first, i)) {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * The first of the quotes in the eight bytes at {@code i} that is not escaped; -1 for none. Those
   * behind a single backslash, as nearly all within a text are, are sorted out without a branch for
   * each, which takes a third off a text that quotes now and then.
   */
  private static int closing(byte[] text, int first, int i, long quotes) {
    // The opening quote stands before the first byte, so that there is always one before.
    long behind = zeros((long) LONGS.get(text, i - 1) ^ BACKSLASHES);
    // Of two backslashes the second may be no escape; what stands before the word is not seen.
    long doubtful = behind << Byte.SIZE | 0xff;
    long open = quotes & (~behind | doubtful);
    while (open != 0) {
      int quote = i + (Long.numberOfTrailingZeros(open) >>> 3);
      if (!isEscaped(text, first, quote)) {
        return quote;
      }
      open &= open - 1;
    }
    return -1;
  }

  /** Whether an odd number of backslashes stands before the quote. */
  private static boolean isEscaped(byte[] text, int first, int quote) {
    int run = quote;
    while (run > first && text[run - 1] == '\\') {
      run--;
    }
    return (quote - run & 1) != 0;
  }

  /** The high bits of exactly those bytes that are zero. */
  private static long zeros(long word) {
    return ~(((word & ~HIGHS) + ~HIGHS) | word) & HIGHS;
  }
}
