package dev.sluice.provider.catalogue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The cards of one provider's models, each put together when it is first asked for. Safe for all
 * threads; a read waits only where it is the first to need a file.
 */
public final class Cards {

  /** The most cards that are kept: clients may ask for any name. */
  static final int KEPT_MAX = 4096;

  private final Catalogue catalogue;
  private final String provider;
  private final String kind;
  private final Map<String, ModelCard> kept = new ConcurrentHashMap<>();

  Cards(Catalogue catalogue, String provider, String kind) {
    this.catalogue = catalogue;
    this.provider = provider;
    this.kind = kind;
    // The files are read now, and not on an event loop; but a start does not wait for them.
    Thread.ofVirtual().name("catalogue-" + kind).start(() -> catalogue.card(provider, kind, ""));
  }

  /** The model's card. */
  public ModelCard of(String model) {
    ModelCard card = kept.get(model);
    if (card != null) {
      return card;
    }
    ModelCard made = catalogue.card(provider, kind, model);
    if (kept.size() < KEPT_MAX) {
      kept.put(model, made);
    }
    return made;
  }
}
