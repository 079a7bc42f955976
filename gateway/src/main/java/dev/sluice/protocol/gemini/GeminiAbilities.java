package dev.sluice.protocol.gemini;

import java.math.BigDecimal;
import java.util.Set;

/**
 * What a model takes. Comes from the catalogue, never from the model's name.
 *
 * @param outputTokensMax the longest answer in tokens; larger wishes are cut down to it; {@link
 *     Long#MAX_VALUE} where it is not known
 * @param temperatureMax larger temperatures are cut down to it
 * @param stopMax how many stop sequences; those behind are dropped
 * @param choicesMax how many answers to one request
 * @param reasoning how it is told to think
 * @param features what else it takes
 */
public record GeminiAbilities(
    long outputTokensMax,
    BigDecimal temperatureMax,
    int stopMax,
    long choicesMax,
    Reasoning reasoning,
    Set<Feature> features) {

  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final int STOP_MAX = 5;
  private static final int CHOICES_MAX = 8;

  /** Takes everything, and thinks by budgets that may be nought: as the 2.5 models do. */
  public static final GeminiAbilities BUDGETED =
      new GeminiAbilities(
          Long.MAX_VALUE,
          TWO,
          STOP_MAX,
          CHOICES_MAX,
          new Reasoning.Budget(0, 24_576),
          Set.of(
              Feature.PENALTIES,
              Feature.LOGPROBS,
              Feature.JSON_SCHEMA,
              Feature.VALIDATED_CALLS,
              Feature.SCHEMA_WITH_TOOLS));

  /** Takes everything, thinks by levels, and wants signed calls back: as the 3 models do. */
  public static final GeminiAbilities LEVELLED =
      new GeminiAbilities(
          Long.MAX_VALUE,
          TWO,
          STOP_MAX,
          CHOICES_MAX,
          new Reasoning.Levels(Set.of(Level.values())),
          Set.of(Feature.values()));

  public GeminiAbilities {
    features = Set.copyOf(features);
    if (outputTokensMax < 1 || stopMax < 0 || choicesMax < 1) {
      throw new IllegalArgumentException(
          "limits are too small: " + outputTokensMax + ", " + stopMax + ", " + choicesMax);
    }
  }

  /** Whether it takes that. */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** What some models take and others refuse. */
  public enum Feature {
    /** {@code presencePenalty} and {@code frequencyPenalty}. */
    PENALTIES,
    /** {@code responseLogprobs} and {@code logprobs}. */
    LOGPROBS,
    /** JSON Schema as it is, in place of the narrower dialect of its own. */
    JSON_SCHEMA,
    /** A response schema beside tools. */
    SCHEMA_WITH_TOOLS,
    /** The calling mode {@code VALIDATED}. */
    VALIDATED_CALLS,
    /** Images and documents within a function's response. */
    MEDIA_IN_RESULTS,
    /** {@code mediaResolution} on a part of its own; without it there is one for all. */
    PART_RESOLUTION,
    /** The model refuses histories whose function calls have lost their signature. */
    SIGNED_CALLS
  }

  /** The words of {@code thinkingLevel}, from least to most. */
  public enum Level {
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH
  }

  /** How a model is told to think. */
  public sealed interface Reasoning {

    /** Not at all. */
    record None() implements Reasoning {}

    /**
     * By a number of tokens.
     *
     * @param tokensMin the least; 0 where thinking may be turned off
     * @param tokensMax the most
     */
    record Budget(long tokensMin, long tokensMax) implements Reasoning {
      public Budget {
        if (tokensMin < 0 || tokensMax < tokensMin) {
          throw new IllegalArgumentException(
              "not a range: " + tokensMin + " to " + tokensMax + " tokens");
        }
      }
    }

    /**
     * By a level.
     *
     * @param levels those that there are; at least one
     */
    record Levels(Set<Level> levels) implements Reasoning {
      public Levels {
        levels = Set.copyOf(levels);
        if (levels.isEmpty()) {
          throw new IllegalArgumentException("there are no levels");
        }
      }
    }
  }
}
