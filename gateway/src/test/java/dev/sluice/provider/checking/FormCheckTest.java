package dev.sluice.provider.checking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.provider.checking.Verdict.Reason;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FormCheckTest {

  private static final String PERSON =
      "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":1},"
          + "\"age\":{\"$ref\":\"#/$defs/age\"}},\"required\":[\"name\",\"age\"],"
          + "\"additionalProperties\":false,\"$defs\":{\"age\":{\"type\":\"integer\",\"minimum\":0}}}";

  /** Generous, so that what is not about time does not depend on a busy machine. */
  private final FormCheck check =
      new FormCheck(new FormCheck.Limits(Duration.ofSeconds(20), 128 * 1024, 256 * 1024, 200_000));

  /** What a gateway checks with. */
  private final FormCheck usual = new FormCheck(FormCheck.USUAL);

  @Test
  void whatFitsFits() {
    assertThat(check.check(PERSON, " {\"name\":\"A\",\"age\":3}\n")).isEqualTo(new Verdict.Fits());
    assertThat(check.check(null, "[1]")).isEqualTo(new Verdict.Fits());
    assertThat(check.check("true", "1")).isEqualTo(new Verdict.Fits());
  }

  @Test
  void whatDoesNotFitIsToldWithItsPlace() {
    assertThat(complaint(PERSON, "{\"name\":\"\",\"age\":1.5,\"sex\":\"x\"}"))
        .contains("- /age: ", "integer")
        .contains("- /name: ")
        .contains("sex");
    assertThat(complaint(PERSON, "{\"name\":\"A\"}")).contains("age").startsWith("- ");
    assertThat(complaint("false", "1")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "Sure! {}", "```json\n{}\n```", "{\"a\":1", "{} {}", "{'a':1}"})
  void whatIsNoJsonDoesNotFitAnySchema(String answer) {
    assertThat(complaint(null, answer)).startsWith("- it is ").doesNotContain("\n");
    assertThat(complaint(PERSON, answer)).startsWith("- it is ");
  }

  @Test
  void aComplaintIsBounded() {
    String many = "[" + "1,".repeat(5000) + "1]";
    String complaint = complaint("{\"items\":{\"const\":\"" + "x".repeat(5000) + "\"}}", many);

    assertThat(complaint.lines()).hasSize(11);
    assertThat(complaint).hasSizeLessThan(4000).endsWith("- and 4991 more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"items\":[{\"type\":\"string\"}]} | [1]",
        "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]} | 1",
        "{\"type\":\"array\",\"items\":{\"enum\":[1,2]},\"uniqueItems\":true} | [1,1]",
        "{\"pattern\":\"^a+$\"} | \"aab\"",
        "{\"pattern\":\"^a$\"} | \"a\\n\"",
        "{\"multipleOf\":0.01} | 0.015",
        "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"additionalProperties\":false} | {\"a\":{\"a\":{\"b\":1}}}",
        "{\"unevaluatedProperties\":false,\"allOf\":[{\"properties\":{\"a\":{}}}]} | {\"a\":1,\"b\":1}",
      })
  void wordsOfSchemas(String schema, String answer) {
    assertThat(check.check(schema, answer)).isInstanceOf(Verdict.Misfit.class);
  }

  @Test
  void formatsJudgeNothing() {
    assertThat(check.check("{\"format\":\"email\"}", "\"nobody\"")).isEqualTo(new Verdict.Fits());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3",
        "{",
        "{\"$ref\":\"#/nowhere\"}",
        "{\"pattern\":\"(\"}",
        "{\"type\":3}",
        "{\"$schema\":\"https://example.com/my-own\"}",
        "{\"$ref\":\"classpath:dev/sluice/provider/catalogue/none\"}",
        "{\"$ref\":\"https://json-schema.org/draft/2020-12/nothing\"}",
      })
  void aSchemaThatIsNoneJudgesNothing(String schema) {
    assertThat(check.check(schema, "{\"a\":1}"))
        .isEqualTo(new Verdict.Unchecked(Reason.BAD_SCHEMA));
  }

  @ParameterizedTest
  @ValueSource(strings = {"$ref", "$schema", "$dynamicRef", "$id"})
  void nothingIsFetched(String word, @TempDir Path directory) throws Exception {
    Path file = directory.resolve("schema.json");
    Files.writeString(file, "{\"type\":\"string\"}");
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(1);
      String url = "http://127.0.0.1:" + server.getLocalPort() + "/schema.json";

      Verdict remote = check.check("{\"" + word + "\":\"" + url + "\"}", "1");
      Verdict local = check.check("{\"" + word + "\":\"" + file.toUri() + "\"}", "1");

      Verdict expected =
          word.equals("$id") ? new Verdict.Fits() : new Verdict.Unchecked(Reason.BAD_SCHEMA);
      assertThat(remote).isEqualTo(expected);
      assertThat(local).isEqualTo(expected);
      assertThat(org.assertj.core.api.Assertions.catchThrowable(server::accept))
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void aPatternThatBacktracksWithoutEndIsGivenUp() {
    String text = "\"" + "a".repeat(5000) + "!\"";
    assertThat(usual.check("{\"pattern\":\"(a+)+\\\\1b\"}", text))
        .isEqualTo(new Verdict.Unchecked(Reason.OUT_OF_TIME));
    assertThat(usual.check("{\"patternProperties\":{\"(a+)+\\\\1b\":true}}", "{" + text + ":1}"))
        .isEqualTo(new Verdict.Unchecked(Reason.OUT_OF_TIME));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?:){2147483647}",
        "((?:){1000000}){1000000}",
        "((?=){1000000}){1000000}",
        "(()\\\\2{1000000}){1000000}",
      })
  void aPatternThatGoesOnWithoutLookingAtTheTextIsGivenUp(String pattern) {
    assertThat(usual.check("{\"pattern\":\"" + pattern + "\"}", "\"\""))
        .isEqualTo(new Verdict.Unchecked(Reason.OUT_OF_TIME));
  }

  @Test
  void aPatternThatDoublesAtTheEndOfTheTextIsGivenUp() {
    String pattern = "^" + "(?:a?|b?)".repeat(60) + "(?!)";
    assertThat(usual.check("{\"pattern\":\"" + pattern + "\"}", "\"\""))
        .isEqualTo(new Verdict.Unchecked(Reason.OUT_OF_TIME));
  }

  @Test
  void referencesThatDoubleAreGivenUp() {
    StringBuilder schema = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
    for (int i = 0; i < 40; i++) {
      String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
      schema.append("\"d" + i + "\":{\"allOf\":[" + next + "," + next + "]},");
    }
    schema.append("\"d40\":{\"type\":\"string\"}}}");

    assertThat(usual.check(schema.toString(), "\"a\""))
        .isEqualTo(new Verdict.Unchecked(Reason.OUT_OF_TIME));
  }

  @Test
  void aReferenceToItselfIsGivenUp() {
    assertThat(usual.check("{\"$ref\":\"#\"}", "1")).isInstanceOf(Verdict.Unchecked.class);
    assertThat(usual.check("{\"allOf\":[{\"$ref\":\"#\"}]}", "1"))
        .isInstanceOf(Verdict.Unchecked.class);
    assertThat(
            usual.check(
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
                    + "\"b\":{\"$ref\":\"#/$defs/a\"}}}",
                "1"))
        .isInstanceOf(Verdict.Unchecked.class);
  }

  @Test
  void whatIsTooLargeIsNotChecked() {
    Verdict expected = new Verdict.Unchecked(Reason.TOO_LARGE);
    assertThat(check.check(null, "\"" + "a".repeat(256 * 1024) + "\"")).isEqualTo(expected);
    assertThat(check.check("{\"const\":\"" + "a".repeat(128 * 1024) + "\"}", "1"))
        .isEqualTo(expected);
    assertThat(check.check(null, "[".repeat(200) + "]".repeat(200))).isEqualTo(expected);
    assertThat(check.check("{\"not\":".repeat(200) + "{}" + "}".repeat(200), "1"))
        .isEqualTo(expected);
    assertThat(check.check(null, "1".repeat(1000))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e999999999", "-1e-999999999", "1e308", "123456789012345678901234567890"})
  void numbersOfAbsurdSizeTakeNoTime(String number) {
    assertThat(
            usual.check(
                "{\"type\":[\"integer\",\"number\"],\"multipleOf\":3,\"maximum\":1e9,"
                    + "\"enum\":[1e999999999,2]}",
                number))
        .isNotEqualTo(new Verdict.Fits());
    usual.check("{\"multipleOf\":" + number + "}", "7");
  }

  @Test
  void namesAndItemsThatCollideTakeBoundedTime() {
    StringBuilder items = new StringBuilder("[");
    // "Aa" and "BB" have the same hash, and so has whatever is put together of them.
    for (int i = 0; i < 8192; i++) {
      items.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 13; bit++) {
        items.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      items.append('"');
    }
    String colliding = items.append(']').toString();
    assertThat(colliding.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(256 * 1024);
    long start = System.nanoTime();

    Verdict verdict = usual.check("{\"uniqueItems\":true}", colliding);

    assertThat(verdict).isNotInstanceOf(Verdict.Misfit.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
  }

  private String complaint(String schema, String answer) {
    Verdict verdict = check.check(schema, answer);
    assertThat(verdict).isInstanceOf(Verdict.Misfit.class);
    return ((Verdict.Misfit) verdict).complaint();
  }
}
