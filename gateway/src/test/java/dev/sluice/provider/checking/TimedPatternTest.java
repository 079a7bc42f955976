package dev.sluice.provider.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimedPatternTest {

  private static TimedPattern pattern(String text) {
    return new TimedPattern(text, new Deadline(Duration.ofMinutes(1).toNanos()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "a bab",
        "^a$ a",
        "^$ ``",
        "^(foo|bar)?$ bar",
        "^(?:foo|bar|)$ ``",
        "^(?=.*\\d$)(?!.*z)[a-z\\d]{3,}$ ab1",
        "\\bword\\b `a word`",
        "^\\B$ ``",
        "^\\w+@[\\w.-]+\\.[a-z]{2,}$ a@b.example",
        "^(a)(b)\\1\\2$ abab",
        "^(?<x>a|b)\\k<x>$ bb",
        "^[[&&]+$ [&&",
        "^[^\\]]+$ a[b",
        "^[a\\-z]+$ a-z",
        "^\\u00e9\\x41\\/\\.$ éA/.",
        "^\\p{L}+$ äöü",
        "^.$ 😀",
        "😀$ a😀",
        "(?=(a)) ba",
        "a|^b|c$ xc",
        "^a|b$ xb",
        "^\\s*$ `  `",
      })
  void whatMatches(String pattern, String text) {
    assertThat(pattern(pattern).matches(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "a b",
        "^a$ ba",
        "^(?:foo|bar)$ foobar",
        "\\s a",
        "\\n a",
        "^(?=.*\\d$)[a-z\\d]{3,}$ 1ab",
        "^(?!.*z).+$ abz",
        "\\bword\\b swords",
        "^[[&&]+$ a",
        "^[a&&b]$ c",
        "^(a)\\1$ ab",
        "\\Ba ``",
        "^.{2}$ 😀",
      })
  void whatDoesNot(String pattern, String text) {
    assertThat(pattern(pattern).matches(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n", "a\r\n"})
  void theEndIsNotBeforeALastLineBreak(String text) {
    assertThat(pattern("^a$").matches(text)).isFalse();
    assertThat(pattern("^(a$)").matches(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "[a",
        "a\\",
        "[]",
        "[^]",
        "\\Q(\\E",
        "[\\Q]\\E]",
        "(?x)#[\n()",
        "(?i:a)",
        "(?>a)",
        "(?<=a)b",
        "(?<!a)b",
        "^*",
        "${3}",
        "\\b+",
        "\\k<a",
        "(?<a",
        "*a",
        "\\G",
        "\\p{Nothing}",
      })
  void whatIsNone(String text) {
    assertThatThrownBy(() -> pattern(text)).isInstanceOf(PatternSyntaxException.class);
  }
}
