package dev.sluice.protocol.converse;

import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code serviceTier}. */
final class Tiers {

  static final String NAME = "serviceTier";

  private Tiers() {}

  /** The tier that the value at hand names; {@code null} where it says anything else. */
  static @Nullable String read(JsonReader in) {
    JsonReader tier = Converse.object(in);
    if (tier == null) {
      return null;
    }
    String type = null;
    boolean plain = true;
    for (boolean more = tier.enterObject(); more; more = tier.nextMember()) {
      boolean known = tier.name().equals("type") && tier.peek() == JsonReader.Kind.TEXT;
      if (known) {
        type = tier.text();
      } else {
        tier.skip();
        plain = false;
      }
    }
    return plain ? type : null;
  }

  /** Writes the member, unless nothing is known. */
  static void write(JsonWriter out, @Nullable String tier) {
    if (tier != null) {
      out.name(NAME).beginObject().name("type").text(tier).endObject();
    }
  }
}
