package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report against the tests that there are. */
class ConformanceTest {

  /** How many places there are where gateways are known to go wrong. */
  private static final int PITFALLS = 30;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "yomo page: the list|yomo|PAGE|0|the list",
        "poolside trap 6: a: b|poolside|PITFALL|6|a: b",
        "jylo §7: x|jylo|CHECKLIST|0|x",
        "jylo §5.8: x|jylo|CAUSE|0|x",
      })
  void aNameTellsItsItem(String name, String dialect, Item.Kind kind, int number, String text) {
    assertThat(Item.of(name)).isEqualTo(new Item(dialect, kind, number, text));
  }

  @Test
  void otherNamesTellNone() {
    assertThat(Item.of("aNameTellsItsItem()")).isNull();
    assertThat(Item.of("[1] yomo page: x")).isNull();
    assertThat(Item.of("yomo pages: x")).isNull();
    assertThat(Item.of("yomo trap: x")).isNull();
  }

  @Test
  @DisabledIfSystemProperty(named = ConformanceListener.WRITE, matches = "true")
  void theReportHasEveryTestThatProvesAnItemAndNoOther() throws Exception {
    Map<String, String> rows = Report.rows();

    assertThat(rows.keySet())
        .as("write it anew: mvn -pl gateway test -D%s=true", ConformanceListener.WRITE)
        .containsExactlyElementsOf(Proof.all().stream().map(Report::beginning).toList());
    assertThat(rows).allSatisfy((row, result) -> assertThat(result).startsWith("passed"));
  }

  @Test
  void everyPitfallIsProven() throws Exception {
    assertThat(
            Proof.all().stream()
                .filter(proof -> proof.item().kind() == Item.Kind.PITFALL)
                .map(proof -> proof.item().number()))
        .containsAll(IntStream.rangeClosed(1, PITFALLS).boxed().toList());
  }

  /** What clients rely on, and the test that proves it: by a word of its item, or by its number. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "yomo|body without model|checklist|without model",
        "yomo|stream terminator|checklist|[DONE] and a blank line",
        "yomo|operator's prompt, with and without a system message|checklist|system prompt"
            + " operations",
        "yomo|operator's prompt, empty|checklist|empty system prompt",
        "yomo|overview|checklist|/overview",
        "yomo|invoke|checklist|/invoke",
        "yomo|bad JSON|pitfall 18|byte for byte",
        "assemblyai|raw key and Bearer|checklist|raw key and Bearer",
        "assemblyai|prompt only|checklist|prompt alone",
        "assemblyai|neither|checklist|neither messages nor prompt",
        "assemblyai|usage|checklist|both namings",
        "assemblyai|tool_calls|checklist|in the choice and in the message",
        "assemblyai|history items|checklist|function_call and function_call_output",
        "assemblyai|name|checklist|a name stands before the content",
        "assemblyai|max_tokens|checklist|has a default",
        "assemblyai|echo|checklist|without the messages",
        "assemblyai|request_id|checklist|is a UUID",
        "assemblyai|response_time|checklist|nanoseconds",
        "assemblyai|fallbacks|checklist|override the request's",
        "assemblyai|depth|checklist|two at most",
        "assemblyai|no rescue|pitfall 21|does not rescue a 400",
        "assemblyai|retry|pitfall 15|exactly two calls",
        "assemblyai|json-repair|checklist|json-repair",
        "assemblyai|429|checklist|rate headers",
        "assemblyai|models|checklist|needs no credentials",
        "assemblyai|envelopes|checklist|an envelope of their own",
        "poolside|octet-stream|checklist|octet-stream",
        "poolside|unknown members|checklist|unknown members reach the provider",
        "poolside|schema and Link|checklist|resolve to the schema",
        "poolside|no such model|checklist|model-not-found",
        "poolside|too long|checklist|max-tokens-exceeded",
        "poolside|422|checklist|422",
        "poolside|usage|checklist|include_usage",
        "poolside|chunks|checklist|chat.completion.chunk with a delta",
        "poolside|models|checklist|/openai/v1/models",
        "poolside|completions|checklist|/openai/v1/completions",
        "poolside|no type|checklist|missing Content-Type",
        "jylo|types|checklist|three media types",
        "jylo|bad UUID|checklist|no UUID is a 400",
        "jylo|unknown UUID|checklist|no model's is a 404",
        "jylo|answer|checklist|camelCase",
        "jylo|schema|checklist|came as a string",
        "jylo|bad schema|checklist|cannot be parsed",
        "jylo|402|checklist|402 before",
        "jylo|401|pitfall 27|a challenge",
        "jylo|500|page|500 without a body",
        "jylo|unknown members|pitfall 9|fields alone",
        "jylo|numbers|pitfall 9|may be a string",
        "jylo|tenant and region|checklist|tenant and region",
        "jylo|stream|checklist|then [DONE]",
        "cross|one cause|one cause, each door's answer|each door's own status",
        "cross|what the server refuses|pitfall 2|a head that HTTP refuses",
        "cross|every way in|checklist|identical bytes",
        "cross|one connection|checklist|leak nothing",
      })
  void whatClientsRelyOnIsProven(String door, String what, String source, String words)
      throws Exception {
    assertThat(Proof.all().stream().map(Proof::item))
        .as(what)
        .anyMatch(item ->
            item.dialect().equals(door)
                && item.source().equals(source)
                && item.text().contains(words));
  }

  @Test
  void aResultOfAnEarlierRunStaysUntilThereIsAnother() {
    Proof first = new Proof(new Item("yomo", Item.Kind.PAGE, 0, "a | b"), "YomoTest.a");
    Proof second = new Proof(new Item("yomo", Item.Kind.PITFALL, 3, "c"), "YomoTest.c");
    Proof never = new Proof(new Item("yomo", Item.Kind.PITFALL, 4, "d"), "YomoTest.d");
    Map<String, String> earlier = new HashMap<>();
    earlier.put(Report.beginning(first), "passed");
    earlier.put(Report.beginning(second), "passed");
    earlier.put("| yomo | page | gone | `YomoTest.gone`", "passed");

    String text =
        Report.write(
            List.of(first, second, never),
            Map.of(second, new Outcome(second, 5, 0, 2).result()),
            earlier);

    assertThat(text)
        .endsWith(
            "| yomo | page | a \\| b | `YomoTest.a` | passed |\n"
                + "| yomo | pitfall 3 | c | `YomoTest.c` | passed, 3 cases |\n");
  }

  @Test
  void oneFailureIsAFailure() {
    Proof proof = new Proof(new Item("yomo", Item.Kind.PAGE, 0, "a"), "YomoTest.a");

    assertThat(new Outcome(proof, 5, 1, 0).result()).isEqualTo("failed");
    assertThat(new Outcome(proof, 2, 0, 2).result()).isEqualTo("not run");
  }
}
