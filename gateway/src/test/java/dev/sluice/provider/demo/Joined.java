package dev.sluice.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts the chunks of a stream together as a client does, to be held against a whole answer. */
final class Joined {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Joined() {}

  /** The choice with this index: {@code message}, {@code logprobs}, {@code finish_reason}. */
  static ObjectNode choice(List<JsonNode> chunks, int index) {
    ObjectNode message = NODES.objectNode();
    ObjectNode joined = NODES.objectNode().put("index", index).set("message", message);
    for (JsonNode chunk : chunks) {
      for (JsonNode choice : chunk.path("choices")) {
        if (choice.path("index").asInt() == index) {
          assertThat(joined.has("finish_reason")).as("nothing follows the finish reason").isFalse();
          add(message, choice.path("delta"));
          logprobs(joined, choice.path("logprobs"));
          if (!choice.path("finish_reason").isNull()) {
            joined.set("finish_reason", choice.path("finish_reason"));
          }
        }
      }
    }
    return joined;
  }

  private static void add(ObjectNode to, JsonNode delta) {
    for (Map.Entry<String, JsonNode> member : delta.properties()) {
      JsonNode old = to.get(member.getKey());
      JsonNode value = member.getValue();
      if (member.getKey().equals("tool_calls")) {
        for (JsonNode call : value) {
          call(to.withArray("tool_calls"), call);
        }
      } else if (value.isObject()) {
        add(to.withObject("/" + member.getKey()), value);
      } else if (old != null && old.isString() && value.isString()) {
        to.put(member.getKey(), old.stringValue() + value.stringValue());
      } else {
        to.set(member.getKey(), value);
      }
    }
  }

  private static void call(ArrayNode calls, JsonNode piece) {
    int index = piece.path("index").asInt(-1);
    if (index == calls.size()) {
      assertThat(piece.propertyNames()).containsExactly("index", "id", "type", "function");
      calls.addObject();
    } else {
      assertThat(piece.propertyNames()).containsExactly("index", "function");
    }
    ObjectNode rest = ((ObjectNode) piece).deepCopy();
    rest.remove("index");
    add((ObjectNode) calls.get(index), rest);
  }

  private static void logprobs(ObjectNode to, JsonNode logprobs) {
    if (!logprobs.isObject()) {
      return;
    }
    ObjectNode all = to.withObject("/logprobs");
    for (String list : List.of("content", "refusal")) {
      if (logprobs.path(list).isArray()) {
        all.withArray(list).addAll((ArrayNode) logprobs.path(list));
      } else {
        all.putNull(list);
      }
    }
  }
}
