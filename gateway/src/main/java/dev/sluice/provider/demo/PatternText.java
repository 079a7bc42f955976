package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Makes texts that a regular expression matches, for the expressions that schemas commonly hold:
 * literals, classes, groups, alternatives, repetitions, and look-arounds whose own text can be laid
 * over the rest. Whatever it makes is checked against the expression.
 */
final class PatternText {

  private static final int LENGTH_MAX = 2_000;
  private static final int PATTERN_LENGTH_MAX = 1_000;
  private static final int EXTRA_MAX = 200;
  private static final int VARIANTS_MAX = 8;
  private static final int MORE_EXTRA = 8;
  private static final long REPETITIONS_MAX = 1_000_000;

  /** How often a match may look at its text before it is given up. */
  private static final int LOOKS_MAX = 200_000;

  private final String pattern;

  /** How many repetitions there are beyond what the expression asks for. */
  private final int extra;

  /** Which alternative is taken, and which character of a class. */
  private final int variant;

  /** What the look-aheads ask for. */
  private final StringBuilder ahead = new StringBuilder();

  private int at;

  private PatternText(String pattern, int extra, int variant) {
    this.pattern = pattern;
    this.extra = extra;
    this.variant = variant;
  }

  /** A text that gives up being looked at without end: an expression may backtrack for ever. */
  private record Watched(CharSequence text, int[] looks) implements CharSequence {

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks[0] > LOOKS_MAX) {
        throw new IllegalStateException("looked " + LOOKS_MAX + " times");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Watched(text.subSequence(start, end), looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  /** Whether the expression is found in a text; an expression that cannot tell is refused. */
  static boolean matches(String pattern, String text, SchemaTerms terms) {
    if (pattern.length() > PATTERN_LENGTH_MAX || text.length() > LENGTH_MAX) {
      throw terms.unsatisfiable("a pattern or its text is longer than the demo takes");
    }
    if (leastRepetitions(pattern) > REPETITIONS_MAX) {
      throw terms.unsatisfiable("a pattern repeats more than the demo takes");
    }
    int[] looks = new int[1];
    try {
      return Pattern.compile(pattern).matcher(new Watched(text, looks)).find();
    } catch (PatternSyntaxException e) {
      throw terms.unsatisfiable("a pattern is not understood: " + e.getDescription());
    } catch (IllegalStateException | StackOverflowError _) {
      throw terms.unsatisfiable("a pattern takes too long to match");
    } finally {
      terms.spend(10 + looks[0] / 10);
    }
  }

  /**
   * How often the innermost part is repeated if all counts are within each other: an empty group is
   * matched as often as its counts say, without a look at the text.
   */
  private static long leastRepetitions(String pattern) {
    long product = 1;
    for (int i = pattern.indexOf('{'); i >= 0; i = pattern.indexOf('{', i + 1)) {
      long count = 0;
      int at = i + 1;
      while (at < pattern.length() && Character.isDigit(pattern.charAt(at))) {
        count = Math.min(REPETITIONS_MAX + 1, count * 10 + (pattern.charAt(at++) - '0'));
      }
      product = Math.min(REPETITIONS_MAX + 1, product * Math.max(1, count));
    }
    return product;
  }

  /** Different texts of at least {@code least} characters that match, at most {@code wanted}. */
  static List<String> candidates(String pattern, int least, int wanted, SchemaTerms terms) {
    Set<String> found = new LinkedHashSet<>();
    int extras = Math.max(MORE_EXTRA, Math.min(least, EXTRA_MAX)) + wanted;
    int last = Math.min(extras, EXTRA_MAX + MORE_EXTRA);
    for (int extra = 0; extra <= last && found.size() <= wanted; extra++) {
      for (int variant = 0; variant < VARIANTS_MAX && found.size() <= wanted; variant++) {
        propose(pattern, extra, variant, least, found, terms);
      }
    }
    return List.copyOf(found);
  }

  private static void propose(
      String pattern, int extra, int variant, int least, Set<String> found, SchemaTerms terms) {
    terms.spend(10);
    PatternText maker = new PatternText(pattern, extra, variant);
    String text;
    try {
      text = maker.alternatives();
    } catch (PatternSyntaxException | IndexOutOfBoundsException | NumberFormatException _) {
      // An expression that this maker does not read; others may have made a text.
      return;
    }
    if (maker.at != pattern.length()) {
      return;
    }
    String ahead = maker.ahead.toString();
    int over = Math.min(ahead.length(), text.length());
    for (String each : List.of(text, ahead + text.substring(over), ahead + text)) {
      boolean fits = each.length() >= least && each.length() <= LENGTH_MAX;
      if (fits && !found.contains(each) && matches(pattern, each, terms)) {
        found.add(each);
      }
    }
  }

  /** The alternative whose turn it is; the others are stepped over. */
  private String alternatives() {
    List<String> all = new ArrayList<>();
    all.add(sequence());
    while (at < pattern.length() && pattern.charAt(at) == '|') {
      at++;
      all.add(sequence());
    }
    return all.get(variant % all.size());
  }

  private String sequence() {
    StringBuilder text = new StringBuilder();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      String atom = atom();
      int times = repetitions();
      for (int i = 0; i < times && !atom.isEmpty() && text.length() < LENGTH_MAX; i++) {
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
    if (pattern.startsWith("?=", at)) {
      at += 2;
      ahead.append(alternatives());
      at++;
      return "";
    }
    if (pattern.startsWith("?!", at) || (pattern.startsWith("?<", at) && isLookBehind(at + 2))) {
      // Whether it holds is seen when the text is checked.
      at += pattern.charAt(at + 1) == '!' ? 2 : 3;
      int before = ahead.length();
      alternatives();
      ahead.setLength(before);
      at++;
      return "";
    }
    if (pattern.startsWith("?:", at)) {
      at += 2;
    } else if (pattern.startsWith("?<", at) && Character.isLetter(pattern.charAt(at + 2))) {
      at = pattern.indexOf('>', at) + 1;
    }
    String text = alternatives();
    at++;
    return text;
  }

  private boolean isLookBehind(int from) {
    return pattern.charAt(from) == '=' || pattern.charAt(from) == '!';
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

  /** A character of a class: one that it names, or for a negated class one that is not in it. */
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
    // A range counts as its first character; what stands behind a dash is its end.
    int pick = variant % all.length();
    boolean plain = Character.isLetterOrDigit(all.charAt(pick));
    boolean escaped = pick > 0 && all.charAt(pick - 1) == '\\';
    return plain && !escaped ? all.charAt(pick) : all.charAt(0);
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
