package dev.sluice.app;

import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client asks for, so that a provider may answer as it was recorded: the recorded request
 * where that was one of OpenAI's protocol, else a question with the same tools and the same
 * delivery.
 */
final class ReplayRequests {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Pattern IN_PATH = Pattern.compile("/(?:models?|deployments)/([^/:?]+)");

  private ReplayRequests() {}

  /** The body for {@code model}, behind the provider's name in the configuration. */
  static String body(Recorded recorded, String model) {
    ObjectNode asked = MAPPER.createObjectNode();
    if (recorded.protocol() == Protocol.OPENAI && recorded.request().isObject()) {
      asked.setAll((ObjectNode) recorded.request().deepCopy());
      inOpenAisWords(asked);
    } else {
      asked.putArray("messages").addObject().put("role", "user").put("content", "hi");
      tools(recorded, asked);
    }
    asked.put("model", Replay.provider(recorded) + "/" + model);
    if (recorded.isStream()) {
      asked.put("stream", true);
      asked.putObject("stream_options").put("include_usage", true);
    } else {
      asked.put("stream", false);
      asked.remove("stream_options");
    }
    return asked.toString();
  }

  static String body(Recorded recorded) {
    return body(recorded, model(recorded));
  }

  /** A plain question to the same model, for doors that take less than the default one. */
  static ObjectNode plain(Recorded recorded) {
    ObjectNode asked = MAPPER.createObjectNode();
    asked.put("model", Replay.provider(recorded) + "/" + model(recorded));
    asked.putArray("messages").addObject().put("role", "user").put("content", "hi");
    if (recorded.isStream()) {
      asked.put("stream", true);
    }
    return asked;
  }

  /** The model as the provider calls it. */
  static String model(Recorded recorded) {
    String inBody = recorded.request().path("model").asString("");
    if (!inBody.isEmpty()) {
      return inBody;
    }
    Matcher path = IN_PATH.matcher(recorded.endpoint());
    return path.find() ? URLDecoder.decode(path.group(1), StandardCharsets.UTF_8) : "some-model";
  }

  /** Puts what Mistral's own clients leave out or call otherwise as OpenAI's clients have it. */
  private static void inOpenAisWords(ObjectNode asked) {
    if (asked.path("tool_choice").asString("").equals("any")) {
      asked.put("tool_choice", "required");
    }
    for (JsonNode tool : asked.path("tools")) {
      if (!tool.has("type")) {
        ((ObjectNode) tool).put("type", "function");
      }
    }
  }

  private static void tools(Recorded recorded, ObjectNode asked) {
    Set<String> names = new LinkedHashSet<>();
    JsonNode request = recorded.request();
    request
        .path("tools")
        .forEach(tool -> {
          // A tool with a type of its own is the provider's.
          boolean own = tool.has("type") && !tool.path("type").asString("").equals("custom");
          if (!own && tool.has("name")) {
            names.add(tool.path("name").asString());
          }
          names.addAll(named(tool.path("functionDeclarations")));
          names.addAll(named(tool.path("function_declarations")));
          JsonNode function = tool.path("function");
          if (function.has("name")) {
            names.add(function.path("name").asString());
          }
        });
    request
        .path("toolConfig")
        .path("tools")
        .forEach(tool -> {
          if (tool.path("toolSpec").has("name")) {
            names.add(tool.path("toolSpec").path("name").asString());
          }
        });
    if (names.isEmpty()) {
      return;
    }
    ArrayNode tools = asked.putArray("tools");
    for (String name : names) {
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", name);
      function.putObject("parameters").put("type", "object").putObject("properties");
    }
  }

  private static Set<String> named(JsonNode declarations) {
    Set<String> names = new LinkedHashSet<>();
    declarations.forEach(declaration -> names.add(declaration.path("name").asString()));
    return names;
  }
}
