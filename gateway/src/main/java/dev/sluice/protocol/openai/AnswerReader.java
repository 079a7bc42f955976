package dev.sluice.protocol.openai;

import dev.sluice.chat.Usage;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.MalformedJson;

/** Reads the little that the gateway must know of a whole answer. */
public final class AnswerReader {

  private AnswerReader() {}

  /**
   * What was found.
   *
   * @param kind what the text is
   * @param usage what the provider reported
   * @param open where the root's opening brace stands, as an offset into the array
   * @param close where its closing brace stands
   * @param hasMembers whether anything stands between them
   */
  public record Facts(Kind kind, Usage usage, int open, int close, boolean hasMembers) {

    /** The same with other figures. */
    public Facts withUsage(Usage figures) {
      return new Facts(kind, figures, open, close, hasMembers);
    }
  }

  /** What an answer's text is. */
  public enum Kind {
    /** An object without an error. */
    ANSWER,
    /** An object with a top-level {@code error}; some providers send it with status 200. */
    ERROR,
    /** JSON, but no object. */
    OTHER
  }

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @throws MalformedJson where the text is not JSON
   */
  public static Facts read(byte[] bytes, int from, int to) {
    JsonCursor cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    int first = cursor.peek();
    int open = cursor.at();
    Kind kind = Kind.ANSWER;
    Usage usage = Usage.NONE;
    boolean hasMembers = false;
    if (first != '{') {
      cursor.skipValue(0);
      kind = Kind.OTHER;
    } else {
      boolean more = cursor.enter('}');
      hasMembers = more;
      while (more) {
        cursor.readName();
        int value = cursor.peek();
        if (value == '{' && cursor.nameIs(WireNames.USAGE)) {
          usage = UsageReader.read(cursor, 1);
        } else {
          if (value != 'n' && cursor.nameIs(WireNames.ERROR)) {
            kind = Kind.ERROR;
          }
          cursor.skipValue(1);
        }
        more = cursor.next('}');
      }
    }
    int close = cursor.at() - 1;
    if (cursor.peek() != -1) {
      throw cursor.expected("the end of the text");
    }
    return new Facts(kind, usage, open, close, hasMembers);
  }
}
