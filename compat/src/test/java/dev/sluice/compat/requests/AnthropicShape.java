package dev.sluice.compat.requests;

import com.anthropic.core.ObjectMappers;
import com.anthropic.errors.AnthropicException;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.Model;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Anthropic's Messages, by its Java client. */
final class AnthropicShape implements Shape {

  /** Schemas and arguments, which are the client's. */
  private static final Set<String> OPEN =
      Set.of("$InputSchema", "$Properties", "$Input", "JsonOutputFormat$Schema");

  private final Host host;

  /** Who takes the request. */
  enum Host {
    ANTHROPIC,
    /** Bedrock and Vertex have the model in the path, and a version in the body. */
    CLOUD
  }

  AnthropicShape(Host host) {
    this.host = host;
  }

  @Override
  public List<String> problems(String body) {
    List<String> found = new ArrayList<>();
    ObjectNode request = (ObjectNode) Trees.read(body);
    JsonNode stream = request.remove("stream"); // The client adds it by itself.
    if (stream != null && !stream.isBoolean()) {
      found.add("/stream: " + stream);
    }
    switch (host) {
      case ANTHROPIC -> {
        if (!request.path("model").isTextual()) {
          found.add("/model: " + request.path("model"));
        }
      }
      case CLOUD -> {
        JsonNode version = request.remove("anthropic_version");
        if (version == null || request.has("model")) {
          found.add("a cloud's request has a version and no model");
        }
      }
    }
    // The client has no members any more for what only models of before 2026 take.
    number("temperature", request, found);
    number("top_p", request, found);
    JsonNode candidates = request.remove("top_k");
    if (candidates != null && !candidates.isIntegralNumber()) {
      found.add("/top_k: " + candidates);
    }
    // Which models there are is not the question.
    request.put("model", Model.CLAUDE_OPUS_4_5.asString());
    try {
      MessageCreateParams.Body read =
          ObjectMappers.jsonMapper()
              .readValue(request.toString(), MessageCreateParams.Body.class)
              .validate();
      found.addAll(ModelWalk.unknown(read, "com.anthropic", OPEN, ModelWalk.Absent.MARKED));
    } catch (JsonProcessingException | AnthropicException e) {
      found.add(e.toString());
    }
    return found;
  }

  private static void number(String name, ObjectNode request, List<String> found) {
    JsonNode number = request.remove(name);
    if (number != null
        && !(number.isNumber() && number.doubleValue() >= 0 && number.doubleValue() <= 1)) {
      found.add("/" + name + ": " + number);
    }
  }
}
