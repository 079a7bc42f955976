package dev.sluice.protocol.rewording;

import dev.sluice.chat.Json;
import dev.sluice.json.JsonReader;
import dev.sluice.json.NameTable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what comes from a provider without insisting on its form. */
public final class LooseJson {

  private static final NameTable NO_NAMES = NameTable.of();

  private LooseJson() {}

  /** A reader of a text that was kept, known to be well-formed. */
  public static JsonReader reader(Json json) {
    return reader(json.text());
  }

  /** A reader of a text that may be anything. */
  public static JsonReader reader(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length, NO_NAMES);
  }

  /**
   * Reads what should be a string; {@code null} where something else stands, so that a new form of
   * a field breaks no answer.
   */
  public static @Nullable String text(JsonReader in) {
    return switch (in.peek()) {
      case TEXT -> in.text();
      case NUMBER, BOOLEAN -> in.raw();
      case OBJECT, ARRAY, NULL, NONE -> {
        in.skip();
        yield null;
      }
    };
  }

  /** Reads what should be a count; {@code otherwise} where something else stands. */
  public static long count(JsonReader in, long otherwise) {
    if (in.peek() != JsonReader.Kind.NUMBER) {
      in.skip();
      return otherwise;
    }
    return in.cursor().readInteger(otherwise);
  }
}
