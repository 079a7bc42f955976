package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ReasoningSettings.Effort;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a model takes on the platform that serves it. Comes from the catalogue; this codec never
 * looks at a model's name.
 *
 * @param outputTokensMax the longest answer in tokens, reasoning included; {@link #UNKNOWN} where
 *     it is not known
 * @param sampling which of temperature, top-p and top-k it takes
 * @param reasoning how it can be asked to think
 * @param efforts the words that {@code output_config.effort} may be; empty where there is no such
 *     field; never holds {@link Effort#NONE} or {@link Effort#MINIMAL}, which have no words
 * @param display whether it can be told to show or to omit its thoughts
 * @param schemas how an answer's form is imposed
 * @param strictTools whether tools may be {@code strict}
 * @param lateInstructions whether {@code messages} may hold the system's role
 * @param addresses whether images and documents may be given by their address
 * @param toolNameMax how long a tool's name may be, in characters; at least 16
 */
public record AnthropicAbilities(
    long outputTokensMax,
    Sampling sampling,
    Reasoning reasoning,
    Set<Effort> efforts,
    Display display,
    Schemas schemas,
    StrictTools strictTools,
    LateInstructions lateInstructions,
    Addresses addresses,
    int toolNameMax) {

  /** A figure that is not known. */
  public static final long UNKNOWN = -1;

  private static final int TOOL_NAME_LEAST = 16;

  /** What every model since Claude 3 takes on every platform. */
  public static final AnthropicAbilities LEAST =
      new AnthropicAbilities(
          UNKNOWN,
          Sampling.EITHER,
          Reasoning.NONE,
          Set.of(),
          Display.FIXED,
          Schemas.BY_TOOL,
          StrictTools.REFUSED,
          LateInstructions.REFUSED,
          Addresses.REFUSED,
          64);

  public AnthropicAbilities {
    if (outputTokensMax < 1 && outputTokensMax != UNKNOWN) {
      throw new IllegalArgumentException("outputTokensMax is not positive: " + outputTokensMax);
    }
    if (toolNameMax < TOOL_NAME_LEAST) {
      throw new IllegalArgumentException("toolNameMax is too small: " + toolNameMax);
    }
    if (efforts.contains(Effort.NONE) || efforts.contains(Effort.MINIMAL)) {
      throw new IllegalArgumentException("efforts without a word: " + efforts);
    }
    efforts = efforts.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(efforts));
  }

  /** Which of temperature, top-p and top-k a model takes. */
  public enum Sampling {
    /** All. */
    ALL,
    /** Only one of temperature and top-p at a time. */
    EITHER,
    /** None but their defaults. */
    NONE
  }

  /** How a model can be asked to think. */
  public enum Reasoning {
    /** Not at all. */
    NONE,
    /** For a number of tokens. */
    BUDGET,
    /** For a number of tokens, or as long as it sees fit. */
    BUDGET_OR_ADAPTIVE,
    /** As long as it sees fit. */
    ADAPTIVE
  }

  /** Whether {@code thinking.display} is known. */
  public enum Display {
    FIXED,
    SETTABLE
  }

  /** How an answer's form is imposed. */
  public enum Schemas {
    /** Through a tool that the model must call with the answer as its input. */
    BY_TOOL,
    /** By {@code output_config.format}. */
    BY_FORMAT
  }

  /** Whether tools may be {@code strict}. */
  public enum StrictTools {
    ACCEPTED,
    REFUSED
  }

  /** Whether {@code messages} may hold the system's role. */
  public enum LateInstructions {
    ACCEPTED,
    REFUSED
  }

  /** Whether images and documents may be given by their address. */
  public enum Addresses {
    ACCEPTED,
    REFUSED
  }
}
