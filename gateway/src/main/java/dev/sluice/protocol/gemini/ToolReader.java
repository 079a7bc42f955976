package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request says of tools. */
final class ToolReader {

  static final String CONFIG = "toolConfig";
  static final String CALLING = "functionCallingConfig";
  static final String PARAMETERS = "parameters";

  private final List<Tool> tools = new ArrayList<>();
  private @Nullable ToolChoice choice;
  private final RestBuilder config = new RestBuilder(Gemini.PROTOCOL);

  ToolSettings settings() {
    return new ToolSettings(tools, choice, null, ToolSettings.Style.TOOLS);
  }

  /** What was left over of the configuration. */
  Rest configRest() {
    return config.build();
  }

  /** Reads the tools at hand: a list, or a lone one. */
  void tools(JsonReader in) {
    if (in.peek() == JsonReader.Kind.OBJECT) {
      tool(in);
      return;
    }
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      tool(in);
    }
  }

  private void tool(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      String known = Gemini.camel(name);
      if (known.equals("functionDeclarations")) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          tools.add(function(in));
        }
      } else {
        String json = "{" + JsonText.quote(known) + ":" + in.raw() + "}";
        tools.add(new Tool.Foreign(Gemini.PROTOCOL, known, new Json(json)));
      }
    }
  }

  private static Tool function(JsonReader in) {
    int mark = in.mark();
    String title = "";
    String description = null;
    Json parameters = null;
    RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (Gemini.camel(name)) {
        case "name" -> title = in.text();
        case "description" -> description = in.text();
        case PARAMETERS -> {
          if (in.peek() != JsonReader.Kind.OBJECT) {
            throw in.misshapen("an object");
          }
          Json exact = new Json(in.raw());
          rest.add(PARAMETERS, exact.text());
          parameters = parameters == null ? SchemaReader.toJsonSchema(exact) : parameters;
        }
        case "parametersJsonSchema" -> parameters = new Json(in.raw());
        default -> rest.add(name, in.raw());
      }
    }
    if (title.isEmpty()) {
      throw in.missing("name", mark);
    }
    return new Tool.Function(title, description, parameters, null, null, rest.build());
  }

  /** Reads {@code toolConfig}. */
  void config(JsonReader in) {
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      if (Gemini.camel(name).equals(CALLING)) {
        calling(in);
      } else {
        config.add(name, in.raw());
      }
    }
  }

  private void calling(JsonReader in) {
    int mark = in.mark();
    String mode = null;
    List<String> names = new ArrayList<>();
    RestBuilder left = new RestBuilder(Gemini.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (Gemini.camel(name)) {
        case "mode" -> mode = in.text();
        case "allowedFunctionNames" -> {
          for (boolean next = in.enterArray(); next; next = in.nextItem()) {
            names.add(in.text());
          }
        }
        default -> left.add(name, in.raw());
      }
    }
    ToolChoice known = mode == null ? null : choice(mode, names);
    if (known == null) {
      // No word for it elsewhere; its unknown members go with it.
      choice = new ToolChoice.Foreign(Gemini.PROTOCOL, new Json(in.textSince(mark)));
    } else {
      choice = known;
      config.addInner(CALLING, left.build());
    }
  }

  private static @Nullable ToolChoice choice(String mode, List<String> names) {
    boolean all = names.isEmpty();
    return switch (mode) {
      case "AUTO" -> all ? new ToolChoice.Auto() : null;
      case "NONE" -> all ? new ToolChoice.None() : null;
      case "ANY" -> {
        if (all) {
          yield new ToolChoice.Required();
        }
        yield names.size() == 1
            ? new ToolChoice.Named(names.getFirst())
            : new ToolChoice.Allowed(ToolChoice.Allowed.Mode.REQUIRED, names);
      }
      case "VALIDATED" -> all ? null : new ToolChoice.Allowed(ToolChoice.Allowed.Mode.AUTO, names);
      default -> null;
    };
  }
}
