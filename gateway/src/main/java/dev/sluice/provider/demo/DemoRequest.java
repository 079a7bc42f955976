package dev.sluice.provider.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A chat completion as the demo reads it, checked as OpenAI checks it. */
record DemoRequest(
    String modelName,
    DemoModel model,
    List<Said> messages,
    int n,
    int tokensMax,
    List<String> stops,
    boolean stream,
    boolean includeUsage,
    int topLogprobs,
    long seed,
    ToolUse tools,
    @Nullable JsonNode jsonSchema,
    boolean jsonObject,
    int promptTokens) {

  /** No logprobs were asked for. */
  static final int NO_LOGPROBS = -1;

  private static final int CHOICES_MAX = 128;
  private static final int PER_MESSAGE_TOKENS = 3;

  /** A message's role and its text, with what is no text named in brackets. */
  record Said(String role, String text) {}

  /**
   * The tools on offer, and how one is to be chosen.
   *
   * @param choice {@code none}, {@code auto}, {@code required}, or a tool's name with {@code
   *     named:} before it
   */
  record ToolUse(List<Tool> tools, String choice, boolean parallel) {}

  /** A tool. */
  record Tool(String name, JsonNode parameters) {}

  static DemoRequest read(JsonNode root) {
    if (!root.isObject()) {
      throw DemoError.invalid("", "We could not parse the JSON body of your request.");
    }
    String name = required(root, "model").asString("");
    DemoModel model = DemoModel.named(name);
    if (model == null) {
      throw new DemoError(
          404,
          "invalid_request_error",
          "The model `" + name + "` does not exist",
          "model",
          "model_not_found");
    }
    range(root, "temperature", 0, 2);
    range(root, "top_p", 0, 1);
    range(root, "presence_penalty", -2, 2);
    range(root, "frequency_penalty", -2, 2);
    List<Said> messages = messages(root);
    JsonNode format = root.path("response_format");
    String type = format.path("type").asString("text");
    JsonNode schema = null;
    switch (type) {
      case "text", "json_object" -> {}
      case "json_schema" -> {
        schema = format.path("json_schema").path("schema");
        if (!schema.isObject() && !schema.isBoolean()) {
          throw DemoError.invalid(
              "response_format.json_schema.schema", "Missing required parameter: schema");
        }
      }
      default ->
          throw DemoError.invalid(
              "response_format.type", "Invalid value: expected text, json_object or json_schema");
    }
    ToolUse tools = tools(root);
    int max = integer(root, "max_completion_tokens", integer(root, "max_tokens", 0, 1), 1);
    boolean logprobs = root.path("logprobs").asBoolean(false);
    return new DemoRequest(
        name,
        directed(model, lastUserText(messages)),
        messages,
        count(root),
        max == 0 ? Integer.MAX_VALUE : max,
        stops(root),
        root.path("stream").asBoolean(false),
        root.path("stream_options").path("include_usage").asBoolean(false),
        logprobs ? integer(root, "top_logprobs", 0, 0) : NO_LOGPROBS,
        root.path("seed").asLong(0),
        tools,
        schema,
        type.equals("json_object"),
        promptTokens(messages, root.path("tools")));
  }

  /** The text of the last message that a user said; empty where there is none. */
  String userText() {
    return lastUserText(messages);
  }

  private static int count(JsonNode root) {
    int n = integer(root, "n", 1, 1);
    if (n > CHOICES_MAX) {
      throw DemoError.invalid("n", "Invalid 'n': expected at most " + CHOICES_MAX);
    }
    return n;
  }

  /** A message may direct the model: {@code [tokens=50 pace=10ms chunk=3]}. */
  private static DemoModel directed(DemoModel model, String text) {
    int open = text.indexOf('[');
    int close = text.indexOf(']', Math.max(open, 0));
    if (open < 0 || close < 0) {
      return model;
    }
    DemoModel directed = model;
    for (String word : text.substring(open + 1, close).split(" ", -1)) {
      int equals = word.indexOf('=');
      String value = word.substring(equals + 1);
      Integer number = DemoModel.number(value);
      Long millis = DemoModel.millis(value);
      if (word.startsWith("tokens=") && number != null) {
        directed = directed.counted(number);
      } else if (word.startsWith("chunk=") && number != null && number > 0) {
        directed = directed.chunked(number);
      } else if (word.startsWith("pace=") && millis != null) {
        directed = directed.paced(millis);
      }
    }
    return directed;
  }

  private static List<Said> messages(JsonNode root) {
    JsonNode given = required(root, "messages");
    if (!given.isArray() || given.isEmpty()) {
      throw DemoError.invalid("messages", "Invalid 'messages': expected a non-empty array");
    }
    List<Said> messages = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      JsonNode message = given.get(i);
      String role = message.path("role").asString("");
      if (!List.of("system", "developer", "user", "assistant", "tool", "function").contains(role)) {
        throw DemoError.invalid(
            "messages[" + i + "].role",
            "Invalid value: expected system, developer, user, assistant or tool");
      }
      messages.add(new Said(role, text(message.path("content"))));
    }
    return messages;
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    StringBuilder text = new StringBuilder();
    if (content.isArray()) {
      for (JsonNode part : content) {
        text.append(text.isEmpty() ? "" : " ").append(partText(part));
      }
    }
    return text.toString();
  }

  private static String partText(JsonNode part) {
    return switch (part.path("type").asString("")) {
      case "text" -> part.path("text").asString("");
      case "refusal" -> part.path("refusal").asString("");
      case "image_url" -> "[image]";
      case "input_audio" -> "[audio]";
      case "file" -> "[file]";
      default -> "[part]";
    };
  }

  private static List<String> stops(JsonNode root) {
    JsonNode stop = root.path("stop");
    List<String> stops = new ArrayList<>();
    if (stop.isString()) {
      stops.add(stop.stringValue());
    }
    for (JsonNode each : stop) {
      stops.add(each.asString(""));
    }
    stops.removeIf(String::isEmpty);
    return stops;
  }

  private static ToolUse tools(JsonNode root) {
    List<Tool> tools = new ArrayList<>();
    JsonNode given = root.path("tools");
    for (int i = 0; i < given.size(); i++) {
      JsonNode function = given.get(i).path("function");
      String name = function.path("name").asString("");
      if (name.isEmpty()) {
        throw DemoError.invalid(
            "tools[" + i + "].function.name", "Missing required parameter: name");
      }
      tools.add(new Tool(name, function.path("parameters")));
    }
    JsonNode choice = root.path("tool_choice");
    String chosen = choice.isString() ? choice.stringValue() : tools.isEmpty() ? "none" : "auto";
    if (choice.isObject()) {
      String name = choice.path("function").path("name").asString("");
      if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
        throw DemoError.invalid("tool_choice", "Tool '" + name + "' is not among the tools");
      }
      chosen = "named:" + name;
    }
    return new ToolUse(tools, chosen, root.path("parallel_tool_calls").asBoolean(true));
  }

  private static int promptTokens(List<Said> messages, JsonNode tools) {
    int tokens = 0;
    for (Said said : messages) {
      tokens += PER_MESSAGE_TOKENS + Tokens.count(said.text());
    }
    return tools.isEmpty() ? tokens : tokens + Tokens.count(tools.toString());
  }

  private static String lastUserText(List<Said> messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role().equals("user")) {
        return messages.get(i).text();
      }
    }
    return "";
  }

  private static JsonNode required(JsonNode root, String name) {
    JsonNode value = root.path(name);
    if (value.isMissingNode() || value.isNull()) {
      throw DemoError.invalid(name, "Missing required parameter: '" + name + "'");
    }
    return value;
  }

  private static void range(JsonNode root, String name, double min, double max) {
    JsonNode value = root.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    if (!value.isNumber() || value.asDouble() < min || value.asDouble() > max) {
      throw DemoError.invalid(
          name, "Invalid '" + name + "': expected a number between " + min + " and " + max);
    }
  }

  private static int integer(JsonNode root, String name, int otherwise, int min) {
    JsonNode value = root.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || value.asLong() < min) {
      throw DemoError.invalid(
          name, "Invalid '" + name + "': expected an integer of at least " + min);
    }
    return (int) Math.min(Integer.MAX_VALUE, value.asLong());
  }
}
