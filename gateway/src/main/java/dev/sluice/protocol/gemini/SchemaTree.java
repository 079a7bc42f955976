package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A schema as a tree, since references within it lead anywhere: objects are maps in their order,
 * arrays lists, strings strings, and all else is kept as {@link Json}.
 */
final class SchemaTree {

  private SchemaTree() {}

  /** The tree of a well-formed value. */
  static Object parse(Json json) {
    return value(Gemini.reader(json.text()));
  }

  private static Object value(JsonReader in) {
    return switch (in.peek()) {
      case OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        for (boolean more = in.enterObject(); more; more = in.nextMember()) {
          String name = in.name();
          members.put(name, value(in));
        }
        yield members;
      }
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          items.add(value(in));
        }
        yield items;
      }
      case TEXT -> in.text();
      case NUMBER, BOOLEAN, NULL, NONE -> new Json(in.raw());
    };
  }

  /** Writes a tree. */
  static void write(Object tree, JsonWriter out) {
    switch (tree) {
      case Map<?, ?> members -> {
        out.beginObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          out.name((String) member.getKey());
          write(member.getValue(), out);
        }
        out.endObject();
      }
      case List<?> items -> {
        out.beginArray();
        for (Object item : items) {
          write(item, out);
        }
        out.endArray();
      }
      case String text -> out.text(text);
      case Json json -> out.raw(json.text());
      default -> throw new IllegalStateException("not a tree: " + tree.getClass());
    }
  }

  /** The members of an object; none for anything else. */
  @SuppressWarnings("unchecked") // Only this class makes maps, and only of strings.
  static Map<String, Object> object(Object tree) {
    return tree instanceof Map<?, ?> members ? (Map<String, Object>) members : Map.of();
  }

  /** The items of an array; none for anything else. */
  static List<?> array(Object tree) {
    return tree instanceof List<?> items ? items : List.of();
  }

  /** The text of a tree. */
  static Json toJson(Object tree) {
    JsonWriter out = new JsonWriter();
    write(tree, out);
    return new Json(out.toString());
  }
}
