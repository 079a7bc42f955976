package dev.sluice.dialect.assemblyai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRepairTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{\"a\":1,}|{\"a\":1}",
        "[1,2,,3,]|[1,2,3]",
        "{\"a\":1 \"b\":2}|{\"a\":1,\"b\":2}",
        "[\"a\" \"b\"]|[\"a\",\"b\"]",
        "{'a': 'it's \"so\"'}|{\"a\":\"it's \\\"so\\\"\"}",
        "{a: 1, b-c: x}|{\"a\":1,\"b-c\":\"x\"}",
        "{“a”: “b”}|{\"a\":\"b\"}",
        "{\"a\": True, \"b\": False, \"c\": None, \"d\": undefined, \"e\": NaN}|{\"a\":true,\"b\":false,\"c\":null,\"d\":null,\"e\":null}",
        "{\"a\": [1, {\"b\": \"c|{\"a\":[1,{\"b\":\"c\"}]}",
        "{\"a\": 1, \"b\"|{\"a\":1}",
        "{\"a\": 1, \"b\":|{\"a\":1,\"b\":null}",
        "{\"a\":,\"b\":1}|{\"a\":null,\"b\":1}",
        "[1, 2}|[1,2]",
        "{\"a\": [1, 2}|{\"a\":[1,2]}",
        "{\"a\": 1]|{\"a\":1}",
        "{\"a\": 12.|{\"a\":12}",
        "{\"a\": 1e+|{\"a\":1}",
        "{\"a\": 1e2, \"b\": 12345678901234567890,}|{\"a\":1e2,\"b\":12345678901234567890}",
        "{\"a\": 01}|{\"a\":\"01\"}",
        "{\"a\": \"say \"hi\" now\"}|{\"a\":\"say \\\"hi\\\" now\"}",
        "{\"a\": \"\\x \\' \\u12 \\u00e9\"}|{\"a\":\"\\\\x ' \\\\u12 é\"}",
        "{/* c */\"a\": 1}|{\"a\":1}",
        "Here you are: {\"a\": 1} I hope it helps.|{\"a\": 1}",
        "#```json {\"a\": 1,} ```#|{\"a\":1}",
        "#It is [sic] ```{\"a\": 1}``` and [more]#|{\"a\":1}",
      })
  void whatWasMeantIsMadeJson(String text, String expected) {
    String repaired = JsonRepair.repair(text);

    assertThat(repaired.replace(" ", "")).isEqualTo(expected.replace(" ", ""));
    assertThat(JsonRepair.isJson(repaired)).isTrue();
  }

  @Test
  void linesAndCommentsAreTakenOut() {
    assertThat(
            JsonRepair.repair("```json\n{\n  // first\n  \"a\": \"x\ny\",\n  b: two words\n}\n```"))
        .isEqualTo("{\"a\":\"x\\ny\",\"b\":\"two words\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "no JSON at all",
        "true story",
        "Use {x} and {y}",
        "{\"a\":1} {\"b\":2}",
        "{\"a\" \"b\"}",
        "{:}",
        "[:]",
        "{{{{",
        "see [1]: it {is}",
        "```",
        "\\",
      })
  void whatMakesNoSenseStaysAsItIs(String text) {
    assertThat(JsonRepair.repair(text)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e2", " { \"\\u0061\" : \"\\/\" } ", "\"x\"", "null", "[]", "{\"a\":1,\"a\":2}"})
  void whatIsJsonStaysAsItIs(String text) {
    assertThat(JsonRepair.repair(text)).isSameAs(text);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS)
  void longAndDeepTextsTakeNoLongerThanTheyMay() {
    assertThat(JsonRepair.repair("[".repeat(100_000))).startsWith("[[[").doesNotContain("]");
    for (String part :
        new String[] {"\"", "' ", "{\"a\":", "\" ,", "a ", "// ", "\\", "[1", ",", "`"}) {
      String text = "{" + part.repeat(200_000);

      String repaired = JsonRepair.repair(text);

      assertThat(repaired.equals(text) || JsonRepair.isJson(repaired)).isTrue();
    }
  }

  @Property(tries = 3000)
  void neverThrowsAndEndsInJsonOrTheTextItself(@ForAll("fragments") String text) {
    String repaired = JsonRepair.repair(text);

    assertThat(repaired.equals(text) || JsonRepair.isJson(repaired)).isTrue();
  }

  @Property(tries = 1000)
  void takesAnyText(@ForAll String text) {
    String repaired = JsonRepair.repair("{" + text);

    assertThat(repaired.equals("{" + text) || JsonRepair.isJson(repaired)).isTrue();
  }

  @Property(tries = 1000)
  void jsonStaysAsItIs(@ForAll("values") String text) {
    assertThat(JsonRepair.repair(text)).isSameAs(text);
  }

  @Property(tries = 1000)
  void whatIsCutOffIsClosed(@ForAll("objects") String text, @ForAll int seed) {
    int cut = 1 + Math.floorMod(seed, text.length());

    String repaired = JsonRepair.repair(text.substring(0, cut));

    assertThat(JsonRepair.isJson(repaired)).as(text.substring(0, cut)).isTrue();
    assertThat(repaired).startsWith("{");
  }

  @Provide
  Arbitrary<String> fragments() {
    return Arbitraries.of(
            "{", "}", "[", "]", ":", ",", "\"", "'", "“", "”", "```", "json", "\n", " ", "\\",
            "\\u", "00e9", "\ud800", "true", "None", "-", "1", ".5", "e+", "a", "//", "/*", "*/",
            "\u0000")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.of("1e2", "-0.10", "\"\\u00e9\\/é\"", "\"\"", "true", "null", "[]", "{}"),
        this::objects,
        () -> values().list().ofMaxSize(3).map(items -> "[" + String.join(" , ", items) + "]"));
  }

  @Provide
  Arbitrary<String> objects() {
    Arbitrary<String> name = Arbitraries.of("\"a\"", "\"b c\"", "\"\\u00e9\"", "\"it's\"");
    Arbitrary<String> simple =
        Arbitraries.of(
            "1e2", "12.5", "\"x y\"", "true", "null", "[1, 2]", "{\"k\": [{}]}", "\"\\n\"");
    return Combinators.combine(name, simple)
        .as((key, value) -> key + ": " + value)
        .list()
        .ofMaxSize(4)
        .map(members -> "{" + String.join(", ", members) + "}");
  }
}
