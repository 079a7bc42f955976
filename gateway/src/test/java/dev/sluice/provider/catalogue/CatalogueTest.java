package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.config.CardSettings;
import dev.sluice.config.CardSettings.PriceSettings;
import dev.sluice.config.CardSettings.StepSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Thoughts;
import dev.sluice.protocol.openai.OpenAiRequestOptions.TokensField;
import dev.sluice.provider.catalogue.Abilities.Feature;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

  private static final Catalogue CATALOGUE = Catalogue.load();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, 2.5, 10",
    "openai, gpt-4o-2024-08-06, 2.5, 10",
    "openai, gpt-4o-2024-05-13, 5, 15",
    "openai, gpt-4o-2031-01-01, 2.5, 10",
    "anthropic, claude-sonnet-4-5, 3, 15",
    "anthropic, claude-sonnet-4-5-20250929, 3, 15",
    "anthropic, claude-sonnet-4-20250514, 3, 15",
    "anthropic, claude-sonnet-4-0, 3, 15",
    "anthropic, claude-3-5-haiku-latest, 0.8, 4",
    "gemini, gemini-2.5-pro, 1.25, 10",
    "vertex, claude-sonnet-4-5@20250929, 3, 15",
    "vertex, gemini-2.5-pro, 1.25, 10",
    "azure, gpt-4o, 2.5, 10",
    "bedrock, anthropic.claude-opus-4-7, 5, 25",
    "bedrock, us.anthropic.claude-opus-4-7, 5.5, 27.5",
    "bedrock, us.anthropic.claude-opus-4-7-20290101-v1:0, 5.5, 27.5",
    "bedrock, us.amazon.nova-micro-v1:0, 0.035, 0.14",
    "openrouter, anthropic/claude-sonnet-4.5, 3, 15"
  })
  void pricesAreThoseOfTheModelOrOfTheVersionThatIsClosest(
      String provider, String model, BigDecimal input, BigDecimal output) {
    Prices prices = CATALOGUE.card(provider, model).prices();

    assertThat(prices).isNotNull();
    assertThat(prices.standard().rates().input()).isEqualByComparingTo(input);
    assertThat(prices.standard().rates().output()).isEqualByComparingTo(output);
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5.9-turbo",
    "openai, nobody",
    "anthropic, claude-sonnet-9",
    "gemini, gemini-9-pro",
    "bedrock, us.anthropic.claude-sonnet-9-v1:0",
    "openrouter, openai/gpt-5.9",
    "compatible, gpt-4o",
    "vllm, gpt-4o",
    "ollama, llama3.3",
    "azure, my-own-deployment"
  })
  void aModelWithoutAPriceIsNotFree(String provider, String model) {
    ModelCard card = CATALOGUE.card(provider, model);

    assertThat(card.prices()).isNull();
    assertThat(card.contextTokens()).isEqualTo(ModelCard.UNKNOWN);
    assertThat(card.outputTokensMax()).isEqualTo(ModelCard.UNKNOWN);
  }

  @Test
  void anUnknownModelOfAKnownFamilyIsTakenCarefully() {
    Abilities later = CATALOGUE.card("openai", "gpt-7-ultra").abilities();
    Abilities claude = CATALOGUE.card("anthropic", "claude-opus-4-9").abilities();

    assertThat(later.sampling()).isEqualTo(Abilities.Sampling.NONE);
    assertThat(later.has(Feature.TOOLS)).isTrue();
    assertThat(claude.sampling()).isEqualTo(Abilities.Sampling.EITHER);
    assertThat(claude.has(Feature.STRICT_TOOLS)).isFalse();
  }

  @Test
  void ofWhatIsWhollyUnknownOnlyTheLeastIsExpected() {
    Abilities abilities = CATALOGUE.card("compatible", "something").abilities();

    assertThat(abilities.writing().tokens()).isEqualTo(TokensField.MAX_TOKENS);
    assertThat(abilities.has(Feature.TOOLS)).isTrue();
    assertThat(abilities.has(Feature.IMAGES)).isFalse();
    assertThat(abilities.has(Feature.STRICT_TOOLS)).isFalse();
    assertThat(abilities.reasoning().kind()).isEqualTo(Abilities.Kind.NONE);
    assertThat(ModelCard.unknown("x").abilities()).isEqualTo(Abilities.LEAST);
  }

  @Test
  void shorterBeginningsAreCorrectedByLongerOnes() {
    Abilities five = CATALOGUE.card("openai", "gpt-5").abilities();
    Abilities chat = CATALOGUE.card("openai", "gpt-5-chat-latest").abilities();
    Abilities later = CATALOGUE.card("openai", "gpt-5.4").abilities();

    assertThat(five.reasoning().efforts())
        .containsExactlyInAnyOrder(Effort.MINIMAL, Effort.LOW, Effort.MEDIUM, Effort.HIGH);
    assertThat(five.has(Feature.REASONING_OFF)).isFalse();
    assertThat(chat.reasoning().kind()).isEqualTo(Abilities.Kind.NONE);
    assertThat(chat.sampling()).isEqualTo(Abilities.Sampling.ALL);
    assertThat(later.reasoning().efforts()).contains(Effort.NONE, Effort.XHIGH);
    assertThat(later.has(Feature.REASONING_OFF)).isTrue();
  }

  @Test
  void recordedRefusalsAreKnown() {
    // o1-mini: "'messages[0].role' does not support 'system' with this model."
    assertThat(CATALOGUE.card("openai", "o1-mini").abilities().instructions())
        .isEqualTo(Abilities.Instructions.USER);
    // Claude on Bedrock: images come by their bytes.
    assertThat(
            CATALOGUE
                .card("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
                .abilities()
                .has(Feature.IMAGE_URLS))
        .isFalse();
  }

  @Test
  void aGuestTakesWhatItTakesAtHomeUnlessItsHostSaysOtherwise() {
    ModelCard home = CATALOGUE.card("anthropic", "claude-opus-4-7");
    ModelCard bedrock = CATALOGUE.card("bedrock", "eu.anthropic.claude-opus-4-7");
    ModelCard router = CATALOGUE.card("openrouter", "anthropic/claude-opus-4.7:thinking");

    assertThat(bedrock.abilities().reasoning().kind())
        .isEqualTo(home.abilities().reasoning().kind())
        .isEqualTo(Abilities.Kind.ADAPTIVE);
    assertThat(bedrock.contextTokens()).isEqualTo(home.contextTokens());
    assertThat(home.abilities().structure()).isEqualTo(Abilities.Structure.SCHEMA);
    assertThat(bedrock.abilities().structure()).isEqualTo(Abilities.Structure.BY_TOOL);
    assertThat(router.abilities().sampling()).isEqualTo(Abilities.Sampling.NONE);
    assertThat(router.abilities().writing().thoughts()).isEqualTo(Thoughts.DETAILS);
    assertThat(router.outputTokensMax()).isEqualTo(home.outputTokensMax());
    // What another provider charges is no price of this one's.
    assertThat(router.prices()).isNull();
  }

  @Test
  void longPromptsAreChargedByTheirOwnStep() {
    Prices prices = CATALOGUE.card("gemini", "gemini-2.5-pro").prices();

    assertThat(prices).isNotNull();
    Tariff tariff = prices.standard();
    assertThat(tariff.rates(0).input()).isEqualByComparingTo("1.25");
    assertThat(tariff.rates(200_000).input()).isEqualByComparingTo("1.25");
    assertThat(tariff.rates(200_001).input()).isEqualByComparingTo("2.5");
    assertThat(tariff.rates(1_000_000).output()).isEqualByComparingTo("15");
    assertThat(prices.tariff(Prices.Service.BATCH)).isNotNull();
  }

  @Test
  void tokensWithoutAPriceOfTheirOwnCostWhatPlainOnesDo() {
    Rates rates =
        new Rates(
            new BigDecimal("3"),
            new BigDecimal("15"),
            null,
            new BigDecimal("4"),
            null,
            null,
            null,
            null);

    assertThat(rates.of(Rates.Meter.CACHE_READ)).isEqualByComparingTo("3");
    assertThat(rates.of(Rates.Meter.CACHE_WRITE_5M)).isEqualByComparingTo("4");
    assertThat(rates.of(Rates.Meter.CACHE_WRITE_1H)).isEqualByComparingTo("4");
    assertThat(rates.of(Rates.Meter.REASONING)).isEqualByComparingTo("15");
    assertThat(rates.of(Rates.Meter.AUDIO_OUTPUT)).isEqualByComparingTo("15");
  }

  @Test
  void anOperatorKnowsBetter() throws Exception {
    Catalogue corrected =
        CATALOGUE.with(
            settings(
                """
                catalogue:
                  house/qwen3-*: { accepts: { images: true, tools: false } }
                  house/qwen3-32b:
                    context: 32768
                    output: 8192
                    prices:
                      input: "0.10"
                      output: 0.40
                      cache_write_1h: 0.2
                      above: [ { prompt: 16000, input: 0.2, output: 0.8 } ]
                      batch: { input: 0.05, output: 0.2 }
                    accepts: { sampling: none, efforts: [ low, high ], reasoning: effort, stop: 0, tokens: max_completion_tokens, temperature_max: 1.5 }
                  openai/gpt-4o: { output: 4096 }
                """));

    ModelCard house = corrected.card("house", Catalogue.COMPATIBLE, "qwen3-32b");
    ModelCard sibling = corrected.card("house", Catalogue.COMPATIBLE, "qwen3-4b");
    ModelCard gpt = corrected.card("openai", "openai", "gpt-4o-2024-08-06");

    assertThat(house.contextTokens()).isEqualTo(32_768);
    assertThat(house.outputTokensMax()).isEqualTo(8192);
    assertThat(house.prices()).isNotNull();
    assertThat(house.prices().standard().rates(16_000).input()).isEqualTo(new BigDecimal("0.10"));
    assertThat(house.prices().standard().rates(16_001).output()).isEqualByComparingTo("0.8");
    assertThat(house.prices().standard().rates().cacheWrite1h()).isEqualByComparingTo("0.2");
    assertThat(house.prices().batch()).isNotNull();
    assertThat(house.prices().flex()).isNull();
    assertThat(house.abilities().sampling()).isEqualTo(Abilities.Sampling.NONE);
    assertThat(house.abilities().temperatureMax()).isEqualByComparingTo("1.5");
    assertThat(house.abilities().stopMax()).isZero();
    assertThat(house.abilities().reasoning().efforts())
        .containsExactlyInAnyOrder(Effort.LOW, Effort.HIGH);
    assertThat(house.abilities().writing().tokens()).isEqualTo(TokensField.MAX_COMPLETION_TOKENS);
    assertThat(house.abilities().has(Feature.IMAGES)).isTrue();
    assertThat(sibling.abilities().has(Feature.TOOLS)).isFalse();
    assertThat(sibling.prices()).isNull();
    assertThat(gpt.outputTokensMax()).isEqualTo(4096);
    assertThat(gpt.contextTokens()).isEqualTo(128_000);
    assertThat(gpt.prices()).isNotNull();
    assertThat(CATALOGUE.card("openai", "gpt-4o").outputTokensMax()).isEqualTo(16_384);
  }

  @Test
  void pricesOfAnOperatorReplaceAllOfTheCatalogues() {
    PriceSettings prices =
        new PriceSettings(
            BigDecimal.ONE,
            BigDecimal.TWO,
            null,
            null,
            null,
            null,
            null,
            null,
            List.<StepSettings>of(),
            null,
            null,
            null,
            null);
    Catalogue corrected =
        CATALOGUE.with(Map.of("openai/gpt-5.4", new CardSettings(null, null, prices, null)));

    Prices found = corrected.card("openai", "gpt-5.4").prices();

    assertThat(found).isNotNull();
    assertThat(found.standard().rates(500_000).input()).isEqualByComparingTo("1");
    assertThat(found.standard().rates().cacheRead()).isNull();
    assertThat(found.batch()).isNull();
  }

  @Test
  void everyAbilityOfTheCatalogueCanBeCorrected() throws Exception {
    Map<String, Object> all =
        settings(
                """
                catalogue:
                  a/b:
                    accepts: { sampling: all, temperature_max: 1, top_k: true, seed: true, penalties: true, logit_bias: true, logprobs: true, choices: 2, stop: 1, tools: true, named_tool: true, forced_tool: true, parallel_off: true, strict_tools: true, tool_name: 64, images: true, image_urls: true, pdfs: true, audio: true, video: true, pdfs_in_results: true, own_fields: nova, media_in_results: true, part_resolution: true, structured: schema, json_schema: true, schema_with_tools: true, reasoning: budget_or_adaptive, efforts: [ none, minimal, low, medium, high, xhigh, max ], budget_min: 1, budget_max: 2, reasoning_off: true, thoughts_display: true, signed_calls: true, prefill: true, system: developer, late_system: true, cache_control: true, tokens: max_tokens, reasoning_field: object, thoughts: parts, extensions: true, text_parts: false }
                """)
            .get("a/b")
            .accepts()
            .given();
    AbilitiesBuilder builder = new AbilitiesBuilder();

    builder.apply(all);

    assertThat(builder.build().features()).containsExactlyInAnyOrder(Feature.values());
    assertThat(builder.build().reasoning().efforts()).containsExactlyInAnyOrder(Effort.values());
    assertThat(all).hasSize(dev.sluice.config.AcceptsSettings.class.getRecordComponents().length);
  }

  private Map<String, CardSettings> settings(String yaml) throws Exception {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, yaml);
    return new SettingsLoader(name -> null, List.of("bifrost")).load(file).settings().catalogue();
  }

  @Test
  void cardsAreMadeOnce() {
    Cards cards = CATALOGUE.cards("openai", "openai");

    assertThat(cards.of("gpt-4o")).isSameAs(cards.of("gpt-4o"));
    for (int i = 0; i < Cards.KEPT_MAX + 10; i++) {
      assertThat(cards.of("name-" + i).prices()).isNull();
    }
    assertThat(cards.of("gpt-4o")).isSameAs(cards.of("gpt-4o"));
    assertThat(cards.of("one-too-many")).isNotSameAs(cards.of("one-too-many"));
  }
}
