package dev.sluice.provider;

import dev.sluice.provider.auth.Login;

/**
 * One of the ways in which a provider is to be convinced, as configured.
 *
 * @param name how metrics and logs call it; never the key
 * @param login what convinces
 * @param weight its share of requests, not negative
 */
public record Account(String name, Login login, int weight) {
  public Account {
    if (weight < 0) {
      throw new IllegalArgumentException("a weight is negative: " + weight);
    }
  }
}
