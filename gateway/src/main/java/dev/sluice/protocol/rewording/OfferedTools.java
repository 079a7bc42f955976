package dev.sluice.protocol.rewording;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tools a provider gets to see, and what it must be told of their arguments. */
public final class OfferedTools {

  /** Arguments of which nothing is known. */
  public static final String ANY_PARAMETERS = "{\"type\":\"object\"}";

  /** The arguments of a tool that takes free text. */
  public static final String FREE_TEXT =
      "{\"type\":\"object\",\"properties\":{\""
          + Disguise.FREE_TEXT
          + "\":{\"type\":\"string\"}},\"required\":[\""
          + Disguise.FREE_TEXT
          + "\"]}";

  private static final String NO_PARAMETERS = "{\"type\":\"object\",\"properties\":{}}";

  private static final String ANSWER_TOOL =
      "Gives the answer. Call it once; its input is the whole answer.";

  private OfferedTools() {}

  /**
   * The tools that are offered: all that {@code protocol} has words for, or those that the choice
   * allows.
   */
  public static List<Tool> of(ToolSettings settings, String protocol, Losses losses) {
    List<Tool> offered = new ArrayList<>(settings.tools().size());
    Set<String> only =
        settings.choice() instanceof ToolChoice.Allowed allowed ? allowed.lookup() : null;
    for (Tool tool : settings.tools()) {
      switch (tool) {
        case Tool.Function function -> {
          if (only == null || only.contains(function.name())) {
            offered.add(function);
          }
        }
        case Tool.Custom custom -> {
          if (only == null || only.contains(custom.name())) {
            offered.add(custom);
          }
        }
        case Tool.Foreign foreign -> {
          if (foreign.protocol().equals(protocol)) {
            offered.add(foreign);
          } else {
            losses.add("tools." + foreign.type());
          }
        }
      }
    }
    return offered;
  }

  /** Whether the choice leaves the model no way but to call a tool. */
  public static boolean isForced(ToolSettings settings, List<Tool> offered) {
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

  /** What the model is told of the tool whose input is the answer. */
  public static String answerTool(@Nullable String description) {
    return description == null ? ANSWER_TOOL : ANSWER_TOOL + "\n" + description;
  }

  /** The schema with a type, which providers demand at the top. */
  public static String parameters(@Nullable Json schema) {
    if (schema == null || !schema.isObject()) {
      return NO_PARAMETERS;
    }
    JsonReader in = LooseJson.reader(schema);
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
}
