package dev.sluice.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Steps over JSON values of any kind while checking that they are strictly JSON (RFC 8259): UTF-8,
 * escapes, numbers, nesting up to a bound, no control characters, no trailing commas, no comments.
 * Holds the text and the place in it; used by one thread, for one text. Every method that steps
 * throws {@link MalformedJson} where the text is not JSON.
 */
public class JsonCursor {

  /** How deep a text may nest where nobody sets another bound. */
  public static final int DEPTH_MAX = 1000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  final byte[] bytes;
  final int base;
  final int to;
  final int depthMax;
  private final Trust trust;
  int at;

  int nameFrom;
  int nameTo;
  boolean nameEscaped;

  /** Whether the string stepped over last holds an escape; tells nothing of a known text's. */
  boolean escaped;

  /** What is known of a text. */
  enum Trust {
    /** Nothing: it may be anything. */
    NONE,
    /**
     * Another cursor has stepped over all of it, so that strings need no second look; and nobody
     * changes it any more, so that they need not be copied.
     */
    KNOWN
  }

  /**
   * A cursor at the beginning of {@code bytes[from, to)}.
   *
   * @param depthMax how deep arrays and objects may nest
   */
  public JsonCursor(byte[] bytes, int from, int to, int depthMax) {
    this(bytes, from, to, depthMax, Trust.NONE);
  }

  /** A cursor for a text of which something is known. */
  JsonCursor(byte[] bytes, int from, int to, int depthMax, Trust trust) {
    this.trust = trust;
    this.bytes = bytes;
    this.base = from;
    this.to = to;
    this.depthMax = depthMax;
    this.at = from;
  }

  /** Where the cursor stands, as an offset into the array. */
  public final int at() {
    return at;
  }

  /**
   * Steps into the object or array that begins here.
   *
   * @param closing the bracket that ends it
   * @return whether there is anything in it; if not, it has been stepped over
   */
  public final boolean enter(char closing) {
    at++;
    if (peek() == closing) {
      at++;
      return false;
    }
    return true;
  }

  /**
   * Steps to what follows a value within an object or array.
   *
   * @param closing the bracket that ends it
   * @return whether there is more in it; if not, it has been stepped over
   */
  public final boolean next(char closing) {
    int c = peek();
    if (c == closing) {
      at++;
      return false;
    }
    if (c != ',') {
      throw expected(closing == '}' ? "',' or '}'" : "',' or ']'");
    }
    at++;
    return true;
  }

  /** Steps over a member's name and its colon, to its value; {@link #nameIs} then tells of it. */
  public final void readName() {
    findName();
    nameEscaped = hasEscape(nameFrom, nameTo);
  }

  /** Steps over a member's name and its colon; only where the name stands is known of it. */
  final void findName() {
    if (peek() != '"') {
      throw expected("a name in double quotes");
    }
    nameFrom = at;
    skipString();
    nameTo = at;
    if (peek() != ':') {
      throw expected("':'");
    }
    at++;
  }

  /** The name read last, unescaped. */
  public final String name() {
    return JsonText.unquote(bytes, nameFrom, nameTo);
  }

  /** Whether the name read last is this one, however it is spelled. */
  public final boolean nameIs(byte[] name) {
    if (nameEscaped) {
      return Arrays.equals(
          name, JsonText.unquote(bytes, nameFrom, nameTo).getBytes(StandardCharsets.UTF_8));
    }
    return nameTo - nameFrom - 2 == name.length
        && Arrays.equals(bytes, nameFrom + 1, nameTo - 1, name, 0, name.length);
  }

  /** Steps over the number that begins here; {@code otherwise} where it is not a long. */
  public final long readInteger(long otherwise) {
    int start = at;
    skipNumber();
    return Scan.integerAt(bytes, start, at, otherwise);
  }

  /** Steps over the string that begins here. */
  public final String readText() {
    int start = at;
    skipString();
    return JsonText.unquote(bytes, start, at);
  }

