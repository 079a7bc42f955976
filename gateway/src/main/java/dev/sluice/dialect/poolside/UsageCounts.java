package dev.sluice.dialect.poolside;

import dev.sluice.json.JsonCursor;
import java.nio.charset.StandardCharsets;

/**
 * The three counts that a usage must have. A provider may leave one out: it follows from the other
 * two. Where more are missing, nothing can be told.
 */
final class UsageCounts {

  private static final long UNKNOWN = Long.MIN_VALUE;
  private static final int PROMPT = 0;
  private static final int COMPLETION = 1;
  private static final int TOTAL = 2;
  private static final byte[][] NAMES = {
    ascii("prompt_tokens"), ascii("completion_tokens"), ascii("total_tokens")
  };

  private final long[] counts = {UNKNOWN, UNKNOWN, UNKNOWN};
  private int missing = NAMES.length;
  private int wrongFrom = -1;
  private int wrongTo;
  private int brace;

  private UsageCounts() {}

  /** Puts a text in the place of a span. */
  interface Editor {
    void replace(int start, int end, byte[] text);
  }

  /** Reads the object that begins at {@code cursor}, and steps over it. */
  static UsageCounts read(JsonCursor cursor) {
    UsageCounts usage = new UsageCounts();
    boolean more = cursor.enter('}');
    while (more) {
      cursor.peek();
      cursor.readName();
      int first = cursor.peek();
      int field = field(cursor);
      int start = cursor.at();
      if (field < 0) {
        cursor.skipValue(2);
      } else if (first >= '0' && first <= '9') {
        usage.set(field, cursor.readInteger(UNKNOWN));
      } else {
        cursor.skipValue(2);
      }
      if (field >= 0 && usage.counts[field] == UNKNOWN) {
        usage.wrongFrom = start;
        usage.wrongTo = cursor.at();
      }
      more = cursor.next('}');
    }
    usage.brace = cursor.at() - 1;
    return usage;
  }

  private static int field(JsonCursor cursor) {
    for (int i = 0; i < NAMES.length; i++) {
      if (cursor.nameIs(NAMES[i])) {
        return i;
      }
    }
    return -1;
  }

  private void set(int field, long count) {
    if (counts[field] == UNKNOWN && count != UNKNOWN) {
      missing--;
    }
    counts[field] = count;
  }

  /** Whether all three counts are told or follow from what is told. */
  boolean areKnown() {
    if (missing == 1 && counts[TOTAL] != UNKNOWN) {
      return counts[TOTAL] >= Math.max(counts[PROMPT], counts[COMPLETION]);
    }
    return missing <= 1;
  }

  /** Writes the count that is missing, which {@link #areKnown} has found to follow. */
  void fill(Editor editor) {
    if (missing == 0) {
      return;
    }
    int field = 0;
    while (counts[field] != UNKNOWN) {
      field++;
    }
    long count =
        switch (field) {
          case TOTAL -> counts[PROMPT] + counts[COMPLETION];
          case PROMPT -> counts[TOTAL] - counts[COMPLETION];
          default -> counts[TOTAL] - counts[PROMPT];
        };
    byte[] digits = ascii(Long.toString(count));
    if (wrongFrom >= 0) {
      editor.replace(wrongFrom, wrongTo, digits);
    } else {
      String name = new String(NAMES[field], StandardCharsets.US_ASCII);
      editor.replace(brace, brace, ascii(",\"" + name + "\":" + count));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
