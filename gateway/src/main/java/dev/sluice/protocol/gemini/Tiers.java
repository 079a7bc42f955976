package dev.sluice.protocol.gemini;

import dev.sluice.json.JsonReader;
import org.jspecify.annotations.Nullable;

/** The words of {@code serviceTier} and {@code trafficType}, and the field's for them. */
final class Tiers {

  private Tiers() {}

  /** The tier that {@code serviceTier} names, in the field's words; {@code null} for none. */
  static @Nullable String read(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.TEXT) {
      return null;
    }
    String word = in.text();
    return switch (word) {
      case "standard" -> "default";
      case "flex", "priority" -> word;
      default -> null;
    };
  }

  /** The word for the wire; {@code null} for the provider's own choice or an unknown tier. */
  static @Nullable String write(String tier) {
    return switch (tier) {
      case "default", "standard" -> "standard";
      case "flex", "priority" -> tier;
      default -> null;
    };
  }

  /** The tier that Vertex' {@code trafficType} tells of; {@code null} for none. */
  static @Nullable String ofTraffic(String type) {
    return switch (type) {
      case "ON_DEMAND", "1" -> "default";
      case "ON_DEMAND_FLEX" -> "flex";
      case "ON_DEMAND_PRIORITY" -> "priority";
      case "PROVISIONED_THROUGHPUT", "2" -> "provisioned";
      default -> null;
    };
  }
}
