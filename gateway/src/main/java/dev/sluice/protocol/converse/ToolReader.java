package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code toolConfig}. */
final class ToolReader {

  private ToolReader() {}

  /** Reads the object at hand into {@code request}; what is left over of it. */
  static Rest read(JsonReader in, ChatRequestBuilder request) {
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "tools" -> tools(in).forEach(request::tool);
        case "toolChoice" -> request.toolChoice(choice(in));
        default -> rest.add(member, in.raw());
      }
    }
    return rest.build();
  }

  private static List<Tool> tools(JsonReader in) {
    List<Tool> tools = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      tool(in, tools);
    }
    return tools;
  }

  private static void tool(JsonReader in, List<Tool> tools) {
    int mark = in.mark();
    String kind = "";
    Tool tool = null;
    CacheHint hint = null;
    int members = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      members++;
      kind = name;
      switch (name) {
        case "toolSpec" -> tool = function(in);
        case CachePoint.NAME -> hint = CachePoint.read(in);
        default -> in.skip();
      }
    }
    if (members == 1 && tool != null) {
      tools.add(tool);
      return;
    }
    Tool marked =
        members == 1 && hint != null && !tools.isEmpty() ? marked(tools.getLast(), hint) : null;
    if (marked != null) {
      tools.set(tools.size() - 1, marked);
    } else {
      tools.add(new Tool.Foreign(Converse.PROTOCOL, kind, new Json(in.textSince(mark))));
    }
  }

  private static @Nullable Tool marked(Tool tool, CacheHint hint) {
    return switch (tool) {
      case Tool.Function function when function.cache() == null ->
          new Tool.Function(
              function.name(),
              function.description(),
              function.parameters(),
              function.strict(),
              hint,
              function.rest());
      case Tool.Function _, Tool.Custom _, Tool.Foreign _ -> null;
    };
  }

  private static Tool function(JsonReader in) {
    int mark = in.mark();
    String name = "";
    String description = null;
    Json schema = null;
    Boolean strict = null;
    RestBuilder rest = new RestBuilder(Converse.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String member = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (member) {
        case "name" -> name = in.text();
        case "description" -> description = in.text();
        case "inputSchema" -> {
          RestBuilder inner = new RestBuilder(Converse.PROTOCOL);
          for (boolean next = in.enterObject(); next; next = in.nextMember()) {
            String form = in.name();
            if (form.equals("json")) {
              schema = Converse.json(in);
            } else {
              inner.add(form, in.raw());
            }
          }
          rest.addInner(member, inner.build());
        }
        case "strict" -> strict = in.bool();
        default -> rest.add(member, in.raw());
      }
    }
    if (name.isEmpty()) {
      throw in.missing("name", mark);
    }
    return new Tool.Function(name, description, schema, strict, null, rest.build());
  }

  private static ToolChoice choice(JsonReader in) {
    int mark = in.mark();
    ToolChoice choice = null;
    int members = 0;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String kind = in.name();
      if (in.skipNull()) {
        continue;
      }
      members++;
      JsonReader value = Converse.object(in);
      if (value != null) {
        choice =
            switch (kind) {
              case "auto" -> new ToolChoice.Auto();
              case "any" -> new ToolChoice.Required();
              case "tool" -> named(value);
              default -> null;
            };
      }
    }
    return members == 1 && choice != null
        ? choice
        : new ToolChoice.Foreign(Converse.PROTOCOL, new Json(in.textSince(mark)));
  }

  private static @Nullable ToolChoice named(JsonReader in) {
    String name = "";
    boolean plain = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("name")) {
        name = in.text();
      } else {
        in.skip();
        plain = false;
      }
    }
    return plain && !name.isEmpty() ? new ToolChoice.Named(name) : null;
  }
}
