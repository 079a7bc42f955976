package dev.sluice.protocol.converse;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.CachePoints;
import dev.sluice.protocol.converse.ConverseAbilities.Choices;
import dev.sluice.protocol.converse.ConverseAbilities.Strict;
import dev.sluice.protocol.rewording.CacheMarks;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.FormatPlan;
import dev.sluice.protocol.rewording.OfferedTools;
import dev.sluice.protocol.rewording.SchemaRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what a request says of tools. */
final class ToolWriter {

  private static final String CONFIG = "toolConfig";
  private static final Set<String> SCHEMA = Set.of("inputSchema");

  private final ConverseAbilities abilities;
  private final Disguise disguise;
  private final CacheMarks marks;
  private final JsonWriter out;
  private final Losses losses;

  ToolWriter(
      ConverseAbilities abilities,
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
   * The tools that a model of these abilities is offered: none where none may be called; only the
   * one that must be called, where that is the only way to say so.
   */
  static List<Tool> offered(ToolSettings settings, ConverseAbilities abilities, Losses losses) {
    List<Tool> all = OfferedTools.of(settings, Converse.PROTOCOL, losses);
    if (settings.choice() instanceof ToolChoice.None) {
      return List.of();
    }
    if (!(settings.choice() instanceof ToolChoice.Named named)
        || abilities.tools().choices() == Choices.NAMED) {
      return all;
    }
    List<Tool> only = new ArrayList<>(1);
    for (Tool tool : all) {
      if (named.name().equals(name(tool))) {
        only.add(tool);
      }
    }
    return only.isEmpty() ? all : only;
  }

  private static @Nullable String name(Tool tool) {
    return switch (tool) {
      case Tool.Function function -> function.name();
      case Tool.Custom custom -> custom.name();
      case Tool.Foreign _ -> null;
    };
  }

  /**
   * Writes the member {@code toolConfig}, where there is anything to say.
   *
   * @param called the names of tools that were called before: the provider wants to know them even
   *     when the client offers none
   * @param left what was left over of the member
   */
  void write(
      ToolSettings settings, List<Tool> offered, FormatPlan format, Set<String> called, Rest left) {
    boolean answer = format.way() == FormatPlan.Way.TOOL;
    if (!answer && offered.isEmpty() && called.isEmpty()) {
      boolean unheard =
          settings.choice() != null
              && !(settings.choice() instanceof ToolChoice.None)
              && settings.tools().isEmpty();
      if (unheard) {
        losses.add("tool_choice");
      }
      return;
    }
    out.name(CONFIG).beginObject().name("tools").beginArray();
    if (answer || offered.isEmpty()) {
      called(called, settings);
    } else {
      offered.forEach(this::tool);
    }
    if (answer) {
      answerTool(format);
    }
    out.endArray();
    if (answer) {
      named(Disguise.ANSWER_TOOL);
      disguise.answersByTool();
    } else if (!offered.isEmpty()) {
      choice(settings.choice());
    } else if (settings.choice() != null) {
      // There is no word for "none", and those that were called must stay.
      losses.add("tool_choice");
    }
    Converse.inner(out, left, CONFIG);
    out.endObject();
  }

  /** Tools of the history: as the client defines them, or with no more than their names. */
  private void called(Set<String> names, ToolSettings settings) {
    Set<String> left = new LinkedHashSet<>(names);
    for (Tool tool : settings.tools()) {
      String name = name(tool);
      if (name != null && left.remove(name)) {
        tool(tool);
      }
    }
    for (String name : left) {
      if (!name.equals(Disguise.ANSWER_TOOL)) {
        begin(disguise.wireName(name, BlockWriter.NAME_MAX), null);
        end(OfferedTools.ANY_PARAMETERS, null, Rest.NONE);
      }
    }
  }

  private void answerTool(FormatPlan format) {
    begin(Disguise.ANSWER_TOOL, OfferedTools.answerTool(format.description()));
    end(OfferedTools.parameters(format.schema()), null, Rest.NONE);
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function function -> function(function);
      case Tool.Custom custom -> {
        String name = disguise.wireName(custom.name(), BlockWriter.NAME_MAX);
        disguise.takesFreeText(name);
        if (custom.format() != null) {
          losses.add("tools.custom.format");
        }
        losses.addUnlessOf(Converse.PROTOCOL, "tools.", custom.rest());
        begin(name, custom.description());
        end(OfferedTools.FREE_TEXT, null, Rest.NONE);
        cache(custom.cache());
      }
      case Tool.Foreign foreign -> out.raw(foreign.json().text());
    }
  }

