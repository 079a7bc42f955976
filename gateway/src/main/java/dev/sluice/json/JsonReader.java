package dev.sluice.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text value by value, for codecs that know what they expect. It keeps the path to
 * where it stands, so that a complaint can name the field, and gives the exact text of what is only
 * carried. Owned by one thread, for one text.
 *
 * <p>Objects and arrays are read so, and every member's value must be read or skipped:
 *
 * <pre>{@code
 * for (boolean more = in.enterObject(); more; more = in.nextMember()) {
 *   switch (in.name()) {
 *     case "model" -> model = in.text();
 *     default -> in.skip();
 *   }
 * }
 * }</pre>
 *
 * <p>Every method throws {@link MalformedJson} where the text is not JSON, and those that expect a
 * certain value {@link MisshapenJson} where it is another.
 */
public final class JsonReader {

  /** What the value at hand is. */
  public enum Kind {
    OBJECT("an object"),
    ARRAY("an array"),
    TEXT("a string"),
    NUMBER("a number"),
    BOOLEAN("a boolean"),
    NULL("null"),
    NONE("nothing");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private static final int PATH_DEPTH = 16;

  private final JsonCursor cursor;
  private final NameTable names;
  private int depth;

  // Of a reader of a part: where the part stands in the whole text.
  private final int base;
  private final String prefix;

  // For each level, the member's name, or null and the item's index.
  private @Nullable String[] pathNames = new @Nullable String[PATH_DEPTH];
  private int[] pathIndexes = new int[PATH_DEPTH];

  /**
   * A reader of {@code bytes[from, to)}.
   *
   * @param names the names that are expected; others may come
   */
  public JsonReader(byte[] bytes, int from, int to, NameTable names) {
    this(new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX), names, from, "");
  }

  /**
   * A reader of {@code bytes[from, to)}, which was stepped over as a whole before, so that its
   * strings need no second look, and which will not be changed, so that they need not be copied.
   *
   * @param names the names that are expected; others may come
   */
  public static JsonReader ofWellFormed(byte[] bytes, int from, int to, NameTable names) {
    return new JsonReader(
        new JsonCursor(bytes, from, to, JsonCursor.DEPTH_MAX, JsonCursor.Trust.KNOWN),
        names,
        from,
        "");
  }

  private JsonReader(JsonCursor cursor, NameTable names, int base, String prefix) {
    this.cursor = cursor;
    this.names = names;
    this.base = base;
    this.prefix = prefix;
  }

  /** The cursor that reads, for a reader of a part of the text. It must step over whole values. */
  public JsonCursor cursor() {
    return cursor;
  }

  /** How many objects and arrays the value at hand stands in. */
  public int depth() {
    return depth;
  }

