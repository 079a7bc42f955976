package dev.sluice.protocol.converse;

import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.Signature;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a model takes. Comes from the catalogue; this codec never looks at a model's name.
 *
 * @param outputTokensMax the longest answer in tokens, reasoning included; {@link #UNKNOWN} where
 *     it is not known
 * @param stopTextsMax how many texts may end an answer; 0 for none
 * @param sampling which of temperature and top-p it takes
 * @param topK where its top-k stands
 * @param thinking how it can be asked to think
 * @param schemas how an answer's form is imposed
 * @param tools what may be said of tools
 * @param system where instructions may stand
 * @param cachePoints where cache points may stand
 * @param media what a user's turn may hold besides text
 */
public record ConverseAbilities(
    long outputTokensMax,
    int stopTextsMax,
    Sampling sampling,
    TopK topK,
    Thinking thinking,
    Schemas schemas,
    Tools tools,
    Instructing system,
    CachePoints cachePoints,
    Set<Medium> media) {

  /** A figure that is not known. */
  public static final long UNKNOWN = -1;

  private static final int STOP_TEXTS_USUAL = 4;

  /** What a model is taken for of which nothing is known but that it speaks this protocol. */
  public static final ConverseAbilities LEAST =
      new ConverseAbilities(
          UNKNOWN,
          STOP_TEXTS_USUAL,
          Sampling.EITHER,
          TopK.REFUSED,
          Thinking.NONE,
          Schemas.NONE,
          Tools.LEAST,
          Instructing.FIRST,
          CachePoints.NONE,
          EnumSet.of(Medium.IMAGE, Medium.DOCUMENT));

  /** What every Claude since Claude 3 takes. */
  public static final ConverseAbilities CLAUDE =
      new ConverseAbilities(
          UNKNOWN,
          STOP_TEXTS_USUAL,
          Sampling.EITHER,
          TopK.TOP_K,
          new Thinking(Thinking.Kind.NONE, "thinking", Set.of(), Signature.CLAUDE),
          Schemas.BY_TOOL,
          new Tools(
              Choices.NAMED,
              Strict.REFUSED,
              Parallel.FIXED,
              Status.ACCEPTED,
              EnumSet.of(Medium.IMAGE, Medium.DOCUMENT)),
          Instructing.FIRST,
          CachePoints.NONE,
          EnumSet.of(Medium.IMAGE, Medium.DOCUMENT));

  public ConverseAbilities {
    if (outputTokensMax < 1 && outputTokensMax != UNKNOWN) {
      throw new IllegalArgumentException("outputTokensMax is not positive: " + outputTokensMax);
    }
    if (stopTextsMax < 0) {
      throw new IllegalArgumentException("stopTextsMax is negative: " + stopTextsMax);
    }
    if (schemas == Schemas.BY_TOOL && tools.choices() != Choices.NAMED) {
      throw new IllegalArgumentException("a form by a tool needs a tool that can be named");
    }
    media = copy(media);
  }

  private static Set<Medium> copy(Set<Medium> media) {
    return media.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(media));
  }

  /** Which of temperature and top-p a model takes. */
  public enum Sampling {
    /** Both. */
    ALL,
    /** One at a time. */
    EITHER,
    /** None but their defaults. */
    NONE
  }

  /** Where top-k stands. */
  public enum TopK {
    /** Nowhere. */
    REFUSED,
    /** In the model's own fields, as {@code top_k}. */
    TOP_K,
    /** In the model's own fields, as {@code k}. */
    K,
    /** In the model's own fields, as {@code inferenceConfig.topK}: Nova. */
    NOVA
  }

  /**
   * How a model can be asked to think.
   *
   * @param kind in which form
   * @param field which of the model's own fields says so, such as {@code thinking}, {@code
   *     reasoning_config}, {@code reasoning_effort} or {@code reasoningConfig}
   * @param efforts the words that it has for efforts; never holds {@link Effort#NONE}
   * @param issuer whose seals its thoughts bear, see {@link Signature}; empty where they bear none,
   *     and then it takes no thoughts back
   */
  public record Thinking(Kind kind, String field, Set<Effort> efforts, String issuer) {

    /** Not at all. */
    public static final Thinking NONE = new Thinking(Kind.NONE, "", Set.of(), "");

    public Thinking {
      if (efforts.contains(Effort.NONE)) {
        throw new IllegalArgumentException("no effort has no word here");
      }
      if (kind != Kind.NONE && field.isEmpty()) {
        throw new IllegalArgumentException("who can be asked needs a field: " + kind);
      }
      efforts = efforts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(efforts));
    }

    /** In which form. */
    public enum Kind {
      /** Not at all. */
      NONE,
      /** For a number of tokens: {@code {type, budget_tokens}}. */
      BUDGET,
      /** For a number of tokens, or as long as it sees fit. */
      BUDGET_OR_ADAPTIVE,
      /** As long as it sees fit: {@code {type}}, and {@code output_config.effort}. */
      ADAPTIVE,
      /** By a word: the field is the word. */
      WORD,
      /** Nova's {@code {type, maxReasoningEffort}}. */
      NOVA
    }
  }

  /** How an answer's form is imposed. */
  public enum Schemas {
    /** Not at all. */
    NONE,
    /** Through a tool that the model must call with the answer as its input. */
    BY_TOOL,
    /** By {@code outputConfig.textFormat}. */
    BY_FORMAT
  }

  /**
   * What may be said of tools.
   *
   * @param choices which choices of tools it takes
   * @param strict whether tools may be {@code strict}
   * @param parallel whether several calls in one turn can be forbidden
   * @param status whether results may say how the tool fared
   * @param results what results may hold besides text; what they can't stands behind them
   */
  public record Tools(
      Choices choices, Strict strict, Parallel parallel, Status status, Set<Medium> results) {

    /** What every model that knows tools takes. */
    public static final Tools LEAST =
        new Tools(Choices.AUTO, Strict.REFUSED, Parallel.FIXED, Status.REFUSED, Set.of());

    public Tools {
      results = copy(results);
    }
  }

  /** Which choices of tools a model takes. */
  public enum Choices {
    /** It decides. */
    AUTO,
    /** It may be made to call one, whichever. */
    ANY,
    /** It may be made to call a certain one. */
    NAMED
  }

  /** Whether tools may be {@code strict}. */
  public enum Strict {
    ACCEPTED,
    REFUSED
  }

  /** Whether several calls in one turn can be forbidden. */
  public enum Parallel {
    FIXED,
    /** By Anthropic's {@code tool_choice} among the model's own fields. */
    SETTABLE
  }

  /** Whether results may say how the tool fared. */
  public enum Status {
    ACCEPTED,
    REFUSED
  }

  /** Where instructions may stand. */
  public enum Instructing {
    /** Nowhere but in a user's turn. */
    REFUSED,
    /** Before all turns. */
    FIRST,
    /** Also between turns, in the system's role. */
    ANYWHERE
  }

  /** Where cache points may stand. */
  public enum CachePoints {
    NONE,
    /** Behind instructions and in turns. */
    MESSAGES,
    /** Behind tools, too. */
    EVERYWHERE
  }

  /** What a turn may hold besides text. */
  public enum Medium {
    IMAGE,
    DOCUMENT,
    VIDEO,
    AUDIO
  }
}
