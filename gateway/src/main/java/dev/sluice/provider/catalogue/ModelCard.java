package dev.sluice.provider.catalogue;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one model at one provider. Immutable.
 *
 * @param name the model, as the provider calls it
 * @param contextTokens how much it can hold, prompt and answer together; {@link #UNKNOWN} where
 *     nobody says
 * @param outputTokensMax its longest answer, reasoning included; {@link #UNKNOWN} where nobody says
 * @param prices what it costs; {@code null} where nobody says, which never means that it is free
 * @param abilities what it accepts; careful where the model is not known
 */
public record ModelCard(
    String name,
    long contextTokens,
    long outputTokensMax,
    @Nullable Prices prices,
    Abilities abilities) {

  /** A figure that is not known. */
  public static final long UNKNOWN = -1;

  public ModelCard {
    if (contextTokens < 1 && contextTokens != UNKNOWN) {
      throw new IllegalArgumentException("contextTokens is not positive: " + contextTokens);
    }
    if (outputTokensMax < 1 && outputTokensMax != UNKNOWN) {
      throw new IllegalArgumentException("outputTokensMax is not positive: " + outputTokensMax);
    }
  }

  /** The card of a model of which nothing is known. */
  static ModelCard unknown(String name) {
    return new ModelCard(name, UNKNOWN, UNKNOWN, null, Abilities.LEAST);
  }
}
