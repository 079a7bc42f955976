package dev.sluice.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scanner noted of a text: where the root's known fields stand, and what is wrong with them.
 * Refers to the scanned bytes, which must not change as long as this is used. Fields are named by
 * their position in the root's shape.
 */
public final class Scan {

  private static final int INTS_PER_FIELD = 3;

  private final byte[] bytes;
  private final int from;
  private final int[] spans;
  private final List<Violation> violations;
  private final int open;
  private final int close;
  private final boolean members;

  Scan(
      byte[] bytes,
      int from,
      int[] spans,
      List<Violation> violations,
      int open,
      int close,
      boolean members) {
    this.bytes = bytes;
    this.from = from;
    this.spans = spans;
    this.violations = violations;
    this.open = open;
    this.close = close;
    this.members = members;
  }

  static int[] spans(int fields) {
    return new int[fields * INTS_PER_FIELD];
  }

  static void note(int[] spans, int field, int memberStart, int valueStart, int valueEnd) {
    int i = field * INTS_PER_FIELD;
    spans[i] = memberStart;
    spans[i + 1] = valueStart;
    spans[i + 2] = valueEnd;
  }

  /** The scanned bytes. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in {@link #bytes}. All offsets of this class are into the array. */
  public int from() {
    return from;
  }

  /** What is wrong, in the text's order; empty where nothing is. */
  public List<Violation> violations() {
    return violations;
  }

  /** Where the root's opening brace stands. */
  public int open() {
    return open;
  }

  /** Where the root's closing brace stands. */
  public int close() {
    return close;
  }

  /** Whether the root has any member. */
  public boolean hasMembers() {
    return members;
  }

  /** Whether the field is there, be it {@code null}. */
  public boolean has(int field) {
    return spans[field * INTS_PER_FIELD + 2] != 0;
  }

  /** Whether the field is there and not {@code null}. */
  public boolean hasValue(int field) {
    return has(field) && bytes[valueStart(field)] != 'n';
  }

  /** Where the field's name begins, at its quote. */
  public int memberStart(int field) {
    return spans[field * INTS_PER_FIELD];
  }

  /** Where the field's value begins. */
  public int valueStart(int field) {
    return spans[field * INTS_PER_FIELD + 1];
  }

  /** Where the field's value ends. */
  public int valueEnd(int field) {
    return spans[field * INTS_PER_FIELD + 2];
  }

  /** The field's text, unescaped. */
  public String text(int field) {
    return JsonText.unquote(bytes, valueStart(field), valueEnd(field));
  }

  /** Whether the field is {@code true}; absent and {@code null} are not. */
  public boolean isTrue(int field) {
    return has(field) && bytes[valueStart(field)] == 't';
  }

  /** The field's whole number; {@code otherwise} where it is absent, null or beyond a long. */
  public long integer(int field, long otherwise) {
    if (!hasValue(field)) {
      return otherwise;
    }
    return integerAt(bytes, valueStart(field), valueEnd(field), otherwise);
  }

  /** The whole number that stands there; {@code otherwise} where it is none or beyond a long. */
  static long integerAt(byte[] bytes, int start, int end, long otherwise) {
    int i = start;
    boolean negative = bytes[i] == '-';
    if (negative) {
      i++;
    }
    if (end - i <= 18) {
      long value = 0;
      for (; i < end; i++) {
        int digit = bytes[i] - '0';
        if (digit < 0 || digit > 9) {
          return exactly(bytes, start, end, otherwise);
        }
        value = value * 10 + digit;
      }
      return negative ? -value : value;
    }
    return exactly(bytes, start, end, otherwise);
  }

  private static long exactly(byte[] bytes, int start, int end, long otherwise) {
    BigDecimal number = Numbers.read(bytes, start, end);
    if (number == null || !Numbers.isWhole(number) || !Numbers.fitsLong(number)) {
      return otherwise;
    }
    return number.longValue();
  }

  /**
   * The texts in the field's array; empty where it is absent or null. Items are known to be text.
   */
  public List<String> texts(int field) {
    if (!hasValue(field)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    JsonCursor items = new JsonCursor(bytes, valueStart(field), valueEnd(field), 1);
    items.at++;
    while (items.peek() != ']') {
      int start = items.at;
      items.skipString();
      texts.add(JsonText.unquote(bytes, start, items.at));
      if (items.peek() == ',') {
        items.at++;
      }
    }
    return texts;
  }
}
