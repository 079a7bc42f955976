package dev.sluice.json;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as UTF-8 into memory. It sets commas and escapes; that brackets match and names stand
 * in objects is the caller's care. Owned by one thread; used again after {@link #reset}.
 *
 * <p>A text is turned into UTF-8 at once and copied in runs between the few bytes that need an
 * escape, which are looked for eight at a time.
 */
public final class JsonWriter {

  private static final int CAPACITY = 512;

  /** Longer texts are better turned into bytes at once. */
  private static final int SHORT_CHARS_MAX = 48;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;
  private boolean comma;

  /** A writer with room for a small text. */
  public JsonWriter() {
    this(CAPACITY);
  }

  /**
   * A writer.
   *
   * @param bytes for how much it has room before it must move what was written
   */
  public JsonWriter(int bytes) {
    this.bytes = new byte[bytes];
  }

  /** Forgets what was written. */
  public void reset() {
    length = 0;
    comma = false;
  }

  /** Begins again behind {@code opened}, a text whose last byte opens an object. */
  public JsonWriter resetWithin(byte[] opened) {
    reset();
    append(opened, 0, opened.length);
    return this;
  }

  /**
   * Forgets what was written, and gives its room back where that has become large.
   *
   * @param bytesMax how much room is kept
   */
  public void reset(int bytesMax) {
    reset();
    if (bytes.length > bytesMax) {
      bytes = new byte[Math.min(bytesMax, CAPACITY)];
    }
  }

  /**
   * Forgets what was written behind a value.
   *
   * @param end {@link #length} as it was when that value had been written
   */
  public JsonWriter rewind(int end) {
    length = end;
    comma = true;
    return this;
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Appends what was written to {@code buffer}. */
  public void writeTo(ByteBuf buffer) {
    buffer.writeBytes(bytes, 0, length);
  }

  /** What was written, for looking at it. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Begins an object. */
  public JsonWriter beginObject() {
    return begin('{');
  }

  /** Ends an object. */
  public JsonWriter endObject() {
    return end('}');
  }

  /** Begins an array. */
  public JsonWriter beginArray() {
    return begin('[');
  }

  /** Ends an array. */
  public JsonWriter endArray() {
    return end(']');
  }

  /** A member's name; its value must follow. */
  public JsonWriter name(String name) {
    separate();
    quote(name);
    reserve(1);
    bytes[length++] = ':';
    comma = false;
    return this;
  }

  /** A member that is a string, unless it is {@code null}. */
  public JsonWriter member(String name, @Nullable String value) {
    return value == null ? this : name(name).text(value);
  }

  /** A member that is a number, unless it is {@code null}. */
  public JsonWriter member(String name, @Nullable Number value) {
    return value == null ? this : name(name).raw(value.toString());
  }

  /** A member that is a boolean, unless it is {@code null}. */
  public JsonWriter member(String name, @Nullable Boolean value) {
    return value == null ? this : name(name).bool(value);
  }

  /** A string. A lone surrogate becomes an escape. */
  public JsonWriter text(String text) {
    separate();
    quote(text);
    comma = true;
    return this;
  }

  /** A string, in the bytes that came where it came as JSON. */
  public JsonWriter text(JsonString string) {
    string.writeTo(this);
    return this;
  }

  /** A value, as it stands in {@code json[from, to)}. */
  public JsonWriter raw(byte[] json, int from, int to) {
    separate();
    append(json, from, to);
    comma = true;
    return this;
  }

  /** A whole number. */
  public JsonWriter number(long number) {
    return raw(Long.toString(number));
  }

  /** A number. */
  public JsonWriter number(BigDecimal number) {
    return raw(number.toString());
  }

  /** {@code true} or {@code false}. */
  public JsonWriter bool(boolean value) {
    return raw(value ? "true" : "false");
  }

  /** {@code null}. */
  public JsonWriter nothing() {
    return raw("null");
  }

  /** A value, or several with commas between them, as they are. */
  public JsonWriter raw(String json) {
    separate();
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    append(utf8, 0, utf8.length);
    comma = true;
    return this;
  }

  private JsonWriter begin(char bracket) {
    separate();
    reserve(1);
    bytes[length++] = (byte) bracket;
    comma = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    reserve(1);
    bytes[length++] = (byte) bracket;
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      reserve(1);
      bytes[length++] = ',';
    }
  }

