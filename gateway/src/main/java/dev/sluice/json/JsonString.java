package dev.sluice.json;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A string that came within a JSON text. It keeps the bytes that came, so that another JSON text
 * can say the same without unescaping and escaping, and tells what they say when it is first asked.
 * Immutable; may be shared between threads.
 */
public final class JsonString {

  private static final int QUOTES = 2;

  // With its quotes; null for a string that came from elsewhere.
  private final byte @Nullable [] quoted;

  // Made at most once by each thread that asks: all make the same.
  private @Nullable String said;

  /** A string that is not written as JSON yet. */
  public JsonString(String text) {
    this.quoted = null;
    this.said = text;
  }

  /**
   * The string that the quoted text says.
   *
   * @param from the opening quote; the text is known to be well-formed, and is copied
   * @param to behind the closing quote
   */
  JsonString(byte[] bytes, int from, int to) {
    this.quoted = Arrays.copyOfRange(bytes, from, to);
  }

  /** The bytes that came, with their quotes, not to be changed; {@code null} for none. */
  byte @Nullable [] quoted() {
    return quoted;
  }

  /** About how many bytes it takes within a JSON text. */
  public int roughBytes() {
    byte[] bytes = quoted;
    return bytes == null ? toString().length() : bytes.length;
  }

  /** Whether there is not a single character. */
  public boolean isEmpty() {
    byte[] bytes = quoted;
    return bytes == null ? toString().isEmpty() : bytes.length == QUOTES;
  }

  /** Whether there is nothing but white space, as {@link String#isBlank} has it. */
  public boolean isBlank() {
    byte[] bytes = quoted;
    if (bytes != null) {
      int first = 1;
      while (bytes[first] == ' ') {
        first++;
      }
      if (isInk(bytes, first)) {
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
      byte[] bytes = Objects.requireNonNull(quoted);
      made = JsonText.unquote(bytes, 0, bytes.length);
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
