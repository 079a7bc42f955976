package dev.sluice.provider.checking;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of a client's schema. The time that it takes to search for one may double with each
 * character, or with each group where there is no character left; the search cannot be stopped from
 * outside, but it has to ask for every character that it looks at, and {@link PatternText} sees to
 * it that each turn of a group looks at one.
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
    this.pattern = Pattern.compile(new PatternText(pattern).looking());
    this.deadline = deadline;
  }

  @Override
  public boolean matches(String value) {
    Matcher matcher = pattern.matcher(new Timed(PatternText.BEFORE + value, deadline));
    // What stands before the text is looked at only by what looks back; the text begins behind it.
    matcher.useTransparentBounds(true);
    matcher.region(PatternText.BEFORE.length(), PatternText.BEFORE.length() + value.length());
    return matcher.find();
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
