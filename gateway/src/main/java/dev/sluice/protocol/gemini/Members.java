package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** The members of an object that is only carried. */
final class Members {

  private Members() {}

  /** The value of that name; {@code null} for none. */
  static @Nullable Json find(Json object, String name) {
    if (!object.isObject()) {
      return null;
    }
    JsonReader in = Gemini.reader(object.text());
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (Gemini.camel(in.name()).equals(name)) {
        return new Json(in.raw());
      }
      in.skip();
    }
    return null;
  }

  /** Writes all members but the one of that name into the object that is open. */
  static void write(JsonWriter out, Json object, String except) {
    if (!object.isObject()) {
      return;
    }
    JsonReader in = Gemini.reader(object.text());
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (Gemini.camel(name).equals(except)) {
        in.skip();
      } else {
        out.name(name).raw(in.raw());
      }
    }
  }
}
