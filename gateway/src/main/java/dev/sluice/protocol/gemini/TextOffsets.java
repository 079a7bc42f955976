package dev.sluice.protocol.gemini;

import dev.sluice.chat.Citation;
import java.util.Arrays;

/**
 * Turns places in a text between bytes of its UTF-8, in which this protocol counts, and characters,
 * in which clients do. It keeps no text but only where runs of characters of one width begin, and
 * gives up on texts with too many of them. Owned by one thread.
 */
final class TextOffsets {

  /** Texts with more changes between widths are not followed. */
  static final int RUNS_MAX = 4_096;

  private int[] runBytes = new int[4];
  private int[] runChars = new int[4];
  private int[] runWidths = new int[4];
  private int runs;
  private int bytes;
  private int chars;

  /** Takes more of the text. */
  void add(String text) {
    int i = 0;
    while (i < text.length() && runs <= RUNS_MAX) {
      int point = text.codePointAt(i);
      int width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (runs == 0 || runWidths[runs - 1] != width) {
        begin(width);
      }
      bytes += width;
      chars++;
      i += Character.charCount(point);
    }
  }

  private void begin(int width) {
    if (runs == runBytes.length) {
      runBytes = Arrays.copyOf(runBytes, runs * 2);
      runChars = Arrays.copyOf(runChars, runs * 2);
      runWidths = Arrays.copyOf(runWidths, runs * 2);
    }
    if (runs < RUNS_MAX) {
      runBytes[runs] = bytes;
      runChars[runs] = chars;
      runWidths[runs] = width;
    }
    runs++;
  }

  /** The character at that byte; {@link Citation#UNKNOWN} where it is not known. */
  long charAt(long offset) {
    if (offset < 0 || offset > bytes || runs > RUNS_MAX) {
      return Citation.UNKNOWN;
    }
    int run = last(runBytes, offset);
    return run < 0 ? offset : runChars[run] + (offset - runBytes[run]) / runWidths[run];
  }

  /** The byte at which that character begins; {@link Citation#UNKNOWN} where it is not known. */
  long byteAt(long offset) {
    if (offset < 0 || offset > chars || runs > RUNS_MAX) {
      return Citation.UNKNOWN;
    }
    int run = last(runChars, offset);
    return run < 0 ? offset : runBytes[run] + (offset - runChars[run]) * runWidths[run];
  }

  private int last(int[] starts, long offset) {
    int found = Arrays.binarySearch(starts, 0, runs, (int) offset);
    return found >= 0 ? found : -found - 2;
  }
}
