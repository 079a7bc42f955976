package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.provider.KnownProviders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The catalogue's own files, entry by entry, and what would be wrong in one. */
class CatalogueFilesTest {

  private static final int PRICED_LEAST = 150;
  private static final List<String> PROVIDERS = Catalogue.PROVIDERS;

  @ParameterizedTest
  @FieldSource("PROVIDERS")
  void everyEntryMakesACardThatIsInOrder(String provider) {
    Catalogue catalogue = Catalogue.load();
    List<String> disordered = new ArrayList<>();

    catalogue
        .table(provider)
        .models()
        .forEach((model, rule) -> {
          ModelCard card = catalogue.card(provider, model);
          boolean limits =
              card.outputTokensMax() == ModelCard.UNKNOWN
                  || card.contextTokens() == ModelCard.UNKNOWN
                  || card.outputTokensMax() < card.contextTokens();
          if (!limits || !isInOrder(rule.entry().prices())) {
            disordered.add(model);
          }
        });

    assertThat(disordered).isEmpty();
  }

  /** Cached is never dearer than fresh, nor batched than at once, nor short than long. */
  private static boolean isInOrder(@Nullable Prices prices) {
    if (prices == null) {
      return true;
    }
    BigDecimal input = prices.standard().rates().input();
    return input.signum() > 0
        && isInOrder(prices.standard())
        && isAtMost(prices.batch(), input)
        && isAtMost(prices.flex(), input)
        && (prices.priority() == null || prices.priority().rates().input().compareTo(input) >= 0);
  }

  private static boolean isAtMost(@Nullable Tariff tariff, BigDecimal input) {
    return tariff == null || (isInOrder(tariff) && tariff.rates().input().compareTo(input) <= 0);
  }

  private static boolean isInOrder(Tariff tariff) {
    Rates rates = tariff.rates();
    boolean good =
        rates.output().signum() > 0
            && rates.of(Rates.Meter.CACHE_READ).compareTo(rates.input()) <= 0
            && rates.of(Rates.Meter.CACHE_WRITE_1H).compareTo(rates.of(Rates.Meter.CACHE_WRITE_5M))
                >= 0;
    for (Tariff.Step step : tariff.steps()) {
      good &= step.rates().input().compareTo(rates.input()) >= 0;
      good &= step.rates().output().compareTo(rates.output()) >= 0;
    }
    return good;
  }

  @Test
  void thereAreManyPricedModels() {
    Catalogue catalogue = Catalogue.load();

    long priced =
        PROVIDERS.stream()
            .flatMap(provider -> catalogue.table(provider).models().values().stream())
            .filter(rule -> rule.entry().prices() != null)
            .count();

    assertThat(priced).isGreaterThan(PRICED_LEAST);
  }

  @Test
  void everyKnownProviderHasATableOrIsServedAsCompatible() {
    List<String> local = List.of("huggingface", "ollama", "vllm", "lmstudio", "llama.cpp");

    assertThat(KnownProviders.all())
        .allSatisfy(known ->
            assertThat(PROVIDERS.contains(known.name()) || local.contains(known.name()))
                .as(known.name())
                .isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'models':{'a':{'contxt':1}}}|rule for a: `contxt`",
        "{'models':{'a':{'prices':{'input':'1'}}}}|no output",
        "{'models':{'a':{'prices':{'input':'1','output':'1e3'}}}}|must be a decimal",
        "{'models':{'a':{'prices':{'input':'-1','output':'1'}}}}|must be a decimal",
        "{'models':{'a':{'prices':{'input':'1','output':'1','ouput':'1'}}}}|rule for a: `prices.ouput`",
        "{'models':{'a':{'prices':{'input':'1','output':'1','above':[{'prompt':2,'input':'1','output':'1'},{'prompt':2,'input':'1','output':'1'}]}}}}|do not ascend",
        "{'models':{'a':{},'a':{}}}|there twice",
        "{'modles':{}}|modles"
      })
  void whatIsWrongInAFileIsNamed(String json, String message) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> readAll(bytes)).hasMessageContaining(message);
  }

  private static void readAll(byte[] json) {
    TableReader.read(json).models().values().forEach(Rule::entry);
  }

  @Test
  void aNumberIsNoPrice() {
    byte[] bytes =
        "{\"models\":{\"a\":{\"prices\":{\"input\":1,\"output\":\"1\"}}}}"
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> readAll(bytes)).hasMessageContaining("prices.input");
  }

  @ParameterizedTest
  @CsvSource({"samplin, all", "sampling, some", "seed, yes", "temperature_max, 1e1"})
  void whatIsNoAbilityIsRefused(String key, String value) {
    AbilitiesBuilder abilities = new AbilitiesBuilder();

    assertThatThrownBy(() -> abilities.apply(Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(key);
  }
}
