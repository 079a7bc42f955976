package dev.sluice.protocol.anthropic;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.RestBuilder;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code cache_control}. */
final class CacheControl {

  static final String NAME = "cache_control";

  private CacheControl() {}

  /**
   * Reads the mark at hand.
   *
   * @param rest gets it where it says more than a hint can
   */
  static @Nullable CacheHint read(JsonReader in, RestBuilder rest) {
    int mark = in.mark();
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    Duration lifetime = null;
    boolean known = true;
    boolean ephemeral = false;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> ephemeral = "ephemeral".equals(Anthropic.looseText(in));
        case "ttl" -> {
          if (!in.skipNull()) {
            lifetime = lifetime(Anthropic.orEmpty(Anthropic.looseText(in)));
            known &= lifetime != null;
          }
        }
        default -> {
          in.skip();
          known = false;
        }
      }
    }
    if (ephemeral && known) {
      return lifetime == null ? CacheHint.DEFAULT : new CacheHint(lifetime);
    }
    rest.add(NAME, in.textSince(mark));
    return null;
  }

  /** Writes the member, unless there is no hint. */
  static void write(JsonWriter out, @Nullable CacheHint hint) {
    if (hint == null) {
      return;
    }
    out.name(NAME).beginObject().name("type").text("ephemeral");
    Duration lifetime = hint.lifetime();
    if (lifetime != null) {
      // There are two lifetimes; a longer wish than the first can only mean the second.
      out.name("ttl").text(lifetime.compareTo(Duration.ofMinutes(5)) > 0 ? "1h" : "5m");
    }
    out.endObject();
  }

  private static @Nullable Duration lifetime(String ttl) {
    return switch (ttl) {
      case "5m" -> Duration.ofMinutes(5);
      case "1h" -> Duration.ofHours(1);
      default -> null;
    };
  }
}
