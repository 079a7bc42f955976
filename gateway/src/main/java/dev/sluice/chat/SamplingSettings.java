package dev.sluice.chat;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn. Numbers are kept as they were written; ranges differ by provider (0 to 2
 * for the temperature at OpenAI, 0 to 1 at Anthropic), so encoders check or clamp them. {@code
 * null} means that nothing was said.
 *
 * @param temperature at least 0
 * @param topP between 0 and 1
 * @param topK how many candidates; some servers take -1 for all
 * @param minP between 0 and 1
 * @param frequencyPenalty between -2 and 2
 * @param presencePenalty between -2 and 2
 * @param repetitionPenalty above 0; 1 changes nothing
 * @param seed for answers that can be had again
 * @param logitBias an object from token ids to bias, exactly
 */
public record SamplingSettings(
    @Nullable BigDecimal temperature,
    @Nullable BigDecimal topP,
    @Nullable Long topK,
    @Nullable BigDecimal minP,
    @Nullable BigDecimal frequencyPenalty,
    @Nullable BigDecimal presencePenalty,
    @Nullable BigDecimal repetitionPenalty,
    @Nullable Long seed,
    @Nullable Json logitBias) {

  /** Nothing was said. */
  public static final SamplingSettings NONE =
      new SamplingSettings(null, null, null, null, null, null, null, null, null);
}
