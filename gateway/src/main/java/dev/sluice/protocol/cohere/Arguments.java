package dev.sluice.protocol.cohere;

import dev.sluice.chat.Part;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/** The arguments of tool calls, which are text on both sides, and free text wrapped in JSON. */
final class Arguments {

  /** A call without arguments. */
  static final String NONE = "{}";

  private Arguments() {}

  /** The arguments as the protocol wants them: never empty. */
  static String of(Part.ToolCall call) {
    return switch (call.kind()) {
      case FUNCTION -> call.arguments().isBlank() ? NONE : call.arguments();
      case CUSTOM -> ofFreeText(call.arguments());
    };
  }

  private static String ofFreeText(String text) {
    StringBuilder object = new StringBuilder(text.length() + 16).append('{');
    JsonText.quote(Disguise.FREE_TEXT, object);
    object.append(':');
    JsonText.quote(text, object);
    return object.append('}').toString();
  }

  /** The free text that {@code object} holds; the whole text where it holds none. */
  static String freeText(String object) {
    JsonReader in = Cohere.reader(object);
    try {
      String text = lone(in);
      in.end();
      return text == null ? object : text;
    } catch (MalformedJson _) {
      return object;
    }
  }

  /** The text of an object's only member, if that is where free text goes. */
  private static @Nullable String lone(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return null;
    }
    String text = null;
    int members = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      members++;
      if (in.name().equals(Disguise.FREE_TEXT) && in.peek() == JsonReader.Kind.TEXT) {
        text = in.text();
      } else {
        in.skip();
      }
    }
    return members == 1 ? text : null;
  }
}
