package dev.sluice.provider;

import org.jspecify.annotations.Nullable;

/**
 * One of a provider's keys.
 *
 * @param name how metrics and logs call it; never the key
 * @param headerValue what the authentication header says; {@code null} where the provider wants no
 *     key
 * @param weight its share of requests, not negative
 */
public record Credential(String name, @Nullable String headerValue, int weight) {
  public Credential {
    if (weight < 0) {
      throw new IllegalArgumentException("a weight is negative: " + weight);
    }
  }

  @Override
  public String toString() {
    return "Credential[" + name + "]";
  }
}
