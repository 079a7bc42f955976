package dev.sluice.protocol.anthropic;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Json;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request says of tools. */
final class ToolReader {

  /**
   * What {@code tool_choice} says.
   *
   * @param choice {@code null} where it names no kind of choice
   * @param parallel {@code null} where it says nothing of several calls
   */
  record Chosen(@Nullable ToolChoice choice, @Nullable Boolean parallel) {}

  private ToolReader() {}

  /** Reads the list of tools at hand. */
  static List<Tool> tools(JsonReader in) {
    List<Tool> tools = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      tools.add(tool(in));
    }
    return tools;
  }

  private static Tool tool(JsonReader in) {
    int mark = in.mark();
    in.skip();
    JsonReader again = in.later(mark);
    String type = null;
    for (boolean more = again.enterObject(); more; more = again.nextMember()) {
      if (again.name().equals("type") && again.peek() == JsonReader.Kind.TEXT) {
        type = again.text();
      } else {
        again.skip();
      }
    }
    // A tool of the client's own may say that it is "custom", or nothing.
    if (type == null || type.equals("custom")) {
      return function(in.later(mark));
    }
    return new Tool.Foreign(Anthropic.PROTOCOL, type, new Json(in.textSince(mark)));
  }

  private static Tool function(JsonReader in) {
    int mark = in.mark();
    String name = "";
    String description = null;
    Json schema = null;
    Boolean strict = null;
    CacheHint cache = null;
    RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> in.skip();
        case "name" -> name = in.text();
        case "description" -> description = in.text();
        case "input_schema" -> schema = object(in);
        case "strict" -> strict = in.bool();
        case CacheControl.NAME -> cache = CacheControl.read(in, rest);
        default -> rest.add(member, in.raw());
      }
    }
    if (name.isEmpty()) {
      throw in.missing("name", mark);
    }
    return new Tool.Function(name, description, schema, strict, cache, rest.build());
  }

  /** Reads an object that is only carried. */
  static Json object(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      throw in.misshapen("an object");
    }
    return new Json(in.raw());
  }

  /** Reads {@code tool_choice}. */
  static Chosen choice(JsonReader in) {
    int mark = in.mark();
    String type = "";
    String tool = null;
    Boolean parallel = null;
    boolean plain = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "type" -> type = in.text();
        case "name" -> tool = in.text();
        case "disable_parallel_tool_use" -> parallel = !in.bool();
        default -> {
          in.skip();
          plain = false;
        }
      }
    }
    if (plain) {
      switch (type) {
        case "auto" -> {
          return new Chosen(new ToolChoice.Auto(), parallel);
        }
        case "any" -> {
          return new Chosen(new ToolChoice.Required(), parallel);
        }
        case "none" -> {
          return new Chosen(new ToolChoice.None(), parallel);
        }
        case "tool" -> {
          if (tool != null) {
            return new Chosen(new ToolChoice.Named(tool), parallel);
          }
        }
        default -> {
          // Kept as it is, for the provider to judge.
        }
      }
    }
    Json json = new Json(in.textSince(mark));
    return new Chosen(new ToolChoice.Foreign(Anthropic.PROTOCOL, json), null);
  }
}
