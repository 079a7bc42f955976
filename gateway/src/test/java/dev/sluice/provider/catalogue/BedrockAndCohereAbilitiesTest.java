package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.cohere.CohereAbilities;
import dev.sluice.protocol.converse.ConverseAbilities;
import dev.sluice.protocol.converse.ConverseAbilities.Medium;
import dev.sluice.protocol.converse.ConverseAbilities.Thinking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BedrockAndCohereAbilitiesTest {

  private static final Catalogue CATALOGUE = Catalogue.load();

  private static ConverseAbilities converse(String model) {
    return CodecAbilities.converse(CATALOGUE.card("bedrock", model));
  }

  @ParameterizedTest
  @CsvSource({
    "us.anthropic.claude-3-5-haiku-20241022-v1:0, NONE, thinking, TOP_K, BY_TOOL, NAMED",
    "us.anthropic.claude-sonnet-4-20250514-v1:0, BUDGET, thinking, TOP_K, BY_TOOL, NAMED",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0, BUDGET, thinking, TOP_K, BY_FORMAT, NAMED",
    "us.anthropic.claude-sonnet-4-6, BUDGET_OR_ADAPTIVE, thinking, TOP_K, BY_FORMAT, NAMED",
    "anthropic.claude-opus-4-7, ADAPTIVE, thinking, REFUSED, BY_TOOL, NAMED",
    "us.amazon.nova-micro-v1:0, NONE, '', NOVA, BY_TOOL, NAMED",
    "us.amazon.nova-2-lite-v1:0, NOVA, reasoningConfig, NOVA, BY_TOOL, NAMED",
    "qwen.qwen3-32b-v1:0, WORD, reasoning_config, REFUSED, BY_FORMAT, AUTO",
    "openai.gpt-oss-120b-1:0, WORD, reasoning_effort, REFUSED, NONE, AUTO",
    "us.meta.llama4-maverick-17b-instruct-v1:0, NONE, '', REFUSED, NONE, AUTO",
    "cohere.command-r-v1:0, NONE, '', K, NONE, AUTO",
    "nobody.knows-v1:0, NONE, '', REFUSED, NONE, AUTO"
  })
  void bedrocksModelsDiffer(
      String model,
      Thinking.Kind kind,
      String field,
      ConverseAbilities.TopK topK,
      ConverseAbilities.Schemas schemas,
      ConverseAbilities.Choices choices) {
    ConverseAbilities abilities = converse(model);

    assertThat(abilities.thinking().kind()).isEqualTo(kind);
    assertThat(abilities.thinking().field()).isEqualTo(field);
    assertThat(abilities.topK()).isEqualTo(topK);
    assertThat(abilities.schemas()).isEqualTo(schemas);
    assertThat(abilities.tools().choices()).isEqualTo(choices);
  }

  @Test
  void claudesThoughtsBearItsSealAndItsToolsFareWellOrIll() {
    ConverseAbilities claude = converse("us.anthropic.claude-opus-4-7");

    assertThat(claude.thinking().issuer()).isEqualTo(Signature.CLAUDE);
    assertThat(claude.thinking().efforts())
        .containsExactlyInAnyOrder(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH);
    assertThat(claude.tools().status()).isEqualTo(ConverseAbilities.Status.ACCEPTED);
    assertThat(claude.tools().results()).contains(Medium.IMAGE, Medium.DOCUMENT);
    assertThat(claude.cachePoints()).isEqualTo(ConverseAbilities.CachePoints.EVERYWHERE);
  }

  @Test
  void titanHasNoInstructionsAndNoTools() {
    assertThat(converse("amazon.titan-text-express-v1").system())
        .isEqualTo(ConverseAbilities.Instructing.REFUSED);
  }

  @Test
  void everyCardOfBedrocksCanBeConverted() {
    for (String model : CATALOGUE.table("bedrock").models().keySet()) {
      assertThat(converse(model).stopTextsMax()).isNotNegative();
    }
  }

  @Test
  void coheresGenerationsDiffer() {
    CohereAbilities old = CodecAbilities.cohere(CATALOGUE.card("cohere", "command-r-08-2024"));
    CohereAbilities current = CodecAbilities.cohere(CATALOGUE.card("cohere", "command-a-03-2025"));
    CohereAbilities thinking =
        CodecAbilities.cohere(CATALOGUE.card("cohere", "command-a-reasoning-08-2025"));

    assertThat(old).isEqualTo(CohereAbilities.LEAST);
    assertThat(current).isEqualTo(CohereAbilities.CURRENT);
    assertThat(thinking).isEqualTo(CohereAbilities.CURRENT.thinking());
  }
}
