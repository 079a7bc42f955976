package dev.sluice.protocol.converse;

import dev.sluice.chat.Part;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.rewording.LooseJson;
import org.jspecify.annotations.Nullable;

/**
 * A block that only this protocol has a word for, taken apart for a stream.
 *
 * @param kind what it is called
 * @param start the object that it begins with
 * @param delta what comes behind, in one piece
 */
record ForeignBlock(String kind, String start, String delta) {

  /** The block that {@code part} is; {@code null} where streams have no form for it. */
  static @Nullable ForeignBlock of(Part.Foreign part) {
    String streamed =
        switch (part.protocol().equals(Converse.PROTOCOL) ? part.type() : "") {
          case "toolUse" -> "input";
          case "toolResult" -> "content";
          case "image" -> "source";
          default -> "";
        };
    if (streamed.isEmpty() || !part.json().isObject()) {
      return null;
    }
    JsonReader in = LooseJson.reader(part.json());
    JsonReader block = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      boolean wanted = in.name().equals(part.type());
      JsonReader value = Converse.object(in);
      block = wanted ? value : block;
    }
    return block == null ? null : of(part.type(), streamed, block);
  }

  private static ForeignBlock of(String kind, String streamed, JsonReader in) {
    StringBuilder start = new StringBuilder("{");
    String value = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      String raw = in.raw();
      if (name.equals(streamed)) {
        value = raw;
      } else {
        start.append(start.length() == 1 ? "" : ",");
        JsonText.quote(name, start);
        start.append(':').append(raw);
      }
    }
    return new ForeignBlock(kind, start.append('}').toString(), delta(kind, streamed, value));
  }

  private static String delta(String kind, String streamed, @Nullable String value) {
    return switch (kind) {
      case "toolUse" -> "{\"input\":" + JsonText.quote(value == null ? "{}" : value) + '}';
      case "toolResult" -> value == null ? "[]" : value;
      default -> value == null ? "{}" : '{' + JsonText.quote(streamed) + ':' + value + '}';
    };
  }
}
