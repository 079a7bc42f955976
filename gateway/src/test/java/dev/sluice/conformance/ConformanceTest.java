package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report against the tests that there are. */
class ConformanceTest {

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
