package dev.sluice.protocol.cohere;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.cohere.CohereAbilities.StrictTools;
import dev.sluice.protocol.cohere.CohereAbilities.ToolChoices;
import dev.sluice.protocol.rewording.Disguise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a request says of tools. The protocol can't name a tool that must be called, so that
 * such a choice leaves nothing else to choose from.
 */
final class ToolWriter {

  private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";
  private static final String FREE_TEXT =
      "{\"type\":\"object\",\"properties\":{\""
          + Disguise.FREE_TEXT
          + "\":{\"type\":\"string\"}},\"required\":[\""
          + Disguise.FREE_TEXT
          + "\"]}";

  private final CohereAbilities abilities;
  private final Disguise disguise;
  private final JsonWriter out;
  private final Losses losses;

  ToolWriter(CohereAbilities abilities, Disguise disguise, JsonWriter out, Losses losses) {
    this.abilities = abilities;
    this.disguise = disguise;
    this.out = out;
    this.losses = losses;
  }

  /** The tools that are offered: those that the protocol has words for and the choice allows. */
  List<Tool> offered(ToolSettings settings) {
    List<Tool> offered = new ArrayList<>(settings.tools().size());
    boolean none = settings.choice() instanceof ToolChoice.None;
    if (none && abilities.toolChoices() == ToolChoices.REFUSED) {
      // A model that can't be told not to call has nothing to call.
      return offered;
    }
    Set<String> only =
        settings.choice() instanceof ToolChoice.Allowed allowed ? allowed.lookup() : null;
    for (Tool tool : settings.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (isAllowed(function.name(), settings.choice(), only)) {
            offered.add(function);
          }
        }
        case Tool.Custom custom -> {
          if (isAllowed(custom.name(), settings.choice(), only)) {
            offered.add(custom);
          }
        }
        case Tool.Foreign foreign -> losses.add("tools." + foreign.type());
      }
    }
    return offered;
  }

  private static boolean isAllowed(
      String name, @Nullable ToolChoice choice, @Nullable Set<String> only) {
    return switch (choice) {
      case null -> true;
      case ToolChoice.Auto _, ToolChoice.None _, ToolChoice.Required _, ToolChoice.Foreign _ ->
          true;
      case ToolChoice.Named named -> named.name().equals(name);
      case ToolChoice.Allowed _ -> only != null && only.contains(name);
    };
  }

  /** Writes the members that speak of tools, where there is anything to say. */
  void write(ToolSettings settings, List<Tool> offered) {
    if (!offered.isEmpty()) {
      out.name("tools").beginArray();
      for (Tool tool : offered) {
        tool(tool);
      }
      out.endArray();
      strict(offered);
      if (Boolean.FALSE.equals(settings.parallel())) {
        losses.add("parallel_tool_calls");
      }
    }
    choice(settings.choice(), !offered.isEmpty());
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function function -> {
        lostCache(function.cache() != null);
        losses.addUnlessOf(Cohere.PROTOCOL, "tools.", function.rest());
        Json parameters = function.parameters();
        declare(
            disguise.wireName(function.name(), abilities.toolNameMax()),
            function.description(),
            parameters == null ? NO_PARAMETERS : parameters.text(),
            function.rest());
      }
      case Tool.Custom custom -> {
        lostCache(custom.cache() != null);
        String name = disguise.wireName(custom.name(), abilities.toolNameMax());
        disguise.takesFreeText(name);
        if (custom.format() != null) {
          losses.add("tools.custom.format");
        }
        losses.addUnlessOf(Cohere.PROTOCOL, "tools.", custom.rest());
        declare(name, custom.description(), FREE_TEXT, Rest.NONE);
      }
      case Tool.Foreign foreign ->
          throw new IllegalStateException("was not offered: " + foreign.type());
    }
  }

  private void lostCache(boolean lost) {
    if (lost) {
      losses.add("cache_control");
    }
  }

  private void declare(String name, @Nullable String description, String parameters, Rest rest) {
    out.beginObject().name("type").text("function").name("function").beginObject();
    out.name("name").text(name);
    out.member("description", description);
    out.name("parameters").raw(parameters);
    Cohere.inner(out, rest, "function");
    out.endObject();
    Cohere.rest(out, rest, Set.of("function"));
    out.endObject();
  }

  /** Strictness is one word for all tools, and wants each to have a parameter that is required. */
  private void strict(List<Tool> offered) {
    boolean any = false;
    boolean all = abilities.strictTools() == StrictTools.ACCEPTED;
    for (Tool tool : offered) {
      boolean strict =
          tool instanceof Tool.Function function && Boolean.TRUE.equals(function.strict());
      any |= strict;
      all &= strict && requires(((Tool.Function) tool).parameters());
    }
    if (any && all) {
      out.name("strict_tools").bool(true);
    } else if (any) {
      losses.add("tools.strict");
    }
  }

  private static boolean requires(@Nullable Json schema) {
    if (schema == null || !schema.isObject()) {
      return false;
    }
    JsonReader in = Cohere.reader(schema);
    boolean requires = false;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.name().equals("required") && in.peek() == JsonReader.Kind.ARRAY) {
        for (boolean next = in.enterArray(); next; next = in.nextItem()) {
          requires = true;
          in.skip();
        }
      } else {
        in.skip();
      }
    }
    return requires;
  }

  private void choice(@Nullable ToolChoice choice, boolean offering) {
    String word =
        switch (choice) {
          case null -> null;
          // What the model does when it is told nothing.
          case ToolChoice.Auto _ -> null;
          case ToolChoice.None _ -> offering ? "NONE" : null;
          case ToolChoice.Required _, ToolChoice.Named _ -> "REQUIRED";
          case ToolChoice.Allowed allowed ->
              switch (allowed.mode()) {
                case AUTO -> null;
                case REQUIRED -> "REQUIRED";
              };
          case ToolChoice.Foreign foreign -> {
            if (foreign.protocol().equals(Cohere.PROTOCOL)) {
              out.name("tool_choice").raw(foreign.json().text());
            } else {
              losses.add("tool_choice");
            }
            yield null;
          }
        };
    if (word == null) {
      return;
    }
    if (offering && abilities.toolChoices() == ToolChoices.ACCEPTED) {
      out.name("tool_choice").text(word);
    } else {
      losses.add("tool_choice");
    }
  }
}
