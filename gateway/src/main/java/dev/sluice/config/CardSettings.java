package dev.sluice.config;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator knows better of a model than the catalogue. What is {@code null} is left as the
 * catalogue has it.
 *
 * @param context the context window, in tokens
 * @param output the longest answer, in tokens
 * @param prices in place of all the catalogue's prices for the model
 * @param accepts what the model accepts
 */
public record CardSettings(
    @Doc(value = "The context window, prompt and answer together, in tokens.", min = 1)
        @Nullable Integer context,
    @Doc(value = "The longest answer, reasoning included, in tokens.", min = 1)
        @Nullable Integer output,
    @Doc("What it costs, in place of all the catalogue's prices for the model.")
        @Nullable PriceSettings prices,
    @Doc("What it accepts; what is left out is as the catalogue has it.")
        @Nullable AcceptsSettings accepts) {

  /**
   * What a model costs, in US dollars per million tokens.
   *
   * @param input the prompt
   * @param output the answer
   * @param cacheRead prompt read from the provider's cache
   * @param cacheWrite5m prompt written to a cache for five minutes
   * @param cacheWrite1h prompt written to a cache for an hour
   * @param reasoning thoughts
   * @param audioInput sound in the prompt
   * @param audioOutput sound in the answer
   * @param above longer prompts, ascending
   * @param batch in batches
   * @param flex when it may take longer
   * @param priority when it must go first
   * @param webSearch one search, in US dollars
   */
  public record PriceSettings(
      @Doc("The prompt: US dollars per million tokens, as a decimal.") BigDecimal input,
      @Doc("The answer: US dollars per million tokens.") BigDecimal output,
      @Doc("Prompt read from the provider's cache; by default as input.")
          @Nullable BigDecimal cacheRead,
      @Key("cache_write_5m")
          @Doc("Prompt written to a cache for five minutes; by default as input.")
          @Nullable BigDecimal cacheWrite5m,
      @Key("cache_write_1h")
          @Doc("Prompt written to a cache for an hour; by default as for five minutes.")
          @Nullable BigDecimal cacheWrite1h,
      @Doc("Thoughts; by default as output.") @Nullable BigDecimal reasoning,
      @Doc("Sound in the prompt; by default as input.") @Nullable BigDecimal audioInput,
      @Doc("Sound in the answer; by default as output.") @Nullable BigDecimal audioOutput,
      @Doc("Prices of whole requests with longer prompts, ascending.") List<StepSettings> above,
      @Doc("Prices in batches.") @Nullable RateSettings batch,
      @Doc("Prices when it may take longer.") @Nullable RateSettings flex,
      @Doc("Prices when it must go first.") @Nullable RateSettings priority,
      @Doc("One search of the provider's own, in US dollars.") @Nullable BigDecimal webSearch) {
    public PriceSettings {
      above = List.copyOf(above);
    }
  }

  /**
   * What tokens cost in a class of service, in US dollars per million.
   *
   * @param input the prompt
   * @param output the answer
   * @param cacheRead prompt read from the provider's cache
   * @param cacheWrite5m prompt written to a cache for five minutes
   * @param cacheWrite1h prompt written to a cache for an hour
   * @param reasoning thoughts
   * @param audioInput sound in the prompt
   * @param audioOutput sound in the answer
   * @param above longer prompts, ascending
   */
  public record RateSettings(
      @Doc("The prompt: US dollars per million tokens.") BigDecimal input,
      @Doc("The answer: US dollars per million tokens.") BigDecimal output,
      @Doc("Prompt read from the provider's cache.") @Nullable BigDecimal cacheRead,
      @Key("cache_write_5m") @Doc("Prompt written to a cache for five minutes.")
          @Nullable BigDecimal cacheWrite5m,
      @Key("cache_write_1h") @Doc("Prompt written to a cache for an hour.")
          @Nullable BigDecimal cacheWrite1h,
      @Doc("Thoughts.") @Nullable BigDecimal reasoning,
      @Doc("Sound in the prompt.") @Nullable BigDecimal audioInput,
      @Doc("Sound in the answer.") @Nullable BigDecimal audioOutput,
      @Doc("Prices of whole requests with longer prompts, ascending.") List<StepSettings> above) {
    public RateSettings {
      above = List.copyOf(above);
    }
  }

  /**
   * What a whole request with a longer prompt costs, in US dollars per million tokens.
   *
   * @param prompt the largest prompt in tokens, cached ones included, that this is not for
   * @param input the prompt
   * @param output the answer
   * @param cacheRead prompt read from the provider's cache
   * @param cacheWrite5m prompt written to a cache for five minutes
   * @param cacheWrite1h prompt written to a cache for an hour
   * @param reasoning thoughts
   * @param audioInput sound in the prompt
   * @param audioOutput sound in the answer
   */
  public record StepSettings(
      @Doc(value = "For prompts of more than so many tokens.", min = 1) int prompt,
      @Doc("The prompt: US dollars per million tokens.") BigDecimal input,
      @Doc("The answer: US dollars per million tokens.") BigDecimal output,
      @Doc("Prompt read from the provider's cache.") @Nullable BigDecimal cacheRead,
      @Key("cache_write_5m") @Doc("Prompt written to a cache for five minutes.")
          @Nullable BigDecimal cacheWrite5m,
      @Key("cache_write_1h") @Doc("Prompt written to a cache for an hour.")
          @Nullable BigDecimal cacheWrite1h,
      @Doc("Thoughts.") @Nullable BigDecimal reasoning,
      @Doc("Sound in the prompt.") @Nullable BigDecimal audioInput,
      @Doc("Sound in the answer.") @Nullable BigDecimal audioOutput) {}
}
