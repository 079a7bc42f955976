package dev.sluice.provider.demo;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Makes a text that a regular expression matches, for the expressions that schemas commonly hold:
 * literals, classes, groups, alternatives and repetitions. Whatever it makes is checked against the
 * expression, and what cannot be made is refused.
 */
final class PatternText {

  private static final int LENGTH_MAX = 10_000;

  private final String pattern;
  private final int extra;
  private int at;

  private PatternText(String pattern, int extra) {
    this.pattern = pattern;
    this.extra = extra;
  }

  /** A matching text from {@code least} to {@code most} characters long. */
  static String matching(String pattern, int least, int most) {
    try {
      Pattern compiled = Pattern.compile(pattern);
      // More repetitions, where the shortest text is too short.
      for (int extra = 0; extra <= Math.max(1, Math.min(least, 1000)); extra++) {
        PatternText maker = new PatternText(pattern, extra);
        String text = maker.alternatives();
        if (maker.at == pattern.length()
            && text.length() >= least
            && text.length() <= most
            && compiled.matcher(text).find()) {
          return text;
        }
      }
    } catch (PatternSyntaxException | IndexOutOfBoundsException | NumberFormatException _) {
      // Refused below.
    }
    throw DemoError.invalid(
        "response_format", "The demo cannot make a text for the pattern " + pattern);
  }

  /** The first alternative; the others are stepped over. */
  private String alternatives() {
    String first = sequence();
    while (at < pattern.length() && pattern.charAt(at) == '|') {
      at++;
      sequence();
    }
    return first;
  }

  private String sequence() {
    StringBuilder text = new StringBuilder();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      String atom = atom();
      int times = repetitions();
      for (int i = 0; i < times && text.length() < LENGTH_MAX; i++) {
        text.append(atom);
      }
    }
    return text.toString();
  }

  private String atom() {
    char c = pattern.charAt(at++);
    return switch (c) {
      case '^', '$' -> "";
      case '.' -> "x";
      case '(' -> group();
      case '[' -> String.valueOf(oneOf());
      case '\\' -> escaped(pattern.charAt(at++));
      default -> String.valueOf(c);
    };
  }

  private String group() {
    if (pattern.startsWith("?:", at)) {
      at += 2;
    } else if (pattern.startsWith("?<", at) && Character.isLetter(pattern.charAt(at + 2))) {
      at = pattern.indexOf('>', at) + 1;
    }
    String text = alternatives();
    at++;
    return text;
  }

  private static String escaped(char c) {
    return switch (c) {
      case 'd' -> "1";
      case 'w', 'S', 'D' -> "a";
      case 'W' -> "-";
      case 's' -> " ";
      case 't' -> "\t";
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 'b', 'B', 'A', 'z', 'Z' -> "";
      default -> String.valueOf(c);
    };
  }

  /** A character of a class: its first one, or for a negated class one that is not in it. */
  private char oneOf() {
    int end = at;
    while (pattern.charAt(end) != ']' || end == at) {
      end += pattern.charAt(end) == '\\' ? 2 : 1;
    }
    String all = pattern.substring(at, end);
    at = end + 1;
    if (all.startsWith("^")) {
      Pattern allowed = Pattern.compile("[" + all + "]");
      for (char c = 'a'; c > ' '; c = c == 'z' ? '0' : c == '9' ? '!' : (char) (c + 1)) {
        if (allowed.matcher(String.valueOf(c)).matches()) {
          return c;
        }
        if (c == '/') {
          break;
        }
      }
      return ' ';
    }
    if (all.charAt(0) == '\\') {
      String text = escaped(all.charAt(1));
      return text.isEmpty() ? 'a' : text.charAt(0);
    }
    return all.charAt(0);
  }

  private int repetitions() {
    if (at >= pattern.length()) {
      return 1;
    }
    int least;
    int most;
    switch (pattern.charAt(at)) {
      case '*' -> {
        at++;
        least = 0;
        most = Integer.MAX_VALUE;
      }
      case '+' -> {
        at++;
        least = 1;
        most = Integer.MAX_VALUE;
      }
      case '?' -> {
        at++;
        least = 0;
        most = 1;
      }
      case '{' -> {
        int end = pattern.indexOf('}', at);
        String[] bounds = pattern.substring(at + 1, end).split(",", -1);
        at = end + 1;
        least = Integer.parseInt(bounds[0]);
        most =
            bounds.length == 1
                ? least
                : bounds[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(bounds[1]);
      }
      default -> {
        return 1;
      }
    }
    if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '+')) {
      at++;
    }
    return (int) Math.min(most, (long) least + extra);
  }
}
