package dev.sluice.protocol.openai;

import dev.sluice.json.JsonCursor;
import java.nio.charset.StandardCharsets;

/** Finds where the finish reasons of an answer or a chunk stand. */
public final class FinishSpans {

  private static final byte[] CHOICES = "choices".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FINISH_REASON = "finish_reason".getBytes(StandardCharsets.US_ASCII);

  private FinishSpans() {}

  /** Is told of every finish reason's value. */
  public interface Visitor {

    /**
     * Takes a value, whatever its JSON type.
     *
     * @param start where it begins, as an offset into the array
     * @param end where it ends
     */
    void finishReason(int start, int end);
  }

  /** Tells {@code visitor} of all finish reasons in {@code bytes[from, to)}, which is an object. */
  public static void visit(byte[] bytes, int from, int to, Visitor visitor) {
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    if (cursor.peek() != '{') {
      return;
    }
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      if (cursor.peek() == '[' && cursor.nameIs(CHOICES)) {
        choices(cursor, visitor);
      } else {
        cursor.skipValue(1);
      }
      more = cursor.next('}');
    }
  }

  private static void choices(JsonCursor cursor, Visitor visitor) {
    boolean more = cursor.enter(']');
    while (more) {
      if (cursor.peek() == '{') {
        choice(cursor, visitor);
      } else {
        cursor.skipValue(2);
      }
      more = cursor.next(']');
    }
  }

  private static void choice(JsonCursor cursor, Visitor visitor) {
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      boolean found = cursor.nameIs(FINISH_REASON);
      cursor.peek();
      int start = cursor.at();
      cursor.skipValue(3);
      if (found) {
        visitor.finishReason(start, cursor.at());
      }
      more = cursor.next('}');
    }
  }
}
