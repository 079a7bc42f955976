package dev.sluice.provider.catalogue;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model accepts at one provider, whatever protocol it is asked in.
 *
 * @param sampling which of temperature and top-p it takes
 * @param temperatureMax the highest temperature; {@code null} where nobody says
 * @param choicesMax how many answers to one request; at least 1
 * @param stopMax how many stop sequences; {@link ModelCard#UNKNOWN} where nobody says
 * @param toolNameMax how long a tool's name may be, in characters
 * @param structure how an answer's form can be imposed
 * @param reasoning how it can be asked to think
 * @param instructions the role that instructions have
 * @param features what else it takes
 * @param ownFields whose names its own fields have behind Bedrock's Converse
 * @param writing how OpenAI's protocol is written for it
 */
public record Abilities(
    Sampling sampling,
    @Nullable BigDecimal temperatureMax,
    int choicesMax,
    int stopMax,
    int toolNameMax,
    Structure structure,
    Reasoning reasoning,
    Instructions instructions,
    Set<Feature> features,
    OwnFields ownFields,
    OpenAiRequestOptions writing) {

  private static final int TOOL_NAME_USUAL = 64;

  /**
   * What every model for conversations takes, for those of which nothing is known. Tools are among
   * it: a request without its tools is another request, while a model that takes none says so.
   */
  public static final Abilities LEAST =
      new Abilities(
          Sampling.EITHER,
          null,
          1,
          (int) ModelCard.UNKNOWN,
          TOOL_NAME_USUAL,
          Structure.BY_TOOL,
          Reasoning.NONE,
          Instructions.SYSTEM,
          Set.of(Feature.TOOLS),
          OwnFields.NONE,
          OpenAiRequestOptions.COMPATIBLE);

  public Abilities {
    features = features.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(features));
    if (choicesMax < 1) {
      throw new IllegalArgumentException("choicesMax is not positive: " + choicesMax);
    }
    if (stopMax < 0 && stopMax != ModelCard.UNKNOWN) {
      throw new IllegalArgumentException("stopMax is negative: " + stopMax);
    }
    if (toolNameMax < 1) {
      throw new IllegalArgumentException("toolNameMax is not positive: " + toolNameMax);
    }
    if (temperatureMax != null && temperatureMax.signum() <= 0) {
      throw new IllegalArgumentException("temperatureMax is not positive: " + temperatureMax);
    }
  }

  /** Whether it takes that. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Which of temperature and top-p a model takes. */
  public enum Sampling {
    /** Both at once; OpenAI's models that need not reason do so only while they don't. */
    ALL,
    /** One of them at a time. */
    EITHER,
    /** Neither. */
    NONE
  }

  /** How an answer's form can be imposed. */
  public enum Structure {
    /** By a JSON Schema. */
    SCHEMA,
    /** As JSON, of whatever form. */
    OBJECT,
    /** By a tool that must be called. */
    BY_TOOL,
    /** Not at all. */
    NONE
  }

  /** Whose names a model's own fields have behind Bedrock's Converse. */
  public enum OwnFields {
    /** There are none. */
    NONE,
    /** Anthropic's: {@code top_k}, {@code thinking}, {@code tool_choice}. */
    CLAUDE,
    /** Amazon's: {@code inferenceConfig.topK}, {@code reasoningConfig}. */
    NOVA,
    /** {@code reasoning_effort} alone, as OpenAI's protocol has it. */
    EFFORT,
    /** Alibaba's: {@code reasoning_config}, whose value is the word. */
    QWEN,
    /** Cohere's: {@code k}. */
    COHERE
  }

  /** The role that instructions have. */
  public enum Instructions {
    SYSTEM,
    DEVELOPER,
    /** There is no such role; they are the user's first words. */
    USER
  }

  /** What some models take and others refuse. */
  public enum Feature {
    TOP_K,
    SEED,
    /** Presence and frequency penalties. */
    PENALTIES,
    LOGIT_BIAS,
    LOGPROBS,
    TOOLS,
    /** A choice of tool that names one. */
    NAMED_TOOL,
    /** A choice of tool that demands any. */
    FORCED_TOOL,
    /** A request for one call at a time. */
    PARALLEL_OFF,
    /** Tools whose arguments must fit their schema. */
    STRICT_TOOLS,
    /** Images by their bytes. */
    IMAGES,
    /** Images by their address. */
    IMAGE_URLS,
    PDFS,
    AUDIO,
    VIDEO,
    /** Images within a tool's result. */
    MEDIA_IN_RESULTS,
    /** PDFs within a tool's result. */
    PDFS_IN_RESULTS,
    /** How closely to look, for each image of its own. */
    PART_RESOLUTION,
    /** JSON Schema as it is, where a narrower dialect is the rule. */
    JSON_SCHEMA,
    /** An imposed form beside tools. */
    SCHEMA_WITH_TOOLS,
    /** Thinking can be turned off. */
    REASONING_OFF,
    /** It can be told to show or to omit its thoughts. */
    THOUGHTS_DISPLAY,
    /** It refuses histories whose calls have lost their signature. */
    SIGNED_CALLS,
    /** An answer that was begun for it. */
    PREFILL,
    /** Instructions in the middle of a conversation. */
    LATE_SYSTEM,
    /** Marks of what to keep in the provider's cache. */
    CACHE_CONTROL
  }

  /**
   * How a model can be asked to think.
   *
   * @param kind in which way
   * @param efforts the words it knows; empty where it knows none
   * @param budgetMin the fewest tokens; 0 where nobody says
   * @param budgetMax the most tokens; {@link ModelCard#UNKNOWN} where nobody says
   */
  public record Reasoning(Kind kind, Set<Effort> efforts, long budgetMin, long budgetMax) {

    /** Not at all. */
    public static final Reasoning NONE = new Reasoning(Kind.NONE, Set.of(), 0, ModelCard.UNKNOWN);

    public Reasoning {
      efforts = efforts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(efforts));
      if (budgetMin < 0 || (budgetMax != ModelCard.UNKNOWN && budgetMax < budgetMin)) {
        throw new IllegalArgumentException("not a range: " + budgetMin + " to " + budgetMax);
      }
    }
  }

  /** In which way a model can be asked to think. */
  public enum Kind {
    /** It does not think. */
    NONE,
    /** It thinks and cannot be told how. */
    ALWAYS,
    /** It can be told to think or not to. */
    SWITCH,
    /** By a word. */
    EFFORT,
    /** For a number of tokens. */
    BUDGET,
    /** For a number of tokens, or as long as it sees fit. */
    BUDGET_OR_ADAPTIVE,
    /** As long as it sees fit. */
    ADAPTIVE,
    /** By Gemini's levels. */
    LEVEL
  }
}
