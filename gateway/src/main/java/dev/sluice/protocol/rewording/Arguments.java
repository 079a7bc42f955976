package dev.sluice.protocol.rewording;

import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/** The arguments of tool calls: text in the model, an object on the wire. */
public final class Arguments {

  /** What holds arguments that are no object, since the model stopped in their middle. */
  private static final String BROKEN = "_raw";

  private Arguments() {}

  /** The object that {@code text} is; one around it where it is none. */
  public static String object(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.equals("{}")) {
      return "{}";
    }
    return isObject(stripped) ? stripped : wrapped(BROKEN, text);
  }

  /** The object that holds free text. */
  public static String ofFreeText(String text) {
    return wrapped(Disguise.FREE_TEXT, text);
  }

  private static String wrapped(String member, String text) {
    StringBuilder object = new StringBuilder(text.length() + 16).append('{');
    JsonText.quote(member, object);
    object.append(':');
    JsonText.quote(text, object);
    return object.append('}').toString();
  }

  private static boolean isObject(String text) {
    if (text.charAt(0) != '{') {
      return false;
    }
    JsonReader in = LooseJson.reader(text);
    try {
      in.skip();
      in.end();
      return true;
    } catch (MalformedJson _) {
      return false;
    }
  }

  /** The free text that {@code object} holds; the whole text where it holds none. */
  public static String freeText(String object) {
    JsonReader in = LooseJson.reader(object);
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
    if (in.peek() != JsonReader.Kind.OBJECT || !in.enterObject()) {
      return null;
    }
    boolean named = in.name().equals(Disguise.FREE_TEXT);
    if (!named || in.peek() != JsonReader.Kind.TEXT) {
      in.skip();
      finish(in);
      return null;
    }
    String text = in.text();
    if (in.nextMember()) {
      in.name();
      in.skip();
      finish(in);
      return null;
    }
    return text;
  }

  private static void finish(JsonReader in) {
    while (in.nextMember()) {
      in.name();
      in.skip();
    }
  }
}
