package dev.sluice.protocol.rewording;

import dev.sluice.chat.Losses;
import dev.sluice.chat.OutputSettings;
import dev.sluice.chat.SamplingSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn, by a provider whose temperature goes from 0 to 1 and that knows of no
 * penalties and seeds, such as Anthropic and Bedrock.
 *
 * @param temperature between 0 and 1; {@code null} for nothing
 * @param topP {@code null} for nothing
 * @param topK positive; {@code null} for nothing
 */
public record SamplingPlan(
    @Nullable BigDecimal temperature, @Nullable BigDecimal topP, @Nullable Long topK) {

  /** Which of temperature, top-p and top-k a model takes. */
  public enum Takes {
    /** All. */
    ALL,
    /** Only one of temperature and top-p at a time. */
    EITHER,
    /** None but their defaults. */
    NONE
  }

  /** Whether the model is to think, which forbids most of it. */
  public enum Thinks {
    YES,
    NO
  }

  /** While it thinks, a model takes no smaller top-p. */
  private static final BigDecimal THINKING_TOP_P_LEAST = new BigDecimal("0.95");

  /** The plan of a request; {@code losses} gets what gives way. */
  public static SamplingPlan of(SamplingSettings asked, Takes takes, Thinks thinks, Losses losses) {
    boolean thinking = thinks == Thinks.YES;
    BigDecimal temperature = temperature(asked.temperature(), takes, thinking, losses);
    BigDecimal topP = topP(asked.topP(), takes, temperature != null, thinking, losses);
    Long topK = asked.topK();
    // Some servers take -1 for all, which is what saying nothing means here.
    if (topK != null && topK <= 0) {
      topK = null;
    }
    if (topK != null && (takes == Takes.NONE || thinking)) {
      losses.add("top_k");
      topK = null;
    }
    if (asked.minP() != null) {
      losses.add("min_p");
    }
    lostUnless(BigDecimal.ZERO, asked.frequencyPenalty(), "frequency_penalty", losses);
    lostUnless(BigDecimal.ZERO, asked.presencePenalty(), "presence_penalty", losses);
    lostUnless(BigDecimal.ONE, asked.repetitionPenalty(), "repetition_penalty", losses);
    if (asked.seed() != null) {
      losses.add("seed");
    }
    if (asked.logitBias() != null) {
      losses.add("logit_bias");
    }
    return new SamplingPlan(temperature, topP, topK);
  }

  private static @Nullable BigDecimal temperature(
      @Nullable BigDecimal asked, Takes takes, boolean thinking, Losses losses) {
    if (asked == null) {
      return null;
    }
    boolean usual = asked.compareTo(BigDecimal.ONE) == 0;
    if (takes == Takes.NONE || (thinking && !usual)) {
      lostUnless(BigDecimal.ONE, asked, "temperature", losses);
      return null;
    }
    if (asked.compareTo(BigDecimal.ONE) > 0) {
      losses.add("temperature");
      return BigDecimal.ONE;
    }
    return asked;
  }

  private static @Nullable BigDecimal topP(
      @Nullable BigDecimal asked, Takes takes, boolean warm, boolean thinking, Losses losses) {
    if (asked == null) {
      return null;
    }
    boolean refused =
        switch (takes) {
          case ALL -> false;
          case EITHER -> warm;
          case NONE -> true;
        };
    if (refused || (thinking && asked.compareTo(THINKING_TOP_P_LEAST) < 0)) {
      lostUnless(BigDecimal.ONE, asked, "top_p", losses);
      return null;
    }
    return asked;
  }

  /** Notes a setting that can't be carried, unless it says what is the case anyway. */
  private static void lostUnless(
      BigDecimal usual, @Nullable BigDecimal value, String field, Losses losses) {
    if (value != null && value.compareTo(usual) != 0) {
      losses.add(field);
    }
  }

  /** The texts that may end an answer: providers refuse blank ones. */
  public static List<String> stop(OutputSettings output, Losses losses) {
    List<String> stop = new ArrayList<>(output.stop().size());
    for (String text : output.stop()) {
      if (text.isBlank()) {
        losses.add("stop");
      } else {
        stop.add(text);
      }
    }
    return stop;
  }

  /** Notes what is asked of the output that such a provider has no word for. */
  public static void unspeakable(OutputSettings output, Losses losses) {
    if (output.choices() != null && output.choices() != 1) {
      losses.add("n");
    }
    if (Boolean.TRUE.equals(output.logprobs())) {
      losses.add("logprobs");
    }
    if (output.topLogprobs() != null) {
      losses.add("top_logprobs");
    }
    if (!output.modalities().isEmpty() && !output.modalities().equals(List.of("text"))) {
      losses.add("modalities");
    }
    if (output.audio() != null) {
      losses.add("audio");
    }
    if (output.prediction() != null) {
      losses.add("prediction");
    }
    if (output.verbosity() != null) {
      losses.add("verbosity");
    }
  }
}