  /** Steps over white space; the next byte, or -1 at the end. */
  public final int peek() {
    int i = at;
    while (i < to) {
      byte b = bytes[i];
      if (b > ' ') {
        at = i;
        return b;
      }
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        at = i;
        return b & 0xff;
      }
      i++;
    }
    at = i;
    return -1;
  }

  /**
   * Steps over the value that begins here.
   *
   * @param depth how many arrays and objects it stands in
   */
  public final void skipValue(int depth) {
    int first = peek();
    if (first != '{' && first != '[') {
      skipScalar(first);
      return;
    }
    long[] isObject = new long[(depthMax >> 6) + 1];
    int bottom = depth;
    int level = depth;
    boolean valueNext = true;
    while (true) {
      int c = peek();
      if (valueNext) {
        if (c == '{' || c == '[') {
          if (++level > depthMax) {
            throw malformed("nesting is deeper than " + depthMax);
          }
          at++;
          boolean object = c == '{';
          setBit(isObject, level, object);
          c = peek();
          if (c == (object ? '}' : ']')) {
            at++;
            level--;
            valueNext = false;
          } else if (object) {
            skipName(c);
          }
        } else {
          skipScalar(c);
          valueNext = false;
        }
        if (!valueNext && level == bottom) {
          return;
        }
        continue;
      }
      boolean object = bit(isObject, level);
      if (c == ',') {
        at++;
        if (object) {
          skipName(peek());
        }
        valueNext = true;
      } else if (c == (object ? '}' : ']')) {
        at++;
        level--;
        if (level == bottom) {
          return;
        }
      } else {
        throw expected(object ? "',' or '}'" : "',' or ']'");
      }
    }
  }

  /** Steps over a string, a number or a literal that begins with {@code first}. */
  final void skipScalar(int first) {
    switch (first) {
      case '"' -> skipString();
      case 't' -> skipLiteral("true");
      case 'f' -> skipLiteral("false");
      case 'n' -> skipLiteral("null");
      default -> {
        if (first == '-' || (first >= '0' && first <= '9')) {
          skipNumber();
        } else {
          throw expected("a value");
        }
      }
    }
  }

  /** Steps over a member's name and its colon. */
  final void skipName(int first) {
    if (first != '"') {
      throw expected("a name in double quotes");
    }
    skipString();
    if (peek() != ':') {
      throw expected("':'");
    }
    at++;
  }

  /** Steps over a string, from its opening quote to behind its closing one. */
  public final void skipString() {
    if (trust == Trust.KNOWN) {
      at = KnownStrings.end(bytes, at, to);
      if (at < 0) {
        at = to;
        throw malformed("the text ends within a string");
      }
      return;
    }
    escaped = false;
    int i = at + 1;
    byte[] text = bytes;
    int end = to;
    while (true) {
      // Eight bytes at a time as long as none of them needs a look.
      while (i + Long.BYTES <= end) {
        long word = (long) LONGS.get(text, i);
        long hits = unusual(word);
        if (hits != 0) {
          i += Long.numberOfTrailingZeros(hits) >>> 3;
          break;
        }
        i += Long.BYTES;
      }
      if (i >= end) {
        at = end;
        throw malformed("the text ends within a string");
      }
      byte b = text[i];
      if (b == '"') {
        at = i + 1;
        return;
      }
      if (b == '\\') {
        i = skipEscape(i);
      } else if (b < 0) {
        i = skipUtf8(i);
      } else if (b < ' ') {
        at = i;
        throw malformed("a control character must be escaped in a string");
      } else {
        i++;
      }
    }
  }

  /** The string that was stepped over, from its opening quote. */
  final JsonString stringSince(int start) {
    return trust == Trust.KNOWN
        ? new JsonString(bytes, start, at)
        : new JsonString(Arrays.copyOfRange(bytes, start, at), 0, at - start);
  }

  /** Whether a string that was stepped over holds an escape. */
  final boolean hasEscape(int from, int to) {
    if (trust == Trust.NONE) {
      return escaped;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /**
   * Marks, of eight bytes, the first one that is a quote, a backslash, a control character or not
   * ASCII, in its highest bit; 0 for none. What is marked behind it may be none of these: the
   * subtractions borrow.
   */
  static long unusual(long word) {
    long quote = word ^ QUOTES;
    long backslash = word ^ BACKSLASHES;
    return (((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((word - SPACES) & ~word)
            | word)
        & HIGHS;
  }

  private int skipEscape(int backslash) {
    escaped = true;
    int i = backslash + 1;
    if (i >= to) {
      at = to;
      throw malformed("the text ends within a string");
    }
    switch (bytes[i]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return i + 1;
      }
      case 'u' -> {
        for (int k = 1; k <= 4; k++) {
          if (i + k >= to || Character.digit(bytes[i + k], 16) < 0) {
            at = backslash;
            throw malformed("\\u needs four hexadecimal digits");
          }
        }
        return i + 5;
      }
      default -> {
        at = backslash;
        throw malformed("unknown escape in a string");
      }
    }
  }

  /** Steps over one character of two to four bytes; see RFC 3629, section 4. */
  private int skipUtf8(int i) {
    int lead = bytes[i] & 0xff;
    int length;
    int secondMin = 0x80;
    int secondMax = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      length = 3;
      secondMin = lead == 0xe0 ? 0xa0 : 0x80;
      secondMax = lead == 0xed ? 0x9f : 0xbf;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      length = 4;
      secondMin = lead == 0xf0 ? 0x90 : 0x80;
      secondMax = lead == 0xf4 ? 0x8f : 0xbf;
    } else {
      at = i;
      throw malformed("not UTF-8");
    }
    if (i + length > to) {
      at = i;
      throw malformed("not UTF-8: a character is cut off");
    }
    for (int k = 1; k < length; k++) {
      int b = bytes[i + k] & 0xff;
      if (b < secondMin || b > secondMax) {
        at = i;
        throw malformed("not UTF-8");
      }
      secondMin = 0x80;
      secondMax = 0xbf;
    }
    return i + length;
  }

  private void skipLiteral(String word) {
    for (int k = 0; k < word.length(); k++) {
      if (at + k >= to || bytes[at + k] != word.charAt(k)) {
        throw expected("a value");
      }
    }
    at += word.length();
  }

  /** Steps over a number; see RFC 8259, section 6. */
  final void skipNumber() {
    int i = at;
    if (bytes[i] == '-') {
      i++;
    }
    int digits = i;
    i = skipDigits(i);
    if (i == digits || (bytes[digits] == '0' && i - digits > 1)) {
      throw malformed("a number is malformed");
    }
    if (i < to && bytes[i] == '.') {
      int fraction = i + 1;
      i = skipDigits(fraction);
      if (i == fraction) {
        throw malformed("a number is malformed");
      }
    }
    if (i < to && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i++;
      if (i < to && (bytes[i] == '+' || bytes[i] == '-')) {
        i++;
      }
      int exponent = i;
      i = skipDigits(exponent);
      if (i == exponent) {
        throw malformed("a number is malformed");
      }
    }
    at = i;
  }

  private int skipDigits(int from) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }

  public final MalformedJson expected(String what) {
    return malformed("expected " + what + " but found " + here());
  }

  final MalformedJson malformed(String message) {
    return new MalformedJson(message, at - base);
  }

  private String here() {
    if (at >= to) {
      return "the end of the text";
    }
    int b = bytes[at] & 0xff;
    return b > ' ' && b < 0x7f ? "'" + (char) b + "'" : "byte 0x" + Integer.toHexString(b);
  }

  private static void setBit(long[] bits, int index, boolean value) {
    if (value) {
      bits[index >> 6] |= 1L << index;
    } else {
      bits[index >> 6] &= ~(1L << index);
    }
  }

  private static boolean bit(long[] bits, int index) {
    return (bits[index >> 6] & 1L << index) != 0;
  }
}
