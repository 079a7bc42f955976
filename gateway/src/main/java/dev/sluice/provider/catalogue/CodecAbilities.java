package dev.sluice.provider.catalogue;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.anthropic.AnthropicAbilities;
import dev.sluice.protocol.cohere.CohereAbilities;
import dev.sluice.protocol.converse.ConverseAbilities;
import dev.sluice.protocol.gemini.GeminiAbilities;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.provider.catalogue.Abilities.Feature;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;

/** Cards in the words of the protocols' encoders. */
public final class CodecAbilities {

  /** The range of Gemini's temperatures, where the catalogue names no other. */
  private static final BigDecimal GEMINI_TEMPERATURE_MAX = BigDecimal.valueOf(2);

  /** Gemini's bound on stop sequences, where the catalogue names no other. */
  private static final int GEMINI_STOP_MAX = 5;

  private CodecAbilities() {}

  /** For OpenAI's protocol. */
  public static OpenAiRequestOptions openAi(ModelCard card) {
    return card.abilities().writing();
  }

  /** For Anthropic's protocol. */
  public static AnthropicAbilities anthropic(ModelCard card) {
    Abilities abilities = card.abilities();
    Set<Effort> efforts = EnumSet.noneOf(Effort.class);
    efforts.addAll(abilities.reasoning().efforts());
    efforts.remove(Effort.NONE);
    efforts.remove(Effort.MINIMAL);
    return new AnthropicAbilities(
        card.outputTokensMax() == ModelCard.UNKNOWN
            ? AnthropicAbilities.UNKNOWN
            : card.outputTokensMax(),
        switch (abilities.sampling()) {
          case ALL -> AnthropicAbilities.Sampling.ALL;
          case EITHER -> AnthropicAbilities.Sampling.EITHER;
          case NONE -> AnthropicAbilities.Sampling.NONE;
        },
        switch (abilities.reasoning().kind()) {
          case NONE, ALWAYS, SWITCH, EFFORT, LEVEL -> AnthropicAbilities.Reasoning.NONE;
          case BUDGET -> AnthropicAbilities.Reasoning.BUDGET;
          case BUDGET_OR_ADAPTIVE -> AnthropicAbilities.Reasoning.BUDGET_OR_ADAPTIVE;
          case ADAPTIVE -> AnthropicAbilities.Reasoning.ADAPTIVE;
        },
        efforts,
        abilities.has(Feature.THOUGHTS_DISPLAY)
            ? AnthropicAbilities.Display.SETTABLE
            : AnthropicAbilities.Display.FIXED,
        abilities.structure() == Abilities.Structure.SCHEMA
            ? AnthropicAbilities.Schemas.BY_FORMAT
            : AnthropicAbilities.Schemas.BY_TOOL,
        abilities.has(Feature.STRICT_TOOLS)
            ? AnthropicAbilities.StrictTools.ACCEPTED
            : AnthropicAbilities.StrictTools.REFUSED,
        abilities.has(Feature.LATE_SYSTEM)
            ? AnthropicAbilities.LateInstructions.ACCEPTED
            : AnthropicAbilities.LateInstructions.REFUSED,
        abilities.has(Feature.IMAGE_URLS)
            ? AnthropicAbilities.Addresses.ACCEPTED
            : AnthropicAbilities.Addresses.REFUSED,
        abilities.toolNameMax());
  }

