package dev.sluice.protocol.gemini;

import dev.sluice.chat.Message.ToolResult.Outcome;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import java.nio.charset.StandardCharsets;

/**
 * What a function answered. The wire wants an object: a text that is one is sent as it is, any
 * other as {@code content}, and either as {@code error} where the function failed.
 *
 * @param text the object's own text, or what stands in {@code content}
 * @param outcome a failure, or nothing said
 */
record ResultText(String text, Outcome outcome) {

  /** A function that answered nothing. */
  static final ResultText NOTHING = new ResultText("{}", Outcome.UNSTATED);

  private static final String CONTENT = "content";
  private static final String ERROR = "error";

  /** Reads {@code response}. */
  static ResultText read(String json) {
    JsonReader in = Gemini.reader(json);
    if (in.peek() != JsonReader.Kind.OBJECT || !in.enterObject()) {
      return new ResultText(json, Outcome.UNSTATED);
    }
    String name = in.name();
    boolean plain = in.peek() == JsonReader.Kind.TEXT;
    int mark = in.mark();
    in.skip();
    String value = plain ? in.again(mark).text() : in.textSince(mark);
    if (in.nextMember() || (plain && isObject(value))) {
      return new ResultText(json, Outcome.UNSTATED);
    }
    if (name.equals(ERROR) && (plain || value.startsWith("{"))) {
      return new ResultText(value, Outcome.FAILURE);
    }
    return name.equals(CONTENT) && plain
        ? new ResultText(value, Outcome.UNSTATED)
        : new ResultText(json, Outcome.UNSTATED);
  }

  /** Writes the value of {@code response}. */
  void write(JsonWriter out) {
    boolean object = isObject(text);
    switch (outcome) {
      case UNSTATED, SUCCESS -> {
        if (object) {
          out.raw(text);
        } else {
          out.beginObject().name(CONTENT).text(text).endObject();
        }
      }
      case FAILURE -> {
        out.beginObject().name(ERROR);
        if (object) {
          out.raw(text);
        } else {
          out.text(text);
        }
        out.endObject();
      }
    }
  }

  /** Whether the text is one JSON object and nothing else. */
  static boolean isObject(String text) {
    int first = 0;
    while (first < text.length() && text.charAt(first) <= ' ') {
      first++;
    }
    if (first == text.length() || text.charAt(first) != '{') {
      return false;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(bytes, 0, bytes.length, Gemini.NAMES);
    try {
      in.skip();
      in.end();
      return true;
    } catch (MalformedJson _) {
      return false;
    }
  }
}
