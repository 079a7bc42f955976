package dev.sluice.provider.catalogue;

import org.jspecify.annotations.Nullable;

/** Puts a card together from the rules that are for a model; the later ones win. */
final class CardBuilder {

  private final AbilitiesBuilder abilities = new AbilitiesBuilder();
  private long context = ModelCard.UNKNOWN;
  private long output = ModelCard.UNKNOWN;
  private @Nullable Prices prices;

  /** All that {@code entry} says. */
  void apply(Entry entry) {
    limits(entry);
    if (entry.prices() != null) {
      prices = entry.prices();
    }
    abilities.apply(entry.accepts());
  }

  /** All that {@code entry} says but for prices: another provider's are not this one's. */
  void applyUnpriced(Entry entry) {
    limits(entry);
    abilities.apply(entry.accepts());
  }

  private void limits(Entry entry) {
    context = entry.context() == ModelCard.UNKNOWN ? context : entry.context();
    output = entry.output() == ModelCard.UNKNOWN ? output : entry.output();
  }

  ModelCard build(String name) {
    return new ModelCard(name, context, output, prices, abilities.build());
  }
}
