package dev.sluice.provider.checking;

import java.util.regex.PatternSyntaxException;

/**
 * Says a pattern of ECMA-262 in Java's words, so that a search with it cannot go on for long
 * without looking at a character. Used once, by one thread.
 *
 * <h2>How it works</h2>
 *
 * <p>What goes on for long is a group that is repeated or has alternatives. At the end of a text,
 * or where nothing stands in it, it can do so without looking at anything, as {@code
 * ((){99999}){99999}} does. So whatever can be repeated looks back first, at the character before,
 * which there always is: {@link #BEFORE} stands in front of the text. Words of Java's that hide
 * groups from this reading, or that ECMA-262 does not have, are refused.
 */
final class PatternText {

  /** Stands in front of each text; a line break is neither part of a word nor matched by a dot. */
  static final String BEFORE = "\n";

  /** Looks at the character before, whatever it is. */
  private static final String LOOK = "(?<=[\\s\\S])";

  /** What of Java's escapes ECMA-262 has, too, or many believe it has. */
  private static final String ESCAPES = "bBcdDfknpPrsStuvwWxAzZ";

  private final String pattern;
  private final StringBuilder out;
  private int at;

  PatternText(String pattern) {
    this.pattern = pattern;
    this.out = new StringBuilder(pattern.length() * 2);
  }

  /**
   * The pattern for Java. It may still be none: groups are not counted here.
   *
   * @throws PatternSyntaxException where it has what is not allowed
   */
  String looking() {
    look();
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      switch (c) {
        case '\\' -> escape();
        case '[' -> characters();
        case '(' -> group();
        case '|' -> {
          at++;
          out.append('|');
          look();
        }
        case '^' -> place("^");
        // In ECMA-262 it does not match before a last line break.
        case '$' -> place("\\z");
        default -> {
          at++;
          out.append(c);
        }
      }
    }
    return out.toString();
  }

  private void look() {
    out.append(LOOK);
    notRepeated();
  }

  /** A place in the text, which nothing is looked at for, and which may not be repeated. */
  private void place(String word) {
    at++;
    out.append(word);
    notRepeated();
  }

  private void notRepeated() {
    if (at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0) {
      throw refused("nothing to repeat");
    }
  }

  private void escape() {
    at++;
    char c = escaped();
    if (c >= '1' && c <= '9') {
      int from = at;
      while (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
        at++;
      }
      again("\\" + pattern.substring(from, at));
    } else if (c == 'k') {
      int end = pattern.indexOf('>', at);
      if (end < 0) {
        throw refused("an unfinished name");
      }
      String name = pattern.substring(at, end + 1);
      at = end + 1;
      again("\\" + name);
    } else if ("bBAzZ".indexOf(c) >= 0) {
      place("\\" + c);
    } else {
      at++;
      out.append('\\').append(c);
    }
  }

  /** What a group has matched, which may be nothing. */
  private void again(String reference) {
    out.append("(?:").append(LOOK).append(reference).append(')');
  }

  /** The character behind a backslash. */
  private char escaped() {
    if (at == pattern.length()) {
      throw refused("an unfinished escape");
    }
    char c = pattern.charAt(at);
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter && ESCAPES.indexOf(c) < 0) {
      throw refused("an escape that is not known");
    }
    return c;
  }

  /** A class of characters, in which Java has more words than ECMA-262. */
  private void characters() {
    out.append('[');
    at++;
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      out.append('^');
      at++;
    }
    if (at < pattern.length() && pattern.charAt(at) == ']') {
      throw refused("a class of nothing");
    }
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      at++;
      switch (c) {
        case ']' -> {
          out.append(']');
          return;
        }
        case '\\' -> {
          out.append('\\').append(escaped());
          at++;
        }
        case '[', '&' -> out.append('\\').append(c);
        default -> out.append(c);
      }
    }
    throw refused("an unfinished class");
  }

  private void group() {
    String kind = kind();
    at += kind.length();
    out.append(kind);
    look();
  }

  /** How the group at hand begins. */
  private String kind() {
    if (!pattern.startsWith("(?", at)) {
      return "(";
    }
    for (String kind : new String[] {"(?:", "(?=", "(?!"}) {
      if (pattern.startsWith(kind, at)) {
        return kind;
      }
    }
    int name = at + "(?<".length();
    int end = pattern.indexOf('>', at);
    if (pattern.startsWith("(?<", at) && end > name && Character.isLetter(pattern.charAt(name))) {
      return pattern.substring(at, end + 1);
    }
    // To look back would find what stands before the text.
    throw refused("a group that is not known");
  }

  private PatternSyntaxException refused(String why) {
    return new PatternSyntaxException(why, pattern, Math.min(at, pattern.length()));
  }
}
