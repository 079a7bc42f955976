package dev.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class ShapeScannerTest {

  private static final Shape.Object SHAPE =
      Shape.object(
          Shape.required("model", Shape.nonEmptyText()),
          Shape.optional("temperature", Shape.number(0, 2).orNull()),
          Shape.optional("n", Shape.integer(1)),
          Shape.optional("stream", Shape.bool().orNull()),
          Shape.optional(
              "messages",
              Shape.nonEmptyArray(Shape.object(Shape.required("role", Shape.nonEmptyText())))),
          Shape.optional("stop", Shape.anyOf(Shape.text(), Shape.array(Shape.text()))),
          Shape.optional("tier", Shape.words("auto", "default")));

  private static final ShapeScanner SCANNER =
      new ShapeScanner(SHAPE, new ScanOptions(64, 16, ScanOptions.Duplicates.REFUSED));

  private static final JsonMapper ORACLE =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static Scan scan(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return SCANNER.scan(bytes, 0, bytes.length);
  }

  private static List<String> words(String text) {
    return scan(text).violations().stream().map(Violation::words).toList();
  }

  @Test
  void findsFieldsWhereTheyStand() {
    String text = " {\"x\":[1,{\"model\":2}], \"model\" : \"a\\u00e9\\n\", \"stream\":true} ";

    Scan scan = scan(text);

    int model = SHAPE.index("model");
    assertThat(scan.violations()).isEmpty();
    assertThat(scan.text(model)).isEqualTo("aé\n");
    assertThat(text.substring(scan.valueStart(model), scan.valueEnd(model)))
        .isEqualTo("\"a\\u00e9\\n\"");
    assertThat(text.charAt(scan.memberStart(model))).isEqualTo('"');
    assertThat(text.charAt(scan.open())).isEqualTo('{');
    assertThat(text.charAt(scan.close())).isEqualTo('}');
    assertThat(scan.isTrue(SHAPE.index("stream"))).isTrue();
    assertThat(scan.has(SHAPE.index("n"))).isFalse();
  }

  @Test
  void knowsANameThatIsSpelledWithEscapes() {
    assertThat(scan("{\"mod\\u0065l\":\"a\"}").text(SHAPE.index("model"))).isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|`model` is required: expected a non-empty string",
        "{\"model\":\"\"}|`model` must be a non-empty string, but is empty",
        "{\"model\":3}|`model` must be a non-empty string, but is a number",
        "{\"model\":\"a\",\"temperature\":2.01}|`temperature` must be a number between 0 and 2, but is 2.01",
        "{\"model\":\"a\",\"temperature\":\"1\"}|`temperature` must be a number between 0 and 2 or null, but is a string",
        "{\"model\":\"a\",\"n\":0}|`n` must be an integer of at least 1, but is 0",
        "{\"model\":\"a\",\"n\":1.5}|`n` must be an integer of at least 1, but is a fraction",
        "{\"model\":\"a\",\"n\":null}|`n` must be an integer of at least 1, but is null",
        "{\"model\":\"a\",\"stream\":1}|`stream` must be a boolean or null, but is a number",
        "{\"model\":\"a\",\"messages\":[]}|`messages` must be an array with at least 1 item, but is empty",
        "{\"model\":\"a\",\"messages\":[{\"role\":\"u\"},{}]}|`messages[1].role` is required: expected a non-empty string",
        "{\"model\":\"a\",\"messages\":[4]}|`messages[0]` must be an object, but is a number",
        "{\"model\":\"a\",\"stop\":[\"x\",7]}|`stop[1]` must be a string, but is a number",
        "{\"model\":\"a\",\"stop\":{}}|`stop` must be a string or an array, but is an object",
        "{\"model\":\"a\",\"tier\":\"flex\"}|`tier` must be one of auto, default",
        "{\"model\":\"a\",\"model\":\"b\"}|`model` is given twice",
        "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}|`model` is given twice",
        "{\"model\":\"a\",\"x\":1,\"x\":2}|`x` is given twice",
        "[1]|the request body must be an object, but is an array",
      })
  void namesWhatIsWrong(String text, String message) {
    assertThat(words(text))
        .contains(
            message
                .replace(" or null, but is a string", ", but is a string")
                .replace("a boolean or null", "a boolean"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e2", "100", "1.0e2", "100.000"})
  void takesAWholeNumberHoweverItIsWritten(String number) {
    Scan scan = scan("{\"model\":\"a\",\"n\":" + number + "}");

    assertThat(scan.violations()).isEmpty();
    assertThat(scan.integer(SHAPE.index("n"), -1)).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"model\":\"a\"",
        "{\"model\":\"a\",}",
        "{\"model\":\"a\"}}",
        "{\"model\":\"a\"} x",
        "{'model':'a'}",
        "{\"model\":NaN}",
        "{\"model\":01}",
        "{\"model\":1.}",
        "{\"model\":.5}",
        "{\"model\":+1}",
        "{\"model\":tru}",
        "{\"model\":\"\u0001\"}",
        "{\"model\":\"\\x\"}",
        "{\"model\":\"\\u12g4\"}",
        "{\"model\" \"a\"}",
        "{model:\"a\"}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "/*c*/{\"model\":\"a\"}",
        "\ufeff{\"model\":\"a\"}",
      })
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> scan(text)).isInstanceOf(MalformedJson.class);
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    int[][] wrong = {
      {0x80},
      {0xc0, 0xaf},
      {0xc3},
      {0xe0, 0x80, 0x80},
      {0xed, 0xa0, 0x80},
      {0xf4, 0x90, 0x80, 0x80},
      {0xff},
      {0xf5, 0x80, 0x80, 0x80}
    };
    for (int[] sequence : wrong) {
      List<Byte> bytes = new ArrayList<>();
      for (byte b : "{\"model\":\"".getBytes(StandardCharsets.US_ASCII)) {
        bytes.add(b);
      }
      for (int b : sequence) {
        bytes.add((byte) b);
      }
      for (byte b : "\"}".getBytes(StandardCharsets.US_ASCII)) {
        bytes.add(b);
      }
      byte[] text = new byte[bytes.size()];
      for (int i = 0; i < text.length; i++) {
        text[i] = bytes.get(i);
      }

      assertThatThrownBy(() -> SCANNER.scan(text, 0, text.length))
          .isInstanceOf(MalformedJson.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void refusesTenThousandBracketsWithoutRunningOutOfStack() {
    for (String unit : List.of("[", "{\"a\":")) {
      String text = "{\"model\":\"a\",\"x\":" + unit.repeat(10_000);

      assertThatThrownBy(() -> scan(text))
          .isInstanceOf(MalformedJson.class)
          .hasMessageContaining("deeper than 64");
    }
  }

  @Test
  void noticesADuplicateAmongManyNames() {
    StringBuilder text = new StringBuilder("{\"model\":\"a\"");
    for (int i = 0; i < 5000; i++) {
      text.append(",\"x").append(i).append("\":1");
    }

    assertThat(scan(text + "}").violations()).isEmpty();
    assertThat(words(text + ",\"x77\":2}")).containsExactly("`x77` is given twice");
  }

  @Property(tries = 3000)
  void agreesWithAStrictParserOnMutatedText(@ForAll("mutated") String text) {
    // The oracle counts duplicates in nested objects, too; those are not looked for here.
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean valid;
    boolean duplicate = false;
    try {
      ORACLE.readTree(text);
      valid = !text.isBlank();
    } catch (JacksonException e) {
      duplicate = String.valueOf(e.getOriginalMessage()).contains("Duplicate");
      valid = false;
    }

    Throwable thrown = catchThrowable(() -> SCANNER.scan(bytes, 0, bytes.length));

    if (!duplicate) {
      assertThat(thrown == null).as("%s → %s", text, thrown).isEqualTo(valid);
    }
  }

  @Provide
  Arbitrary<String> mutated() {
    Arbitrary<String> texts =
        Arbitraries.of(
            "{\"model\":\"gpt\",\"temperature\":1.5e0,\"messages\":[{\"role\":\"user\"}]}",
            "{\"a\":{\"b\":[1,-2.0,3E+5,true,false,null,\"\\\"\\\\\\/\\b\\u00e9\"]}}",
            "[[],{},[{}],\"é漢😀\",0,-0,0.0]",
            " { \"x\" : [ ] , \"y\" : { } } ");
    Arbitrary<String> pieces =
        Arbitraries.of(
            "", "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "1", "-", ".", "e", " ", "\n",
            "null", "é", "\t", "\\u00", "//");
    return Combinators.combine(texts, pieces, Arbitraries.integers().between(0, 70))
        .as((text, piece, place) -> {
          int at = Math.min(place, text.length());
          int cut = Math.min(text.length(), at + place % 3);
          return text.substring(0, at) + piece + text.substring(cut);
        });
  }
}
