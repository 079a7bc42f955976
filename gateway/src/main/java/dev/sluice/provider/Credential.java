package dev.sluice.provider;

import dev.sluice.provider.auth.Authenticator;

/**
 * One of the ways in which a provider is convinced.
 *
 * @param name how metrics and logs call it; never the key
 * @param authenticator what signs requests
 * @param weight its share of requests, not negative
 */
public record Credential(String name, Authenticator authenticator, int weight) {
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
