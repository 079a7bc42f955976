package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities.StrictTools;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.FormatPlan;
import dev.sluice.protocol.rewording.OfferedTools;
import dev.sluice.protocol.rewording.SchemaRules;
import java.util.List;
import java.util.Set;

/** Writes what a request says of tools. */
final class ToolWriter {

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
        out.name("input_schema").raw(OfferedTools.ANY_PARAMETERS).endObject();
      }
    }
  }

  private void answerTool(FormatPlan format) {
    out.beginObject().name("name").text(Disguise.ANSWER_TOOL).name("description");
    out.text(OfferedTools.answerTool(format.description()));
    out.name("input_schema").raw(OfferedTools.parameters(format.schema())).endObject();
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function function -> function(function);
      case Tool.Custom custom -> {
        String name = disguise.wireName(custom.name(), abilities.toolNameMax());
        disguise.takesFreeText(name);
        out.beginObject().name("name").text(name);
        out.member("description", custom.description());
        out.name("input_schema").raw(OfferedTools.FREE_TEXT);
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
    out.member("description", function.description());
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
    out.name("input_schema").raw(OfferedTools.parameters(schema));
    if (strict != null) {
      out.name("strict").bool(strict);
    }
    CacheControl.write(out, marks.pass(function.cache()));
    losses.addUnlessOf(Anthropic.PROTOCOL, "tools.", function.rest());
    Anthropic.rest(out, function.rest());
    out.endObject();
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