  private void function(Tool.Function function) {
    Boolean strict = function.strict();
    if (strict != null && abilities.tools().strict() == Strict.REFUSED) {
      if (strict) {
        losses.add("tools.function.strict");
      }
      strict = null;
    }
    String schema = OfferedTools.parameters(function.parameters());
    if (strict != null && strict && function.parameters() != null) {
      SchemaRules.Kept kept = SchemaRules.keep(function.parameters());
      schema = OfferedTools.parameters(kept.json());
      if (kept.isWeaker()) {
        losses.add("tools.function.parameters");
      }
    }
    losses.addUnlessOf(Converse.PROTOCOL, "tools.", function.rest());
    begin(disguise.wireName(function.name(), BlockWriter.NAME_MAX), function.description());
    end(schema, strict, function.rest());
    cache(function.cache());
  }

  private void begin(String name, @Nullable String description) {
    out.beginObject().name("toolSpec").beginObject().name("name").text(name);
    // An empty one is refused.
    if (description != null && !description.isBlank()) {
      out.name("description").text(description);
    }
  }

  private void end(String schema, @Nullable Boolean strict, Rest rest) {
    out.name("inputSchema").beginObject().name("json").raw(schema);
    Converse.inner(out, rest, "inputSchema");
    out.endObject();
    if (strict != null) {
      out.name("strict").bool(strict);
    }
    Converse.rest(out, rest, SCHEMA);
    out.endObject().endObject();
  }

  private void cache(@Nullable CacheHint asked) {
    CacheHint hint = marks.pass(asked);
    if (hint == null) {
      return;
    }
    if (abilities.cachePoints() == CachePoints.EVERYWHERE) {
      CachePoint.write(out, hint);
    } else {
      losses.add("cache_control");
    }
  }

  private void choice(@Nullable ToolChoice choice) {
    switch (choice) {
      case null -> {
        // The model decides.
      }
      case ToolChoice.Auto _ -> out.name("toolChoice").raw("{\"auto\":{}}");
      case ToolChoice.None _ -> throw new IllegalStateException("no tool is offered with it");
      case ToolChoice.Required _ -> any();
      case ToolChoice.Named named -> {
        if (abilities.tools().choices() == Choices.NAMED) {
          named(disguise.wireName(named.name(), BlockWriter.NAME_MAX));
        } else {
          any();
        }
      }
      case ToolChoice.Allowed allowed -> {
        switch (allowed.mode()) {
          case AUTO -> out.name("toolChoice").raw("{\"auto\":{}}");
          case REQUIRED -> any();
        }
      }
      case ToolChoice.Foreign foreign -> {
        if (foreign.protocol().equals(Converse.PROTOCOL)) {
          out.name("toolChoice").raw(foreign.json().text());
        } else {
          losses.add("tool_choice");
        }
      }
    }
  }

  private void any() {
    if (abilities.tools().choices() == Choices.AUTO) {
      losses.add("tool_choice");
    } else {
      out.name("toolChoice").raw("{\"any\":{}}");
    }
  }

  private void named(String wireName) {
    out.name("toolChoice").beginObject().name("tool").beginObject();
    out.name("name").text(wireName).endObject().endObject();
  }
}
