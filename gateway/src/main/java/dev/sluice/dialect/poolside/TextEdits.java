package dev.sluice.dialect.poolside;

import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.Splice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that is walked once and edited on the way. Used by one thread. */
final class TextEdits {

  private final byte[] bytes;
  private final JsonCursor cursor;
  private final Splice splice;
  private boolean edited;

  /** Edits of {@code bytes[from, to)}; all offsets are into the array. */
  TextEdits(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.cursor = new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX);
    this.splice = new Splice(bytes, from, to);
  }

  /** Where the walk stands. */
  JsonCursor cursor() {
    return cursor;
  }

  /** The edits so far. */
  Splice splice() {
    return splice;
  }

  /** Whether there is any edit. */
  boolean isEdited() {
    return edited;
  }

  /** Steps over an identifier, which becomes text; whether it stays. */
  boolean identifier(int first) {
    int start = cursor.at();
    cursor.skipValue(5);
    if (first != '"' && first != 'n') {
      replace(start, cursor.at(), asText(start, cursor.at()));
    }
    return first != 'n';
  }

  /** Steps over what must be text, and puts {@code otherwise} in the place of what is not. */
  void requireText(int first, byte[] otherwise) {
    int start = cursor.at();
    cursor.skipValue(5);
    if (first != '"') {
      replace(start, cursor.at(), otherwise);
    }
  }

  /** Steps over what must be a whole number, in the same way. */
  void requireInteger(int first, long otherwise) {
    int start = cursor.at();
    boolean number = first == '-' || (first >= '0' && first <= '9');
    if (number && cursor.readInteger(Long.MIN_VALUE) != Long.MIN_VALUE) {
      return;
    }
    if (!number) {
      cursor.skipValue(3);
    }
    replace(start, cursor.at(), ascii(Long.toString(otherwise)));
  }

  /** Puts {@code text} in the place of {@code [start, end)}. */
  void replace(int start, int end, byte[] text) {
    edited = true;
    splice.replace(start, end, text);
  }

  /** What stands in {@code [start, end)}, as a JSON string. */
  byte[] asText(int start, int end) {
    return quoted(new String(bytes, start, end - start, StandardCharsets.UTF_8));
  }

  static byte[] quoted(String text) {
    return JsonText.quote(text).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
