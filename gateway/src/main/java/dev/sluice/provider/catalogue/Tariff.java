package dev.sluice.provider.catalogue;

import java.util.List;

/**
 * What tokens cost in one class of service, by the size of the prompt.
 *
 * @param rates for prompts up to the first step
 * @param steps for longer prompts, ascending; empty where size changes nothing
 */
public record Tariff(Rates rates, List<Step> steps) {

  /**
   * What a request with a longer prompt costs, all of it.
   *
   * @param promptTokens the largest prompt, cached tokens included, that the step is <em>not</em>
   *     for
   * @param rates for the whole request
   */
  public record Step(long promptTokens, Rates rates) {}

  public Tariff {
    steps = List.copyOf(steps);
    long before = 0;
    for (Step step : steps) {
      if (step.promptTokens() <= before) {
        throw new IllegalArgumentException("steps do not ascend at " + step.promptTokens());
      }
      before = step.promptTokens();
    }
  }

  /**
   * The rates for a whole request.
   *
   * @param promptTokens its prompt, tokens read from and written to a cache included
   */
  public Rates rates(long promptTokens) {
    Rates found = rates;
    for (Step step : steps) {
      if (promptTokens <= step.promptTokens()) {
        return found;
      }
      found = step.rates();
    }
    return found;
  }
}
