package dev.sluice.json;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Strings into JSON text and out of it. */
public final class JsonText {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /**
   * The string that the quoted text says.
   *
   * @param from the opening quote; the text is known to be well-formed
   * @param to behind the closing quote
   */
  public static String unquote(byte[] bytes, int from, int to) {
    int start = from + 1;
    int end = to - 1;
    int backslash = start;
    while (backslash < end && bytes[backslash] != '\\') {
      backslash++;
    }
    if (backslash == end) {
      return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
    StringBuilder text = new StringBuilder(end - start);
    int plain = start;
    while (backslash < end) {
      text.append(new String(bytes, plain, backslash - plain, StandardCharsets.UTF_8));
      byte kind = bytes[backslash + 1];
      if (kind == 'u') {
        int code = 0;
        for (int i = 2; i < 6; i++) {
          code = code << 4 | Character.digit(bytes[backslash + i], 16);
        }
        text.append((char) code);
        plain = backslash + 6;
      } else {
        text.append(unescaped(kind));
        plain = backslash + 2;
      }
      backslash = plain;
      while (backslash < end && bytes[backslash] != '\\') {
        backslash++;
      }
    }
    return text.append(new String(bytes, plain, end - plain, StandardCharsets.UTF_8)).toString();
  }

  /** {@code text} as a JSON string with its quotes. A lone surrogate becomes an escape. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2);
    quote(text, quoted);
    return quoted.toString();
  }

  /** Appends {@code text} as a JSON string with its quotes. */
  public static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c >= ' ' && !isLoneSurrogate(text, i)) {
        to.append(c);
      } else {
        escape(c, to);
      }
    }
    to.append('"');
  }

  /** Writes {@code text} as a JSON string with its quotes, in UTF-8. */
  public static void quote(String text, ByteBuf to) {
    to.writeCharSequence(quote(text), StandardCharsets.UTF_8);
  }

  private static void escape(char c, StringBuilder to) {
    switch (c) {
      case '\n' -> to.append("\\n");
      case '\r' -> to.append("\\r");
      case '\t' -> to.append("\\t");
      case '\b' -> to.append("\\b");
      case '\f' -> to.append("\\f");
      default ->
          to.append("\\u")
              .append(HEX[c >> 12])
              .append(HEX[c >> 8 & 15])
              .append(HEX[c >> 4 & 15])
              .append(HEX[c & 15]);
    }
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static char unescaped(byte kind) {
    return switch (kind) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> (char) kind;
    };
  }
}
