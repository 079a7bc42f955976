package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.protocol.anthropic.AnthropicAbilities;
import dev.sluice.protocol.gemini.GeminiAbilities;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class CodecAbilitiesTest {

  private static final Catalogue CATALOGUE = Catalogue.load();
  static final java.util.List<String> PROVIDERS = Catalogue.PROVIDERS;

  @ParameterizedTest
  @CsvSource({
    "claude-3-haiku-20240307, ALL, NONE, BY_TOOL, REFUSED",
    "claude-3-7-sonnet-20250219, ALL, BUDGET, BY_TOOL, REFUSED",
    "claude-sonnet-4-20250514, ALL, BUDGET, BY_TOOL, REFUSED",
    "claude-sonnet-4-5, EITHER, BUDGET, BY_FORMAT, ACCEPTED",
    "claude-opus-4-6, EITHER, BUDGET_OR_ADAPTIVE, BY_FORMAT, ACCEPTED",
    "claude-opus-4-7, NONE, ADAPTIVE, BY_FORMAT, ACCEPTED",
    "claude-sonnet-5, NONE, ADAPTIVE, BY_FORMAT, ACCEPTED",
    "claude-haiku-5-5, NONE, ADAPTIVE, BY_FORMAT, ACCEPTED",
    "claude-next, EITHER, NONE, BY_TOOL, REFUSED"
  })
  void claudesGenerationsDiffer(
      String model,
      AnthropicAbilities.Sampling sampling,
      AnthropicAbilities.Reasoning reasoning,
      AnthropicAbilities.Schemas schemas,
      AnthropicAbilities.StrictTools strictTools) {
    AnthropicAbilities abilities = CodecAbilities.anthropic(CATALOGUE.card("anthropic", model));

    assertThat(abilities.sampling()).isEqualTo(sampling);
    assertThat(abilities.reasoning()).isEqualTo(reasoning);
    assertThat(abilities.schemas()).isEqualTo(schemas);
    assertThat(abilities.strictTools()).isEqualTo(strictTools);
  }

  @Test
  void claudesLimitEffortsAndInstructionsAreThoseOfTheCard() {
    AnthropicAbilities opus =
        CodecAbilities.anthropic(CATALOGUE.card("anthropic", "claude-opus-4-8"));

    assertThat(opus.outputTokensMax()).isEqualTo(128_000);
    assertThat(opus.efforts())
        .containsExactlyInAnyOrder(
            Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH, Effort.MAX);
    assertThat(opus.lateInstructions()).isEqualTo(AnthropicAbilities.LateInstructions.ACCEPTED);
    assertThat(opus.addresses()).isEqualTo(AnthropicAbilities.Addresses.ACCEPTED);
    assertThat(opus.display()).isEqualTo(AnthropicAbilities.Display.SETTABLE);
  }

  @Test
  void theLeastIsTheCodecsLeast() {
    assertThat(CodecAbilities.anthropic(ModelCard.unknown("x")))
        .isEqualTo(AnthropicAbilities.LEAST);
    assertThat(CodecAbilities.openAi(ModelCard.unknown("x")))
        .isEqualTo(OpenAiRequestOptions.COMPATIBLE);
  }

  @Test
  void geminiThinksByBudgetsAndThenByLevels() {
    assertThat(gemini("gemini-2.0-flash").reasoning())
        .isEqualTo(new GeminiAbilities.Reasoning.None());
    assertThat(gemini("gemini-2.5-pro").reasoning())
        .isEqualTo(new GeminiAbilities.Reasoning.Budget(128, 32_768));
    assertThat(gemini("gemini-2.5-flash").reasoning())
        .isEqualTo(new GeminiAbilities.Reasoning.Budget(0, 24_576));
    assertThat(gemini("gemini-2.5-flash-lite").reasoning())
        .isEqualTo(new GeminiAbilities.Reasoning.Budget(0, 24_576));
    assertThat(gemini("gemini-3-pro-preview").reasoning())
        .isEqualTo(
            new GeminiAbilities.Reasoning.Levels(
                Set.of(GeminiAbilities.Level.LOW, GeminiAbilities.Level.HIGH)));
    assertThat(gemini("gemini-3-flash-preview").reasoning())
        .isEqualTo(new GeminiAbilities.Reasoning.Levels(Set.of(GeminiAbilities.Level.values())));
  }

  @Test
  void geminisFeaturesAreThoseOfTheCard() {
    GeminiAbilities old = gemini("gemini-2.5-flash");
    GeminiAbilities current = gemini("gemini-3-flash-preview");

    assertThat(old.has(GeminiAbilities.Feature.SIGNED_CALLS)).isFalse();
    assertThat(old.has(GeminiAbilities.Feature.VALIDATED_CALLS)).isTrue();
    assertThat(current.has(GeminiAbilities.Feature.SIGNED_CALLS)).isTrue();
    assertThat(current.has(GeminiAbilities.Feature.MEDIA_IN_RESULTS)).isTrue();
    assertThat(current.outputTokensMax()).isPositive();
    assertThat(gemini("nobody").outputTokensMax()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5, MAX_COMPLETION_TOKENS, EFFORT, OMIT, AS_GIVEN",
    "openai, gpt-4o, MAX_COMPLETION_TOKENS, EFFORT, OMIT, AS_SYSTEM",
    "groq, llama-3.3-70b-versatile, MAX_COMPLETION_TOKENS, EFFORT, REASONING, AS_SYSTEM",
    "deepseek, deepseek-chat, MAX_TOKENS, THINKING, REASONING_CONTENT, AS_SYSTEM",
    "mistral, mistral-large-latest, MAX_TOKENS, EFFORT, PARTS, AS_SYSTEM",
    "openrouter, openai/gpt-5, MAX_COMPLETION_TOKENS, OBJECT, DETAILS, AS_SYSTEM",
    "zai, glm-4.7, MAX_TOKENS, THINKING, REASONING_CONTENT, AS_SYSTEM",
    "compatible, x, MAX_TOKENS, EFFORT, REASONING_CONTENT, AS_SYSTEM"
  })
  void serversOfOpenAisProtocolAreWrittenToInTheirOwnWay(
      String provider,
      String model,
      OpenAiRequestOptions.TokensField tokens,
      OpenAiRequestOptions.ReasoningField reasoning,
      OpenAiRequestOptions.Thoughts thoughts,
      OpenAiRequestOptions.Instructions instructions) {
    OpenAiRequestOptions options = CodecAbilities.openAi(CATALOGUE.card(provider, model));

    assertThat(options.tokens()).isEqualTo(tokens);
    assertThat(options.reasoning()).isEqualTo(reasoning);
    assertThat(options.thoughts()).isEqualTo(thoughts);
    assertThat(options.instructions()).isEqualTo(instructions);
  }

  @ParameterizedTest
  @FieldSource("PROVIDERS")
  void everyCardCanBeConverted(String provider) {
    for (String model : CATALOGUE.table(provider).models().keySet()) {
      ModelCard card = CATALOGUE.card(provider, model);

      assertThat(CodecAbilities.anthropic(card).toolNameMax()).isPositive();
      assertThat(CodecAbilities.gemini(card).choicesMax()).isPositive();
      assertThat(CodecAbilities.openAi(card)).isNotNull();
    }
  }

  private static GeminiAbilities gemini(String model) {
    return CodecAbilities.gemini(CATALOGUE.card("gemini", model));
  }
}
