package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities.StrictTools;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what a request says of tools. */
final class ToolWriter {

  private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";
  private static final String ANY_PARAMETERS = "{\"type\":\"object\"}";
  private static final String FREE_TEXT =
      "{\"type\":\"object\",\"properties\":{\""
          + Disguise.FREE_TEXT
          + "\":{\"type\":\"string\"}},\"required\":[\""
          + Disguise.FREE_TEXT
          + "\"]}";

  private static final String ANSWER_TOOL =
      "Gives the answer. Call it once; its input is the whole answer.";

  private final AnthropicAbilities abilities;
  private final Disguise disguise;
  private final CacheMarks marks;
  private final JsonWriter out;
  private final Losses losses;

  ToolWriter(
      AnthropicAbilities abilities,
      Disguise disguise,
      CacheMarks marks,
      JsonWriter out,
      Losses losses) {
    this.abilities = abilities;
    this.disguise = disguise;
    this.marks = marks;
    this.out = out;
    this.losses = losses;
  }

  /**
   * The tools that are offered: all that the protocol has words for, or those that the choice
   * allows.
   */
  static List<Tool> offered(ToolSettings settings, Losses losses) {
    List<Tool> offered = new ArrayList<>(settings.tools().size());
    for (Tool tool : settings.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (isAllowed(function.name(), settings.choice())) {
            offered.add(function);
          }
        }
        case Tool.Custom custom -> {
          if (isAllowed(custom.name(), settings.choice())) {
            offered.add(custom);
          }
        }
        case Tool.Foreign foreign -> {
          if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
            offered.add(foreign);
          } else {
            losses.add("tools." + foreign.type());
          }
        }
      }
    }
    return offered;
  }

  private static boolean isAllowed(String name, @Nullable ToolChoice choice) {
    return !(choice instanceof ToolChoice.Allowed allowed) || allowed.names().contains(name);
  }

  /** Whether the choice leaves the model no way but to call a tool. */
  static boolean isForced(ToolSettings settings, List<Tool> offered) {
    if (offered.isEmpty()) {
      return false;
    }
    return switch (settings.choice()) {
      case null -> false;
      case ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Foreign _ -> false;
      case ToolChoice.Required _, ToolChoice.Named _ -> true;
      case ToolChoice.Allowed allowed ->
          switch (allowed.mode()) {
            case AUTO -> false;
            case REQUIRED -> true;
          };
    };
  }

  /**
   * Writes the members {@code tools} and {@code tool_choice}, where there is anything to say.
   *
   * @param called the names of tools that were called before: the provider wants to know them even
   *     when the client offers none
   */
  void write(ToolSettings settings, List<Tool> offered, FormatPlan format, Set<String> called) {
    if (format.way() == FormatPlan.Way.TOOL) {
      out.name("tools").beginArray();
      called(called);
      answerTool(format);
      out.endArray();
      out.name("tool_choice").beginObject().name("type").text("tool");
      out.name("name").text(Disguise.ANSWER_TOOL);
      out.name("disable_parallel_tool_use").bool(true).endObject();
      disguise.answersByTool();
    } else if (!offered.isEmpty()) {
      out.name("tools").beginArray();
      offered.forEach(this::tool);
      out.endArray();
      choice(settings);
    } else {
      if (!called.isEmpty()) {
        out.name("tools").beginArray();
        called(called);
        out.endArray();
        out.name("tool_choice").beginObject().name("type").text("none").endObject();
      }
      if (settings.choice() != null && !(settings.choice() instanceof ToolChoice.None)) {
        losses.add("tool_choice");
      }
    }
  }

  /** Tools of the history, of which no more is known than that they were called. */
  private void called(Set<String> names) {
    for (String name : names) {
      if (!name.equals(Disguise.ANSWER_TOOL)) {
        out.beginObject().name("name").text(disguise.wireName(name, abilities.toolNameMax()));
        out.name("input_schema").raw(ANY_PARAMETERS).endObject();
      }
    }
  }

  private void answerTool(FormatPlan format) {
    String description = format.description();
    out.beginObject().name("name").text(Disguise.ANSWER_TOOL).name("description");
    out.text(description == null ? ANSWER_TOOL : ANSWER_TOOL + "\n" + description);
    out.name("input_schema").raw(typed(format.schema())).endObject();
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function function -> function(function);
      case Tool.Custom custom -> {
        String name = disguise.wireName(custom.name(), abilities.toolNameMax());
        disguise.takesFreeText(name);
        out.beginObject().name("name").text(name);
        Anthropic.member(out, "description", custom.description());
        out.name("input_schema").raw(FREE_TEXT);
        if (custom.format() != null) {
          losses.add("tools.custom.format");
        }
        CacheControl.write(out, marks.pass(custom.cache()));
        losses.addUnlessOf(Anthropic.PROTOCOL, "tools.", custom.rest());
        out.endObject();
      }
      case Tool.Foreign foreign -> out.raw(foreign.json().text());
    }
  }

  private void function(Tool.Function function) {
    out.beginObject();
    out.name("name").text(disguise.wireName(function.name(), abilities.toolNameMax()));
    Anthropic.member(out, "description", function.description());
    Json schema = function.parameters();
    Boolean strict = function.strict();
    if (strict != null && abilities.strictTools() == StrictTools.REFUSED) {
      if (strict) {
        losses.add("tools.function.strict");
      }
      strict = null;
    }
    if (strict != null && strict && schema != null) {
      SchemaRules.Kept kept = SchemaRules.keep(schema);
      schema = kept.json();
      if (kept.isWeaker()) {
        losses.add("tools.function.parameters");
      }
    }
    out.name("input_schema").raw(typed(schema));
    if (strict != null) {
      out.name("strict").bool(strict);
    }
    CacheControl.write(out, marks.pass(function.cache()));
    losses.addUnlessOf(Anthropic.PROTOCOL, "tools.", function.rest());
    Anthropic.rest(out, function.rest());
    out.endObject();
  }

  /** The schema with a type, which the provider demands at the top. */
  private static String typed(@Nullable Json schema) {
    if (schema == null || !schema.isObject()) {
      return NO_PARAMETERS;
    }
    JsonReader in = Anthropic.reader(schema);
    boolean typed = false;
    boolean empty = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      empty = false;
      typed |= in.name().equals("type");
      in.skip();
    }
    if (empty) {
      return NO_PARAMETERS;
    }
    return typed ? schema.text() : "{\"type\":\"object\"," + schema.text().substring(1);
  }

  private void choice(ToolSettings settings) {
    ToolChoice choice = settings.choice();
    boolean single = Boolean.FALSE.equals(settings.parallel());
    String type =
        switch (choice) {
          case null -> single ? "auto" : "";
          case ToolChoice.Auto _ -> "auto";
          case ToolChoice.None _ -> "none";
          case ToolChoice.Required _ -> "any";
          case ToolChoice.Named _ -> "tool";
          case ToolChoice.Allowed allowed ->
              switch (allowed.mode()) {
                case AUTO -> "auto";
                case REQUIRED -> "any";
              };
          case ToolChoice.Foreign foreign -> {
            if (foreign.protocol().equals(Anthropic.PROTOCOL)) {
              out.name("tool_choice").raw(foreign.json().text());
            } else {
              losses.add("tool_choice");
            }
            yield "";
          }
        };
    if (type.isEmpty()) {
      return;
    }
    out.name("tool_choice").beginObject().name("type").text(type);
    if (choice instanceof ToolChoice.Named named) {
      out.name("name").text(disguise.wireName(named.name(), abilities.toolNameMax()));
    }
    if (single && !type.equals("none")) {
      out.name("disable_parallel_tool_use").bool(true);
    }
    out.endObject();
  }
}
