package dev.sluice.provider.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a card together from the rules that are for a model; the later ones win. */
final class CardBuilder {

  private final AbilitiesBuilder abilities = new AbilitiesBuilder();
  private long context = ModelCard.UNKNOWN;
  private long output = ModelCard.UNKNOWN;
  private @Nullable Prices prices;

  /** All that the entries say. */
  void apply(List<Entry> entries) {
    for (Entry entry : entries) {
      limits(entry);
      Prices said = entry.prices();
      prices = said == null ? prices : said;
      abilities.apply(entry.accepts());
    }
  }

  /** All that the entries say but for prices: another provider's are not this one's. */
  void applyUnpriced(List<Entry> entries) {
    for (Entry entry : entries) {
      limits(entry);
      abilities.apply(entry.accepts());
    }
  }

  private void limits(Entry entry) {
    context = entry.context() == ModelCard.UNKNOWN ? context : entry.context();
    output = entry.output() == ModelCard.UNKNOWN ? output : entry.output();
  }

  ModelCard build(String name) {
    return new ModelCard(name, context, output, prices, abilities.build());
  }
}
