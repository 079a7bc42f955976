package dev.sluice.conformance;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a test proves, as its display name says: {@code yomo page: the list of models}.
 *
 * @param dialect the front door
 * @param kind where the item comes from
 * @param number the number of a pitfall; 0 for the other kinds
 * @param text what holds
 */
record Item(String dialect, Kind kind, int number, String text) implements Comparable<Item> {

  private static final Pattern NAME =
      Pattern.compile("([a-z]+) (?:(page)|(§5\\.8)|(§[0-9.]+)|trap ([0-9]+)): (.+)");

  private static final Comparator<Item> ORDER =
      Comparator.comparing(Item::dialect)
          .thenComparing(Item::kind)
          .thenComparing(Item::number)
          .thenComparing(Item::text);

  /** Where an item comes from, in the report's order. */
  enum Kind {
    PAGE("page"),
    CHECKLIST("checklist"),
    CAUSE("one cause, each door's answer"),
    PITFALL("pitfall");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** The item that {@code displayName} names; {@code null} where it names none. */
  static @Nullable Item of(String displayName) {
    Matcher matcher = NAME.matcher(displayName);
    if (!matcher.matches()) {
      return null;
    }
    Kind kind = Kind.PITFALL;
    if (matcher.group(2) != null) {
      kind = Kind.PAGE;
    } else if (matcher.group(3) != null) {
      kind = Kind.CAUSE;
    } else if (matcher.group(4) != null) {
      kind = Kind.CHECKLIST;
    }
    int number = matcher.group(5) == null ? 0 : Integer.parseInt(matcher.group(5));
    return new Item(matcher.group(1), kind, number, matcher.group(6));
  }

  /** The kind in words, with its number if it has one. */
  String source() {
    return number == 0 ? kind.words : kind.words + " " + number;
  }

  @Override
  public int compareTo(Item other) {
    return ORDER.compare(this, other);
  }
}
