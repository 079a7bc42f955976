package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code cachePoint}: an element of its own behind the one that it speaks of. */
final class CachePoint {

  static final String NAME = "cachePoint";

  private CachePoint() {}

  /** The hint that the object at hand says; {@code null} where it says more than a hint can. */
  static @Nullable CacheHint read(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    Duration lifetime = null;
    boolean known = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> known &= Converse.text(in).equals("default");
        case "ttl" -> {
          if (!in.skipNull()) {
            lifetime = lifetime(Converse.text(in));
            known &= lifetime != null;
          }
        }
        default -> {
          in.skip();
          known = false;
        }
      }
    }
    if (!known) {
      return null;
    }
    return lifetime == null ? CacheHint.DEFAULT : new CacheHint(lifetime);
  }

  /** Writes the element, unless there is no hint. */
  static void write(JsonWriter out, @Nullable CacheHint hint) {
    if (hint == null) {
      return;
    }
    out.beginObject().name(NAME).beginObject().name("type").text("default");
    Duration lifetime = hint.lifetime();
    if (lifetime != null) {
      // There are two lifetimes; a longer wish than the first can only mean the second.
      out.name("ttl").text(lifetime.compareTo(Duration.ofMinutes(5)) > 0 ? "1h" : "5m");
    }
    out.endObject().endObject();
  }

  private static @Nullable Duration lifetime(String ttl) {
    return switch (ttl) {
      case "5m" -> Duration.ofMinutes(5);
      case "1h" -> Duration.ofHours(1);
      default -> null;
    };
  }
}
