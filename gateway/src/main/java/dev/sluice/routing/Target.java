package dev.sluice.routing;

import dev.sluice.config.TimeoutSettings;
import dev.sluice.provider.Provider;

/**
 * One that may answer.
 *
 * @param provider who is called
 * @param model as the provider calls it
 * @param weight its share of requests where targets are weighted
 * @param timeouts how long it may take
 */
public record Target(Provider provider, String model, int weight, TimeoutSettings timeouts) {

  /** The name that a client would use for exactly this target. */
  public String name() {
    return provider.name() + "/" + model;
  }
}
