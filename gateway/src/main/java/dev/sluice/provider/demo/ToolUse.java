package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tools on offer, and how one is to be chosen.
 *
 * @param style how calls are written
 * @param tools those that may be called
 * @param choice how one is chosen
 * @param named the one to call, for {@link Choice#NAMED}; else {@code null}
 * @param parallel whether several may be called at once
 * @param tokens what their definitions cost as a prompt
 */
record ToolUse(
    Style style,
    List<Tool> tools,
    Choice choice,
    @Nullable Tool named,
    boolean parallel,
    int tokens) {

  private static final int TOOLS_MAX = 128;

  /** How calls are written. */
  enum Style {
    /** As {@code tool_calls}. */
    TOOLS,
    /** As the one {@code function_call} that came before tools. */
    FUNCTION
  }

  /** How a tool is chosen. */
  enum Choice {
    NONE,
    AUTO,
    REQUIRED,
    NAMED
  }

  /**
   * A tool.
   *
   * @param parameters its schema; missing where it takes none
   * @param param where the schema stands in the request
   */
  record Tool(String name, JsonNode parameters, String param) {}

  static ToolUse read(JsonNode root) {
    boolean legacy = Params.given(root.path("functions"));
    if (legacy && Params.given(root.path("tools"))) {
      throw DemoError.invalid("functions", "'functions' and 'tools' cannot be used together");
    }
    return legacy ? functions(root) : tools(root);
  }

  private static ToolUse tools(JsonNode root) {
    JsonNode given = Params.array(root, "tools", "tools");
    List<Tool> tools = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      String param = "tools[" + i + "]";
      if (!given.get(i).path("type").asString("").equals("function")) {
        throw DemoError.invalid(param + ".type", "Invalid value: the demo knows function tools");
      }
      tools.add(tool(given.get(i).path("function"), param + ".function"));
    }
    few(tools, "tools");
    boolean parallel = Params.flag(root, "parallel_tool_calls", "parallel_tool_calls", true);
    int tokens = tools.isEmpty() ? 0 : Tokens.count(given.toString());
    JsonNode choice = root.path("tool_choice");
    if (Params.given(choice) && tools.isEmpty()) {
      throw DemoError.invalid("tool_choice", "'tool_choice' is only allowed together with 'tools'");
    }
    ToolUse all = new ToolUse(Style.TOOLS, tools, Choice.AUTO, null, parallel, tokens);
    if (!choice.isObject()) {
      return all.choosing(mode(choice, "tool_choice"), tools);
    }
    switch (choice.path("type").asString("")) {
      case "function" -> {
        return all.naming(choice.path("function").path("name").asString(""), "tool_choice");
      }
      case "allowed_tools" -> {
        JsonNode allowed = choice.path("allowed_tools");
        List<Tool> among = new ArrayList<>();
        for (JsonNode each : allowed.path("tools")) {
          among.add(all.find(each.path("function").path("name").asString(""), "tool_choice"));
        }
        return all.choosing(mode(allowed.path("mode"), "tool_choice.allowed_tools.mode"), among);
      }
      default ->
          throw DemoError.invalid(
              "tool_choice.type", "Invalid value: expected function or allowed_tools");
    }
  }

  private static ToolUse functions(JsonNode root) {
    JsonNode given = Params.array(root, "functions", "functions");
    List<Tool> tools = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      tools.add(tool(given.get(i), "functions[" + i + "]"));
    }
    few(tools, "functions");
    int tokens = tools.isEmpty() ? 0 : Tokens.count(given.toString());
    JsonNode choice = root.path("function_call");
    ToolUse all = new ToolUse(Style.FUNCTION, tools, Choice.AUTO, null, false, tokens);
    if (choice.isObject()) {
      return all.naming(choice.path("name").asString(""), "function_call");
    }
    Choice mode = mode(choice, "function_call");
    if (mode == Choice.REQUIRED) {
      throw DemoError.invalid("function_call", "Invalid value: expected none, auto or an object");
    }
    return all.choosing(mode, tools);
  }

  private ToolUse choosing(Choice how, List<Tool> among) {
    return new ToolUse(style, List.copyOf(among), how, null, parallel, tokens);
  }

  private ToolUse naming(String name, String param) {
    return new ToolUse(style, tools, Choice.NAMED, find(name, param), parallel, tokens);
  }

  private Tool find(String name, String param) {
    for (Tool tool : tools) {
      if (tool.name().equals(name)) {
        return tool;
      }
    }
    throw DemoError.invalid(param, "Invalid value: '" + name + "' is not among the tools");
  }

  private static Choice mode(JsonNode choice, String param) {
    if (!Params.given(choice)) {
      return Choice.AUTO;
    }
    return switch (choice.asString("")) {
      case "none" -> Choice.NONE;
      case "auto" -> Choice.AUTO;
      case "required" -> Choice.REQUIRED;
      default -> throw DemoError.invalid(param, "Invalid value: expected none, auto or required");
    };
  }

  private static void few(List<Tool> tools, String param) {
    if (tools.size() > TOOLS_MAX) {
      throw DemoError.invalid(param, "Invalid '" + param + "': expected at most " + TOOLS_MAX);
    }
  }

  private static Tool tool(JsonNode function, String param) {
    JsonNode name = Params.required(function, "name", param + ".name");
    JsonNode parameters = function.path("parameters");
    boolean fits = parameters.path("type").asString("object").equals("object");
    if (Params.given(parameters) && !(parameters.isObject() && fits)) {
      throw DemoError.invalid(param + ".parameters", "Invalid schema: expected one of type object");
    }
    return new Tool(name.asString(""), parameters, param + ".parameters");
  }
}
