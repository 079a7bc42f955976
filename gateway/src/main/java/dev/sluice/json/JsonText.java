package dev.sluice.json;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Strings into JSON text and out of it. */
public final class JsonText {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long BACKSLASHES = ONES * '\\';

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
    int backslash = nextBackslash(bytes, start, end);
    if (backslash == end) {
      return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }
    byte[] utf8 = new byte[end - start];
    int length = 0;
    int plain = start;
    while (backslash < end) {
      System.arraycopy(bytes, plain, utf8, length, backslash - plain);
      length += backslash - plain;
      byte kind = bytes[backslash + 1];
      if (kind == 'u') {
        int code = codeAt(bytes, backslash);
        if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
          return unquoteSlowly(bytes, start, end);
        }
        length = putUtf8(code, utf8, length);
        plain = backslash + 6;
      } else {
        utf8[length++] = (byte) unescaped(kind);
        plain = backslash + 2;
      }
      backslash = nextBackslash(bytes, plain, end);
    }
    System.arraycopy(bytes, plain, utf8, length, end - plain);
    return new String(utf8, 0, length + end - plain, StandardCharsets.UTF_8);
  }

  /** Where the next backslash stands, looked for eight bytes at a time; {@code end} for nowhere. */
  private static int nextBackslash(byte[] bytes, int from, int end) {
    int i = from;
    while (i + Long.BYTES <= end) {
      long word = (long) LONGS.get(bytes, i) ^ BACKSLASHES;
      long hits = (word - ONES) & ~word & HIGHS;
      if (hits != 0) {
        // The subtraction may borrow from a neighbour, but never before the first true hit.
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /** The character that the escape at {@code backslash} names by its number. */
  private static int codeAt(byte[] bytes, int backslash) {
    int code = 0;
    for (int i = 2; i < 6; i++) {
      code = code << 4 | Character.digit(bytes[backslash + i], 16);
    }
    return code;
  }

  /** Appends a character below U+10000; its escape was longer, so that there is room. */
  private static int putUtf8(int code, byte[] utf8, int at) {
    int i = at;
    if (code < 0x80) {
      utf8[i++] = (byte) code;
    } else {
      if (code < 0x800) {
        utf8[i++] = (byte) (0xc0 | code >> 6);
      } else {
        utf8[i++] = (byte) (0xe0 | code >> 12);
        utf8[i++] = (byte) (0x80 | (code >> 6 & 0x3f));
      }
      utf8[i++] = (byte) (0x80 | (code & 0x3f));
    }
    return i;
  }

  /** For texts with escaped surrogates, of which a lone one has no UTF-8. */
  private static String unquoteSlowly(byte[] bytes, int start, int end) {
    StringBuilder text = new StringBuilder(end - start);
    int plain = start;
    for (int i = start; i < end; i++) {
      if (bytes[i] != '\\') {
        continue;
      }
      text.append(new String(bytes, plain, i - plain, StandardCharsets.UTF_8));
      byte kind = bytes[i + 1];
      if (kind == 'u') {
        text.append((char) codeAt(bytes, i));
        i += 5;
      } else {
        text.append(unescaped(kind));
        i++;
      }
      plain = i + 1;
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