  /** For Bedrock's Converse. */
  public static ConverseAbilities converse(ModelCard card) {
    Abilities abilities = card.abilities();
    boolean claude = abilities.ownFields() == Abilities.OwnFields.CLAUDE;
    Set<ConverseAbilities.Medium> media = EnumSet.noneOf(ConverseAbilities.Medium.class);
    if (abilities.has(Feature.IMAGES)) {
      media.add(ConverseAbilities.Medium.IMAGE);
    }
    if (abilities.has(Feature.PDFS)) {
      media.add(ConverseAbilities.Medium.DOCUMENT);
    }
    if (abilities.has(Feature.AUDIO)) {
      media.add(ConverseAbilities.Medium.AUDIO);
    }
    if (abilities.has(Feature.VIDEO)) {
      media.add(ConverseAbilities.Medium.VIDEO);
    }
    Set<ConverseAbilities.Medium> results = EnumSet.noneOf(ConverseAbilities.Medium.class);
    if (abilities.has(Feature.MEDIA_IN_RESULTS)) {
      results.add(ConverseAbilities.Medium.IMAGE);
    }
    if (abilities.has(Feature.PDFS_IN_RESULTS)) {
      results.add(ConverseAbilities.Medium.DOCUMENT);
    }
    ConverseAbilities.Choices choices =
        abilities.has(Feature.NAMED_TOOL)
            ? ConverseAbilities.Choices.NAMED
            : abilities.has(Feature.FORCED_TOOL)
                ? ConverseAbilities.Choices.ANY
                : ConverseAbilities.Choices.AUTO;
    return new ConverseAbilities(
        card.outputTokensMax() == ModelCard.UNKNOWN
            ? ConverseAbilities.UNKNOWN
            : card.outputTokensMax(),
        abilities.stopMax() == ModelCard.UNKNOWN
            ? ConverseAbilities.LEAST.stopTextsMax()
            : abilities.stopMax(),
        switch (abilities.sampling()) {
          case ALL -> ConverseAbilities.Sampling.ALL;
          case EITHER -> ConverseAbilities.Sampling.EITHER;
          case NONE -> ConverseAbilities.Sampling.NONE;
        },
        !abilities.has(Feature.TOP_K)
            ? ConverseAbilities.TopK.REFUSED
            : switch (abilities.ownFields()) {
              case CLAUDE -> ConverseAbilities.TopK.TOP_K;
              case NOVA -> ConverseAbilities.TopK.NOVA;
              case COHERE -> ConverseAbilities.TopK.K;
              case EFFORT, QWEN, NONE -> ConverseAbilities.TopK.REFUSED;
            },
        thinking(abilities),
        switch (abilities.structure()) {
          case SCHEMA -> ConverseAbilities.Schemas.BY_FORMAT;
          case OBJECT, BY_TOOL ->
              choices == ConverseAbilities.Choices.NAMED
                  ? ConverseAbilities.Schemas.BY_TOOL
                  : ConverseAbilities.Schemas.NONE;
          case NONE -> ConverseAbilities.Schemas.NONE;
        },
        new ConverseAbilities.Tools(
            choices,
            abilities.has(Feature.STRICT_TOOLS)
                ? ConverseAbilities.Strict.ACCEPTED
                : ConverseAbilities.Strict.REFUSED,
            claude && abilities.has(Feature.PARALLEL_OFF)
                ? ConverseAbilities.Parallel.SETTABLE
                : ConverseAbilities.Parallel.FIXED,
            claude || abilities.ownFields() == Abilities.OwnFields.NOVA
                ? ConverseAbilities.Status.ACCEPTED
                : ConverseAbilities.Status.REFUSED,
            results),
        switch (abilities.instructions()) {
          case SYSTEM, DEVELOPER ->
              abilities.has(Feature.LATE_SYSTEM)
                  ? ConverseAbilities.Instructing.ANYWHERE
                  : ConverseAbilities.Instructing.FIRST;
          case USER -> ConverseAbilities.Instructing.REFUSED;
        },
        !abilities.has(Feature.CACHE_CONTROL)
            ? ConverseAbilities.CachePoints.NONE
            : claude
                ? ConverseAbilities.CachePoints.EVERYWHERE
                : ConverseAbilities.CachePoints.MESSAGES,
        media);
  }

  private static ConverseAbilities.Thinking thinking(Abilities abilities) {
    Set<Effort> efforts = EnumSet.noneOf(Effort.class);
    efforts.addAll(abilities.reasoning().efforts());
    efforts.remove(Effort.NONE);
    ConverseAbilities.Thinking.Kind none = ConverseAbilities.Thinking.Kind.NONE;
    return switch (abilities.ownFields()) {
      case CLAUDE ->
          new ConverseAbilities.Thinking(
              switch (abilities.reasoning().kind()) {
                case NONE, ALWAYS, SWITCH, EFFORT, LEVEL -> none;
                case BUDGET -> ConverseAbilities.Thinking.Kind.BUDGET;
                case BUDGET_OR_ADAPTIVE -> ConverseAbilities.Thinking.Kind.BUDGET_OR_ADAPTIVE;
                case ADAPTIVE -> ConverseAbilities.Thinking.Kind.ADAPTIVE;
              },
              "thinking",
              efforts,
              Signature.CLAUDE);
      case NOVA ->
          abilities.reasoning().kind() == Abilities.Kind.EFFORT
              ? new ConverseAbilities.Thinking(
                  ConverseAbilities.Thinking.Kind.NOVA, "reasoningConfig", efforts, "")
              : ConverseAbilities.Thinking.NONE;
      case EFFORT -> byWord(abilities, "reasoning_effort", efforts);
      case QWEN -> byWord(abilities, "reasoning_config", efforts);
      case COHERE, NONE -> ConverseAbilities.Thinking.NONE;
    };
  }

  private static ConverseAbilities.Thinking byWord(
      Abilities abilities, String field, Set<Effort> efforts) {
    return abilities.reasoning().kind() == Abilities.Kind.EFFORT
        ? new ConverseAbilities.Thinking(ConverseAbilities.Thinking.Kind.WORD, field, efforts, "")
        : ConverseAbilities.Thinking.NONE;
  }

