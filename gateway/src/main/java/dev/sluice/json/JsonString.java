package dev.sluice.json;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A string that came within a JSON text. It keeps the bytes that came, so that another JSON text
 * can say the same without unescaping and escaping, and tells what they say when it is first asked.
 * Immutable; may be shared between threads.
 */
public final class JsonString {

  private static final int QUOTES = 2;

  // It stands in bytes[from, to) with its quotes; null for a string that came from elsewhere.
  private final byte @Nullable [] bytes;
  private final int from;
  private final int to;

  // Made at most once by each thread that asks: all make the same.
  private @Nullable String said;

  /** A string that is not written as JSON yet. */
  public JsonString(String text) {
    this.bytes = null;
    this.from = 0;
    this.to = 0;
    this.said = text;
  }

  /**
   * The string that the quoted text says.
   *
   * @param bytes not to be changed any more
   * @param from the opening quote; the text is known to be well-formed
   * @param to behind the closing quote
   */
  JsonString(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** Appends the string to a text, in the bytes that came where it came as JSON. */
  void writeTo(JsonWriter out) {
    byte[] quoted = bytes;
    if (quoted == null) {
      out.text(toString());
    } else {
      out.raw(quoted, from, to);
    }
  }

  /** About how many bytes it takes within a JSON text. */
  public int roughBytes() {
    return bytes == null ? toString().length() : to - from;
  }

  /** Whether there is not a single character. */
  public boolean isEmpty() {
    return bytes == null ? toString().isEmpty() : to - from == QUOTES;
  }

  /** Whether there is nothing but white space, as {@link String#isBlank} has it. */
  public boolean isBlank() {
    byte[] quoted = bytes;
    if (quoted != null) {
      int first = from + 1;
      while (quoted[first] == ' ') {
        first++;
      }
      if (isInk(quoted, first)) {
        return false;
      }
    }
    return toString().isBlank();
  }

  /** Whether a character that is certainly no white space begins here. */
  private static boolean isInk(byte[] bytes, int i) {
    int b = bytes[i] & 0xff;
    return switch (b) {
      case '"' -> false;
      case '\\' -> bytes[i + 1] == '"' || bytes[i + 1] == '\\';
      // White space beyond ASCII begins with one of these.
      case 0xe1, 0xe2 -> false;
      case 0xe3 -> (bytes[i + 1] & 0xff) != 0x80;
      default -> true;
    };
  }

  /** What the string says. */
  @Override
  public String toString() {
    String made = said;
    if (made == null) {
      made = JsonText.unquote(Objects.requireNonNull(bytes), from, to);
      said = made;
    }
    return made;
  }

  /** Whether the other is a string that says the same, however it is written. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof JsonString string && toString().equals(string.toString()));
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
