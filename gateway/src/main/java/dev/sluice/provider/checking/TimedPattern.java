package dev.sluice.provider.checking;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;

/**
 * A pattern of a client's schema. The time that it takes to search for one may double with each
 * character; the search cannot be stopped from outside, but it has to ask for every character.
 */
final class TimedPattern implements RegularExpression {

  private final Pattern pattern;
  private final Deadline deadline;

  /**
   * A pattern.
   *
   * @throws java.util.regex.PatternSyntaxException where it is none
   */
  TimedPattern(String pattern, Deadline deadline) {
    this.pattern = Pattern.compile(endsOnlyAtTheEnd(pattern));
    this.deadline = deadline;
  }

  @Override
  public boolean matches(String value) {
    return pattern.matcher(new Timed(value, deadline)).find();
  }

  /** With {@code $} as ECMA-262 has it, which does not match before a last line break. */
  private static String endsOnlyAtTheEnd(String pattern) {
    return pattern.endsWith("$") && !pattern.endsWith("\\$")
        ? pattern.substring(0, pattern.length() - 1) + "\\z"
        : pattern;
  }

  /** A text that looks at the clock when it is looked at. */
  private record Timed(String text, Deadline deadline) implements CharSequence {

    @Override
    public char charAt(int index) {
      deadline.tick();
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
