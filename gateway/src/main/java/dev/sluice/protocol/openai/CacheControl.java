package dev.sluice.protocol.openai;

import dev.sluice.chat.CacheHint;
import dev.sluice.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code cache_control}, Anthropic's mark on whatever is to be cached. */
final class CacheControl {

  private CacheControl() {}

  /** The hint that the object's text says; {@code null} where it says something else. */
  static @Nullable CacheHint read(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(bytes, 0, bytes.length, OpenAi.NAMES);
    if (in.peek() != JsonReader.Kind.OBJECT) {
      return null;
    }
    Duration lifetime = null;
    boolean ephemeral = false;
    boolean known = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "type" -> ephemeral = "ephemeral".equals(OpenAi.looseText(in));
        case "ttl" -> {
          lifetime = lifetime(OpenAi.orEmpty(OpenAi.looseText(in)));
          known &= lifetime != null;
        }
        default -> {
          in.skip();
          known = false;
        }
      }
    }
    return ephemeral && known ? new CacheHint(lifetime) : null;
  }

  /** The mark that says {@code hint}. */
  static String write(CacheHint hint) {
    Duration lifetime = hint.lifetime();
    if (lifetime == null) {
      return "{\"type\":\"ephemeral\"}";
    }
    String ttl =
        lifetime.toMinutes() % 60 == 0 ? lifetime.toHours() + "h" : lifetime.toMinutes() + "m";
    return "{\"type\":\"ephemeral\",\"ttl\":\"" + ttl + "\"}";
  }

  private static @Nullable Duration lifetime(String ttl) {
    return switch (ttl) {
      case "5m" -> Duration.ofMinutes(5);
      case "1h" -> Duration.ofHours(1);
      default -> null;
    };
  }
}
