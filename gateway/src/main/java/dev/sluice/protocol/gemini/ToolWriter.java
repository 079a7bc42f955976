package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what a request says of tools. */
final class ToolWriter {

  /** What a free-form tool takes: its text, as the one argument of a function. */
  static final String INPUT = "input";

  private static final String INPUT_SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},"
          + "\"required\":[\"input\"]}";

  private final GeminiAbilities abilities;
  private final GeminiToolNames names;
  private final JsonWriter out;
  private final Losses losses;

  ToolWriter(GeminiAbilities abilities, GeminiToolNames names, JsonWriter out, Losses losses) {
    this.abilities = abilities;
    this.names = names;
    this.out = out;
    this.losses = losses;
  }

  /**
   * Writes the members {@code tools} and {@code toolConfig}, where they have something to say.
   *
   * @param left what was left over of the latter when it was read
   */
  void write(ToolSettings settings, @Nullable Json left) {
    List<Tool> tools = offered(settings);
    boolean any = tools(tools);
    if (Boolean.FALSE.equals(settings.parallel())) {
      losses.add("parallel_tool_calls");
    }
    Calling calling = any ? calling(settings, tools) : null;
    if (calling == null && left == null) {
      return;
    }
    out.name(ToolReader.CONFIG).beginObject();
    if (calling != null) {
      calling(calling, left);
    }
    if (left != null) {
      Members.write(out, left, calling == null ? "" : ToolReader.CALLING);
    }
    out.endObject();
  }

  /** All tools, or those that a choice leaves, where the wire can't say so otherwise. */
  private List<Tool> offered(ToolSettings settings) {
    if (!(settings.choice() instanceof ToolChoice.Allowed allowed)
        || allowed.mode() == ToolChoice.Allowed.Mode.REQUIRED
        || abilities.has(Feature.VALIDATED_CALLS)) {
      return settings.tools();
    }
    List<Tool> offered = new ArrayList<>();
    Set<String> only = allowed.lookup();
    for (Tool tool : settings.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (only.contains(function.name())) {
            offered.add(tool);
          }
        }
        case Tool.Custom custom -> {
          if (only.contains(custom.name())) {
            offered.add(tool);
          }
        }
        case Tool.Foreign _ -> {
          // Nobody allowed it.
        }
      }
    }
    return offered;
  }

  /** Writes all functions as one tool and each of the provider's own; whether there was any. */
  private boolean tools(List<Tool> tools) {
    JsonWriter list = new JsonWriter();
    list.beginArray();
    boolean any = false;
    boolean functions = false;
    for (Tool tool : tools) {
      switch (tool) {
        case Tool.Function _, Tool.Custom _ -> {
          any = true;
          if (!functions) {
            functions = true;
            list.beginObject().name("functionDeclarations").beginArray();
            declarations(list, tools);
            list.endArray().endObject();
          }
        }
        case Tool.Foreign foreign -> {
          if (foreign.protocol().equals(Gemini.PROTOCOL)) {
            any = true;
            list.raw(foreign.json().text());
          } else {
            losses.add("tools." + foreign.type());
          }
        }
      }
    }
    list.endArray();
    if (any) {
      out.name("tools").raw(list.toString());
    }
    return any;
  }

  private void declarations(JsonWriter list, List<Tool> tools) {
    for (Tool tool : tools) {
      switch (tool) {
        case Tool.Function function -> function(list, function);
        case Tool.Custom custom -> {
          list.beginObject().name("name").text(names.wire(custom.name()));
          list.member("description", custom.description());
          if (custom.format() != null) {
            losses.add("tools.custom.format");
          }
          if (custom.cache() != null) {
            losses.add("cache_control");
          }
          losses.addUnlessOf(Gemini.PROTOCOL, "tools.", custom.rest());
          schema(list, new Json(INPUT_SCHEMA));
          list.endObject();
        }
        case Tool.Foreign _ -> {
          // It is a tool of its own.
        }
      }
    }
  }

  private void function(JsonWriter list, Tool.Function function) {
    list.beginObject().name("name").text(names.wire(function.name()));
    list.member("description", function.description());
    Rest rest = function.rest();
    Json exact = Gemini.find(rest, ToolReader.PARAMETERS);
    if (exact != null) {
      list.name(ToolReader.PARAMETERS).raw(exact.text());
    } else if (function.parameters() != null) {
      schema(list, function.parameters());
    }
    if (Boolean.TRUE.equals(function.strict()) && !abilities.has(Feature.VALIDATED_CALLS)) {
      losses.add("tools.function.strict");
    }
    if (function.cache() != null) {
      losses.add("cache_control");
    }
    losses.addUnlessOf(Gemini.PROTOCOL, "tools.", rest);
    Gemini.rest(list, rest, Set.of(ToolReader.PARAMETERS));
    list.endObject();
  }

  private void schema(JsonWriter list, Json schema) {
    if (abilities.has(Feature.JSON_SCHEMA)) {
      list.name("parametersJsonSchema").raw(schema.text());
    } else if (schema.isObject() && !SchemaWriter.isEmptyObject(schema)) {
      list.name(ToolReader.PARAMETERS).raw(SchemaWriter.toOwn(schema).text());
    }
  }

  /**
   * How functions are to be called.
   *
   * @param mode the wire's word
   * @param names those that may be; empty for all
   * @param exact the whole object as it came; {@code null} where it is made from the others
   */
  private record Calling(String mode, List<String> names, @Nullable Json exact) {}

  private @Nullable Calling calling(ToolSettings settings, List<Tool> tools) {
    boolean validated = abilities.has(Feature.VALIDATED_CALLS) && anyStrict(tools);
    return switch (settings.choice()) {
      case null -> validated ? new Calling("VALIDATED", List.of(), null) : null;
      case ToolChoice.Auto _ -> new Calling(validated ? "VALIDATED" : "AUTO", List.of(), null);
      case ToolChoice.None _ -> new Calling("NONE", List.of(), null);
      case ToolChoice.Required _ -> new Calling("ANY", List.of(), null);
      case ToolChoice.Named named -> new Calling("ANY", List.of(named.name()), null);
      case ToolChoice.Allowed allowed ->
          switch (allowed.mode()) {
            case REQUIRED -> new Calling("ANY", allowed.names(), null);
            case AUTO ->
                abilities.has(Feature.VALIDATED_CALLS)
                    ? new Calling("VALIDATED", allowed.names(), null)
                    : new Calling("AUTO", List.of(), null);
          };
      case ToolChoice.Foreign foreign -> {
        if (foreign.protocol().equals(Gemini.PROTOCOL)) {
          yield new Calling("", List.of(), foreign.json());
        }
        losses.add("tool_choice");
        yield null;
      }
    };
  }

  private static boolean anyStrict(List<Tool> tools) {
    for (Tool tool : tools) {
      if (tool instanceof Tool.Function function && Boolean.TRUE.equals(function.strict())) {
        return true;
      }
    }
    return false;
  }

  private void calling(Calling calling, @Nullable Json left) {
    out.name(ToolReader.CALLING);
    if (calling.exact() != null) {
      out.raw(calling.exact().text());
      return;
    }
    out.beginObject().name("mode").text(calling.mode());
    if (!calling.names().isEmpty()) {
      out.name("allowedFunctionNames").beginArray();
      for (String name : calling.names()) {
        out.text(names.wire(name));
      }
      out.endArray();
    }
    Json more = left == null ? null : Members.find(left, ToolReader.CALLING);
    if (more != null) {
      Members.write(out, more, "");
    }
    out.endObject();
  }
}
