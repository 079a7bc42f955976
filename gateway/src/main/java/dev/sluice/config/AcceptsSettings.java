package dev.sluice.config;

import dev.sluice.chat.ReasoningSettings.Effort;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator knows of what a model accepts. The keys and words are the catalogue's own; what
 * is {@code null} is left as the catalogue has it.
 */
public record AcceptsSettings(
    @Doc("temperature and top_p: all, either (one at a time) or none.") @Nullable Sampling sampling,
    @Doc("The highest temperature.") @Nullable BigDecimal temperatureMax,
    @Doc("top_k.") @Nullable Boolean topK,
    @Doc("seed.") @Nullable Boolean seed,
    @Doc("Presence and frequency penalties.") @Nullable Boolean penalties,
    @Doc("logit_bias.") @Nullable Boolean logitBias,
    @Doc("logprobs.") @Nullable Boolean logprobs,
    @Doc(value = "How many answers to one request.", min = 1) @Nullable Integer choices,
    @Doc(value = "How many stop sequences; 0 where it takes none.", min = 0) @Nullable Integer stop,
    @Doc("Tools.") @Nullable Boolean tools,
    @Doc("A choice of tool that names one.") @Nullable Boolean namedTool,
    @Doc("A choice of tool that demands any.") @Nullable Boolean forcedTool,
    @Doc("A request for one call at a time.") @Nullable Boolean parallelOff,
    @Doc("Tools whose arguments must fit their schema.") @Nullable Boolean strictTools,
    @Doc(value = "How long a tool's name may be, in characters.", min = 16)
        @Nullable Integer toolName,
    @Doc("Images by their bytes.") @Nullable Boolean images,
    @Doc("Images by their address.") @Nullable Boolean imageUrls,
    @Doc("PDF files.") @Nullable Boolean pdfs,
    @Doc("Sound.") @Nullable Boolean audio,
    @Doc("Films.") @Nullable Boolean video,
    @Doc("Images within a tool's result.") @Nullable Boolean mediaInResults,
    @Doc("PDF files within a tool's result.") @Nullable Boolean pdfsInResults,
    @Doc("How closely to look, for each image of its own (Gemini).")
        @Nullable Boolean partResolution,
    @Doc("How an answer's form can be imposed: schema, object, by_tool or none.")
        @Nullable Structured structured,
    @Doc("JSON Schema as it is, where a narrower dialect is the rule (Gemini).")
        @Nullable Boolean jsonSchema,
    @Doc("An imposed form beside tools.") @Nullable Boolean schemaWithTools,
    @Doc("How it can be asked to think.") @Nullable Reasoning reasoning,
    @Doc("The words for how hard to think that it knows.") List<Effort> efforts,
    @Doc(value = "The fewest tokens to think.", min = 0) @Nullable Integer budgetMin,
    @Doc(value = "The most tokens to think.", min = 0) @Nullable Integer budgetMax,
    @Doc("Whether thinking can be turned off.") @Nullable Boolean reasoningOff,
    @Doc("Whether it can be told to show or to omit its thoughts.")
        @Nullable Boolean thoughtsDisplay,
    @Doc("Whether it refuses histories whose calls have lost their signature (Gemini).")
        @Nullable Boolean signedCalls,
    @Doc(
            "Whose names a model's own fields have behind Converse: claude, nova, effort, qwen, cohere or none.")
        @Nullable OwnFields ownFields,
    @Doc("An answer that was begun for it.") @Nullable Boolean prefill,
    @Doc("The role that instructions have: system, developer or user.")
        @Nullable Instructions system,
    @Doc("Instructions in the middle of a conversation.") @Nullable Boolean lateSystem,
    @Doc("Marks of what to keep in the provider's cache.") @Nullable Boolean cacheControl,
    @Doc("What OpenAI's protocol calls the answer's limit: max_tokens or max_completion_tokens.")
        @Nullable TokensField tokens,
    @Doc("How OpenAI's protocol asks for thoughts: effort, object or thinking.")
        @Nullable ReasoningField reasoningField,
    @Doc("How OpenAI's protocol gives earlier thoughts back.") @Nullable Thoughts thoughts,
    @Doc("Whether fields beyond OpenAI's own are welcome.") @Nullable Boolean extensions,
    @Doc("Whether system and tool messages may be lists of parts.") @Nullable Boolean textParts) {
  public AcceptsSettings {
    efforts = List.copyOf(efforts);
  }

  /** What is given, by its key in the file: truths, {@code Long}s, words and lists of words. */
  public Map<String, Object> given() {
    Map<String, Object> given = new LinkedHashMap<>();
    for (RecordComponent component : AcceptsSettings.class.getRecordComponents()) {
      Object value = value(component);
      if (value != null) {
        given.put(Binder.key(component), value);
      }
    }
    return given;
  }

  private @Nullable Object value(RecordComponent component) {
    Object value;
    try {
      value = component.getAccessor().invoke(this);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + component.getName(), e);
    }
    return switch (value) {
      case null -> null;
      case Boolean truth -> truth;
      case Integer number -> Long.valueOf(number);
      case List<?> list -> list.isEmpty() ? null : words(list);
      default -> Scalars.write(value);
    };
  }

  private static List<String> words(List<?> constants) {
    List<String> words = new ArrayList<>();
    constants.forEach(constant -> words.add(Scalars.write(constant)));
    return words;
  }

  /** Which of temperature and top-p a model takes. */
  public enum Sampling {
    ALL,
    EITHER,
    NONE
  }

  /** How an answer's form can be imposed. */
  public enum Structured {
    SCHEMA,
    OBJECT,
    BY_TOOL,
    NONE
  }

  /** How a model can be asked to think. */
  public enum Reasoning {
    NONE,
    ALWAYS,
    SWITCH,
    EFFORT,
    BUDGET,
    BUDGET_OR_ADAPTIVE,
    ADAPTIVE,
    LEVEL
  }

  /** Whose names a model's own fields have behind Bedrock's Converse. */
  public enum OwnFields {
    NONE,
    CLAUDE,
    NOVA,
    EFFORT,
    QWEN,
    COHERE
  }

  /** The role that instructions have. */
  public enum Instructions {
    SYSTEM,
    DEVELOPER,
    USER
  }

  /** The names of the answer's limit. */
  public enum TokensField {
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS
  }

  /** Ways to ask for thoughts. */
  public enum ReasoningField {
    EFFORT,
    OBJECT,
    THINKING
  }

  /** Ways to give thoughts back. */
  public enum Thoughts {
    OMIT,
    REASONING_CONTENT,
    REASONING,
    DETAILS,
    PARTS
  }
}
