package dev.sluice.provider.catalogue;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Prices of tokens in US dollars per million, none negative. Where a special price is {@code null}
 * nobody names one, and such tokens are charged as {@link #of} says.
 *
 * @param input tokens of the prompt
 * @param output tokens of the answer
 * @param cacheRead tokens of the prompt that came from the provider's cache
 * @param cacheWrite5m tokens of the prompt that were written into a cache for five minutes
 * @param cacheWrite1h tokens of the prompt that were written into a cache for an hour
 * @param reasoning tokens that were thought
 * @param audioInput tokens of sound in the prompt
 * @param audioOutput tokens of sound in the answer
 */
public record Rates(
    BigDecimal input,
    BigDecimal output,
    @Nullable BigDecimal cacheRead,
    @Nullable BigDecimal cacheWrite5m,
    @Nullable BigDecimal cacheWrite1h,
    @Nullable BigDecimal reasoning,
    @Nullable BigDecimal audioInput,
    @Nullable BigDecimal audioOutput) {

  /** What a token may be charged as. */
  public enum Meter {
    INPUT,
    OUTPUT,
    CACHE_READ,
    CACHE_WRITE_5M,
    CACHE_WRITE_1H,
    REASONING,
    AUDIO_INPUT,
    AUDIO_OUTPUT
  }

  public Rates {
    notNegative(input);
    notNegative(output);
    notNegative(cacheRead);
    notNegative(cacheWrite5m);
    notNegative(cacheWrite1h);
    notNegative(reasoning);
    notNegative(audioInput);
    notNegative(audioOutput);
  }

  /**
   * What a million of such tokens cost: their own price where there is one, otherwise that of the
   * plain tokens they are a part of. An hour's write without a price of its own costs what five
   * minutes' does.
   */
  public BigDecimal of(Meter meter) {
    return switch (meter) {
      case INPUT -> input;
      case OUTPUT -> output;
      case CACHE_READ -> or(cacheRead, input);
      case CACHE_WRITE_5M -> or(cacheWrite5m, input);
      case CACHE_WRITE_1H -> or(cacheWrite1h, or(cacheWrite5m, input));
      case REASONING -> or(reasoning, output);
      case AUDIO_INPUT -> or(audioInput, input);
      case AUDIO_OUTPUT -> or(audioOutput, output);
    };
  }

  private static BigDecimal or(@Nullable BigDecimal own, BigDecimal otherwise) {
    return own == null ? otherwise : own;
  }

  private static void notNegative(@Nullable BigDecimal price) {
    if (price != null && price.signum() < 0) {
      throw new IllegalArgumentException("a price is negative: " + price.toPlainString());
    }
  }
}