  /** For Cohere's protocol. */
  public static CohereAbilities cohere(ModelCard card) {
    Abilities abilities = card.abilities();
    return new CohereAbilities(
        switch (abilities.reasoning().kind()) {
          case BUDGET, BUDGET_OR_ADAPTIVE, SWITCH -> CohereAbilities.Reasoning.BUDGET;
          case NONE, ALWAYS, EFFORT, ADAPTIVE, LEVEL -> CohereAbilities.Reasoning.NONE;
        },
        abilities.has(Feature.STRICT_TOOLS)
            ? CohereAbilities.StrictTools.ACCEPTED
            : CohereAbilities.StrictTools.REFUSED,
        abilities.has(Feature.FORCED_TOOL)
            ? CohereAbilities.ToolChoices.ACCEPTED
            : CohereAbilities.ToolChoices.REFUSED,
        abilities.has(Feature.SCHEMA_WITH_TOOLS)
            ? CohereAbilities.Formats.ALWAYS
            : CohereAbilities.Formats.WITHOUT_TOOLS,
        abilities.toolNameMax());
  }

  /** For Gemini's protocol. */
  public static GeminiAbilities gemini(ModelCard card) {
    Abilities abilities = card.abilities();
    Set<GeminiAbilities.Feature> features = EnumSet.noneOf(GeminiAbilities.Feature.class);
    for (Feature feature : abilities.features()) {
      switch (feature) {
        case PENALTIES -> features.add(GeminiAbilities.Feature.PENALTIES);
        case LOGPROBS -> features.add(GeminiAbilities.Feature.LOGPROBS);
        case JSON_SCHEMA -> features.add(GeminiAbilities.Feature.JSON_SCHEMA);
        case SCHEMA_WITH_TOOLS -> features.add(GeminiAbilities.Feature.SCHEMA_WITH_TOOLS);
        case STRICT_TOOLS -> features.add(GeminiAbilities.Feature.VALIDATED_CALLS);
        case MEDIA_IN_RESULTS -> features.add(GeminiAbilities.Feature.MEDIA_IN_RESULTS);
        case PART_RESOLUTION -> features.add(GeminiAbilities.Feature.PART_RESOLUTION);
        case SIGNED_CALLS -> features.add(GeminiAbilities.Feature.SIGNED_CALLS);
        case TOP_K,
            SEED,
            LOGIT_BIAS,
            TOOLS,
            NAMED_TOOL,
            FORCED_TOOL,
            PARALLEL_OFF,
            IMAGES,
            IMAGE_URLS,
            PDFS,
            AUDIO,
            VIDEO,
            PDFS_IN_RESULTS,
            REASONING_OFF,
            THOUGHTS_DISPLAY,
            PREFILL,
            LATE_SYSTEM,
            CACHE_CONTROL -> {}
      }
    }
    BigDecimal temperatureMax = abilities.temperatureMax();
    return new GeminiAbilities(
        card.outputTokensMax() == ModelCard.UNKNOWN ? Long.MAX_VALUE : card.outputTokensMax(),
        temperatureMax == null ? GEMINI_TEMPERATURE_MAX : temperatureMax,
        abilities.stopMax() == ModelCard.UNKNOWN ? GEMINI_STOP_MAX : abilities.stopMax(),
        abilities.choicesMax(),
        reasoning(abilities),
        features);
  }

  private static GeminiAbilities.Reasoning reasoning(Abilities abilities) {
    Abilities.Reasoning reasoning = abilities.reasoning();
    return switch (reasoning.kind()) {
      case NONE, ALWAYS, SWITCH, EFFORT, ADAPTIVE -> new GeminiAbilities.Reasoning.None();
      case BUDGET, BUDGET_OR_ADAPTIVE ->
          // A range from nought says that thinking can be turned off, whatever else is the least.
          new GeminiAbilities.Reasoning.Budget(
              abilities.has(Feature.REASONING_OFF) ? 0 : reasoning.budgetMin(),
              reasoning.budgetMax() == ModelCard.UNKNOWN ? Long.MAX_VALUE : reasoning.budgetMax());
      case LEVEL -> levels(reasoning.efforts());
    };
  }

  private static GeminiAbilities.Reasoning levels(Set<Effort> efforts) {
    Set<GeminiAbilities.Level> levels = EnumSet.noneOf(GeminiAbilities.Level.class);
    for (Effort effort : efforts) {
      switch (effort) {
        case MINIMAL -> levels.add(GeminiAbilities.Level.MINIMAL);
        case LOW -> levels.add(GeminiAbilities.Level.LOW);
        case MEDIUM -> levels.add(GeminiAbilities.Level.MEDIUM);
        case HIGH -> levels.add(GeminiAbilities.Level.HIGH);
        case NONE, XHIGH, MAX -> {}
      }
    }
    return levels.isEmpty()
        ? new GeminiAbilities.Reasoning.None()
        : new GeminiAbilities.Reasoning.Levels(levels);
  }
}
