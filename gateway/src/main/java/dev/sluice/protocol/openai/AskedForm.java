package dev.sluice.protocol.openai;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of the form of its one answer, and where its conversation ends.
 *
 * @param kind what the answer's text must be
 * @param schemaFrom where the schema begins, as an offset into the array; 0 where there is none
 * @param schemaTo where it ends
 * @param messagesEnd where the bracket stands that ends the messages, of which there is one at
 *     least; -1 where there are none
 */
public record AskedForm(Kind kind, int schemaFrom, int schemaTo, int messagesEnd) {

  /** What an answer's text must be. */
  public enum Kind {
    /**
     * Anything; also where there are several answers, or where the answer goes on from what the
     * client has begun, so that it is not the whole text.
     */
    ANY,
    /** Some JSON. */
    JSON,
    /** JSON after a schema. */
    SCHEMA
  }

  private static final byte[] MESSAGES = ascii("messages");
  private static final byte[] RESPONSE_FORMAT = ascii("response_format");
  private static final byte[] N = ascii("n");
  private static final byte[] TYPE = ascii("type");
  private static final byte[] JSON_SCHEMA = ascii("json_schema");
  private static final byte[] SCHEMA = ascii("schema");
  private static final byte[] ROLE = ascii("role");

  /**
   * Reads {@code bytes[from, to)}, a request.
   *
   * @throws MalformedJson where the text is not JSON
   */
  public static AskedForm read(byte[] bytes, int from, int to) {
    return new Reader(bytes, from, to).read();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads one request. */
  private static final class Reader {

    private final byte[] bytes;
    private final JsonCursor cursor;
    private Kind kind = Kind.ANY;
    private int schemaFrom;
    private int schemaTo;
    private int lastFrom = -1;
    private int lastTo;
    private int messagesEnd = -1;
    private long choices = 1;

    Reader(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    }

    AskedForm read() {
      if (cursor.peek() != '{') {
        throw cursor.expected("an object");
      }
      for (boolean more = cursor.enter('}'); more; more = cursor.next('}')) {
        cursor.readName();
        int first = cursor.peek();
        if (first == '[' && cursor.nameIs(MESSAGES)) {
          messages();
        } else if (first == '{' && cursor.nameIs(RESPONSE_FORMAT)) {
          format();
        } else if (first >= '0' && first <= '9' && cursor.nameIs(N)) {
          choices = cursor.readInteger(Long.MAX_VALUE);
        } else {
          cursor.skipValue(1);
        }
      }
      boolean one = choices <= 1 && lastFrom >= 0 && !"assistant".equals(lastRole());
      return one
          ? new AskedForm(kind, schemaFrom, schemaTo, messagesEnd)
          : new AskedForm(Kind.ANY, 0, 0, lastFrom < 0 ? -1 : messagesEnd);
    }

    private void messages() {
      lastFrom = -1;
      for (boolean more = cursor.enter(']'); more; more = cursor.next(']')) {
        cursor.peek();
        lastFrom = cursor.at();
        cursor.skipValue(2);
        lastTo = cursor.at();
      }
      messagesEnd = cursor.at() - 1;
    }

    private void format() {
      String type = "";
      kind = Kind.ANY;
      schemaFrom = 0;
      schemaTo = 0;
      for (boolean more = cursor.enter('}'); more; more = cursor.next('}')) {
        cursor.readName();
        int first = cursor.peek();
        if (first == '"' && cursor.nameIs(TYPE)) {
          type = cursor.readText();
        } else if (first == '{' && cursor.nameIs(JSON_SCHEMA)) {
          schema();
        } else {
          cursor.skipValue(2);
        }
      }
      kind =
          switch (type) {
            case "json_object" -> Kind.JSON;
            case "json_schema" -> schemaTo > 0 ? Kind.SCHEMA : Kind.JSON;
            default -> Kind.ANY;
          };
    }

    private void schema() {
      for (boolean more = cursor.enter('}'); more; more = cursor.next('}')) {
        cursor.readName();
        int first = cursor.peek();
        int start = cursor.at();
        cursor.skipValue(3);
        if (first != 'n' && cursor.nameIs(SCHEMA)) {
          schemaFrom = start;
          schemaTo = cursor.at();
        }
      }
    }

    /** The last message's role. */
    private @Nullable String lastRole() {
      JsonCursor message = new JsonCursor(bytes, lastFrom, lastTo, JsonCursor.DEPTH_MAX);
      if (message.peek() != '{') {
        return null;
      }
      String role = null;
      for (boolean more = message.enter('}'); more; more = message.next('}')) {
        message.readName();
        int first = message.peek();
        int start = message.at();
        message.skipValue(1);
        if (first == '"' && message.nameIs(ROLE)) {
          role = JsonText.unquote(bytes, start, message.at());
        }
      }
      return role;
    }
  }
}