  /** What the value at hand is. */
  public Kind peek() {
    int c = cursor.peek();
    return switch (c) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.TEXT;
      case 't', 'f' -> Kind.BOOLEAN;
      case 'n' -> Kind.NULL;
      case -1 -> Kind.NONE;
      default -> {
        if (c == '-' || (c >= '0' && c <= '9')) {
          yield Kind.NUMBER;
        }
        throw cursor.expected("a value");
      }
    };
  }

  /** Steps into the object at hand; whether it has a member. */
  public boolean enterObject() {
    expect('{', Kind.OBJECT);
    boolean more = cursor.enter('}');
    if (more) {
      push();
    }
    return more;
  }

  /** Steps to the next member; whether there is one. If not, the object has been left. */
  public boolean nextMember() {
    boolean more = cursor.next('}');
    if (!more) {
      depth--;
    }
    return more;
  }

  /** The next member's name; its value is then at hand. */
  public String name() {
    cursor.findName();
    String name = spelled(cursor.nameFrom, cursor.nameTo);
    pathNames[depth] = name;
    return name;
  }

  /** Steps into the array at hand; whether it has an item. */
  public boolean enterArray() {
    expect('[', Kind.ARRAY);
    boolean more = cursor.enter(']');
    if (more) {
      push();
      pathNames[depth] = null;
      pathIndexes[depth] = 0;
    }
    return more;
  }

  /** Steps to the next item; whether there is one. If not, the array has been left. */
  public boolean nextItem() {
    boolean more = cursor.next(']');
    if (more) {
      pathIndexes[depth]++;
    } else {
      depth--;
    }
    return more;
  }

  /** Reads a string. */
  public String text() {
    expect('"', Kind.TEXT);
    return cursor.readText();
  }

  /** Reads a string that is mostly one of the names that are expected. */
  public String word() {
    expect('"', Kind.TEXT);
    int start = cursor.at;
    cursor.skipString();
    return spelled(start, cursor.at);
  }

  /** What a string says that is mostly an expected name: those are written without escapes. */
  private String spelled(int from, int to) {
    String name = names.find(cursor.bytes, from + 1, to - 1);
    return name == null ? JsonText.unquote(cursor.bytes, from, to) : name;
  }

  /** Reads a string that is to be passed on. */
  public JsonString string() {
    expect('"', Kind.TEXT);
    int start = cursor.at;
    cursor.skipString();
    return cursor.stringSince(start);
  }

  /** Reads a boolean. */
  public boolean bool() {
    expect(Kind.BOOLEAN);
    boolean value = cursor.peek() == 't';
    skip();
    return value;
  }

  /** Reads a number, exactly; one that is absurdly long or large is refused. */
  public BigDecimal number() {
    expect(Kind.NUMBER);
    int start = cursor.at;
    cursor.skipNumber();
    BigDecimal number = Numbers.read(cursor.bytes, start, cursor.at);
    if (number == null) {
      throw misshapen("a number of reasonable size", start);
    }
    return number;
  }

  /** Reads a whole number, however it is written. */
  public long integer() {
    expect(Kind.NUMBER);
    int start = cursor.at;
    cursor.skipNumber();
    BigDecimal number = Numbers.read(cursor.bytes, start, cursor.at);
    if (number == null || !Numbers.isWhole(number) || !Numbers.fitsLong(number)) {
      throw misshapen("an integer", start);
    }
    return number.longValueExact();
  }

  /** Steps over the value at hand, and returns its exact text. */
  public String raw() {
    int start = mark();
    cursor.skipValue(depth);
    return textSince(start);
  }

  /** Steps over the value at hand. */
  public void skip() {
    cursor.skipValue(depth);
  }

  /** Steps over {@code null}, if that is what is at hand; whether it was. */
  public boolean skipNull() {
    if (cursor.peek() != 'n') {
      return false;
    }
    skip();
    return true;
  }

  /** Where the value at hand begins, for {@link #textSince}. */
  public int mark() {
    cursor.peek();
    return cursor.at;
  }

  /** The exact text from {@code mark} to where the reader stands. */
  public String textSince(int mark) {
    return new String(cursor.bytes, mark, cursor.at - mark, StandardCharsets.UTF_8);
  }

  /** A reader of its own for the text from {@code mark} to where this one stands. */
  public JsonReader again(int mark) {
    return new JsonReader(cursor.bytes, mark, cursor.at, names);
  }

  /**
   * A reader of its own for the value from {@code mark} to where this one stands, which was stepped
   * over; its complaints name the value as this one's would. For members that can be understood
   * only when others are known.
   */
  public JsonReader later(int mark) {
    return new JsonReader(
        new JsonCursor(cursor.bytes, mark, cursor.at, JsonCursor.DEPTH_MAX), names, base, path());
  }

  /** Checks that nothing stands behind what was read. */
  public void end() {
    if (cursor.peek() != -1) {
      throw cursor.expected("the end of the text");
    }
  }

  /** Complains of the value at hand. */
  public MisshapenJson misshapen(String expected) {
    String path = path();
    return new MisshapenJson(
        path, subject(path) + " must be " + expected + ", but is " + peek().words, mark() - base);
  }

  /**
   * Complains of the value that was read last.
   *
   * @param mark where it began
   */
  public MisshapenJson misshapen(String expected, int mark) {
    String path = path();
    return new MisshapenJson(path, subject(path) + " must be " + expected, mark - base);
  }

  /**
   * Complains that the object which was read last lacks a member.
   *
   * @param member the member's name
   * @param mark where the object began
   */
  public MisshapenJson missing(String member, int mark) {
    String path = path();
    String full = path.isEmpty() ? member : path + "." + member;
    return new MisshapenJson(full, "`" + full + "` is required", mark - base);
  }

  /** The value at hand, such as {@code messages[1].role}; empty for the whole text. */
  public String path() {
    StringBuilder path = new StringBuilder(prefix);
    for (int level = 1; level <= depth; level++) {
      String name = pathNames[level];
      if (name == null) {
        path.append('[').append(pathIndexes[level]).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(name);
      }
    }
    return path.toString();
  }

  private static String subject(String path) {
    return path.isEmpty() ? "the text" : "`" + path + "`";
  }

  private void expect(char first, Kind kind) {
    if (cursor.peek() != first) {
      throw misshapen(kind.words);
    }
  }

  private void expect(Kind kind) {
    if (peek() != kind) {
      throw misshapen(kind.words);
    }
  }

  private void push() {
    depth++;
    if (depth == pathNames.length) {
      pathNames = Arrays.copyOf(pathNames, depth * 2);
      pathIndexes = Arrays.copyOf(pathIndexes, depth * 2);
    }
  }
}
