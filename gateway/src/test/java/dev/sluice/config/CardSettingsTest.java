package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator says of models. */
class CardSettingsTest {

  @TempDir private Path folder;

  private SettingsLoader.Loaded load(String yaml) throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, yaml);
    return new SettingsLoader(Map.of("PRICE", "0.15")::get, List.of("bifrost")).load(file);
  }

  @Test
  void decimalsAreReadExactly() throws Exception {
    CardSettings card =
        load("catalogue: { a/b: { prices: { input: 0.10, output: \"${PRICE}\" } } }")
            .settings()
            .catalogue()
            .get("a/b");

    assertThat(card).isNotNull();
    assertThat(card.prices()).isNotNull();
    assertThat(card.prices().input()).isEqualTo(new BigDecimal("0.10"));
    assertThat(card.prices().output()).isEqualTo(new BigDecimal("0.15"));
    assertThat(card.accepts()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a/b: { contxt: 1 }|catalogue.a/b.contxt: unknown key; did you mean context?",
        "a/b: { prices: { inpt: 1 } }|catalogue.a/b.prices.inpt: unknown key; did you mean input?",
        "a/b: { accepts: { image: true } }|catalogue.a/b.accepts.image: unknown key; did you mean images?",
        "a/b: { prices: { input: 1 } }|catalogue.a/b.prices.output: is required: expected a decimal number such as 0.15",
        "a/b: { prices: { input: 1e-3, output: 1 } }|catalogue.a/b.prices.input: expected a decimal number such as 0.15, but is `1e-3`",
        "a/b: { prices: { input: -1, output: 1 } }|catalogue.a/b.prices.input: expected a decimal number such as 0.15, but is `-1`",
        "a/b: { prices: { input: \"0,15\", output: 1 } }|catalogue.a/b.prices.input: expected a decimal number such as 0.15, but is `0,15`",
        "a/b: { prices: { input: 1.2.3, output: 1 } }|catalogue.a/b.prices.input: expected a decimal number such as 0.15, but is `1.2.3`",
        "a/b: { accepts: { sampling: some } }|catalogue.a/b.accepts.sampling: expected one of all, either, none, but is `some`",
        "a/b: { accepts: { budget_min: 2, budget_max: 1 } }|catalogue.a/b.accepts.budget_min: is more than budget_max",
        "a/b: { prices: { input: 1, output: 1, batch: { input: 1, output: 1, above: [ { prompt: 9, input: 1, output: 1 }, { prompt: 9, input: 1, output: 1 } ] } } }|catalogue.a/b.prices.batch.above[1].prompt: must be more than 9",
        "gpt-4o: { output: 1 }|catalogue.gpt-4o: expected provider/model",
        "a/*b: { output: 1 }|catalogue.a/*b: only the end of a name may be *"
      })
  void whatIsWrongIsNamed(String entry, String problem) {
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> load("catalogue:\n  " + entry + "\n"));

    assertThat(thrown.problems())
        .anySatisfy(each -> assertThat(each.toString()).contains(":2: " + problem));
  }

  @Test
  void whatIsPrintedLoadsAgainAsTheSame() throws Exception {
    SettingsLoader.Loaded first =
        load(
            "catalogue: { a/b*: { context: 5, prices: { input: 0.10, output: 2, above: [ { prompt: 3,"
                + " input: 1, output: 2 } ] }, accepts: { efforts: [ low ], structured: by_tool,"
                + " tools: false } } }");

    SettingsLoader.Loaded again = load(SettingsPrinter.print(first));

    assertThat(again.settings().catalogue()).isEqualTo(first.settings().catalogue());
  }
}