  private void quote(String text) {
    if (text.length() <= SHORT_CHARS_MAX && quotePlain(text)) {
      return;
    }
    reserve(1);
    bytes[length++] = '"';
    int start = length;
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int plain = 0;
    boolean whole = false;
    int i = nextSpecial(utf8, 0);
    while (i < utf8.length) {
      byte b = utf8[i];
      if (b == '?') {
        // What stands for a lone surrogate, too, since that has no UTF-8.
        if (!whole && hidesSurrogate(text, utf8, i)) {
          length = start;
          quoteSlowly(text);
          return;
        }
        // Where places do not tell, the whole text was looked at, which is done once.
        whole = utf8.length != text.length();
      } else {
        append(utf8, plain, i);
        escape(b);
        plain = i + 1;
      }
      i = nextSpecial(utf8, i + 1);
    }
    append(utf8, plain, utf8.length);
    reserve(1);
    bytes[length++] = '"';
  }

  /** Quotes a text of plain ASCII, as names and most words are; whether it is one. */
  private boolean quotePlain(String text) {
    int chars = text.length();
    reserve(chars + 2);
    byte[] to = bytes;
    int at = length;
    to[at++] = '"';
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
        return false;
      }
      to[at++] = (byte) c;
    }
    to[at++] = '"';
    length = at;
    return true;
  }

  private static boolean hidesSurrogate(String text, byte[] utf8, int i) {
    if (utf8.length == text.length()) {
      // One byte for each character: the same place.
      return text.charAt(i) != '?';
    }
    for (int k = 0; k < text.length(); k++) {
      if (Character.isSurrogate(text.charAt(k))) {
        if (k + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(k), text.charAt(k + 1))) {
          return true;
        }
        k++;
      }
    }
    return false;
  }

  private void quoteSlowly(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2);
    JsonText.quote(text, quoted);
    byte[] utf8 = quoted.toString().getBytes(StandardCharsets.UTF_8);
    append(utf8, 1, utf8.length);
  }

  /** The next byte that must be escaped, or is a question mark; the length where there is none. */
  private static int nextSpecial(byte[] utf8, int from) {
    int i = from;
    while (i + Long.BYTES <= utf8.length) {
      long word = (long) LONGS.get(utf8, i);
      long hits =
          zeros(word ^ ONES * '"')
              | zeros(word ^ ONES * '\\')
              | zeros(word ^ ONES * '?')
              | ((word - ONES * ' ') & ~word);
      hits &= HIGHS;
      if (hits != 0) {
        int found = i + (Long.numberOfTrailingZeros(hits) >>> 3);
        // The subtraction may borrow from a neighbour, but never before the first true hit.
        return found;
      }
      i += Long.BYTES;
    }
    while (i < utf8.length) {
      byte b = utf8[i];
      if (b == '"' || b == '\\' || b == '?' || (b >= 0 && b < ' ')) {
        return i;
      }
      i++;
    }
    return i;
  }

  private static long zeros(long word) {
    return (word - ONES) & ~word;
  }

  private void escape(byte b) {
    reserve(6);
    bytes[length++] = '\\';
    switch (b) {
      case '"', '\\' -> bytes[length++] = b;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      case '\b' -> bytes[length++] = 'b';
      case '\f' -> bytes[length++] = 'f';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[b >> 4];
        bytes[length++] = HEX[b & 15];
      }
    }
  }

  private void append(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  /** Makes room for {@code more} bytes, so that what was written need not move meanwhile. */
  public void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), length * 2));
    }
  }
}
