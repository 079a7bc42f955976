package dev.sluice.protocol.anthropic;

import dev.sluice.recorded.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the wire says of an answer, whole or streamed, put together without the codec. */
final class WireAnswer {

  final StringBuilder text = new StringBuilder();
  final StringBuilder thoughts = new StringBuilder();
  final List<String> seals = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  final List<String> foreign = new ArrayList<>();
  final List<String> quotes = new ArrayList<>();
  final ObjectNode usage = Recordings.MAPPER.createObjectNode();
  String id = "";
  String model = "";
  String stopReason = "";
  String stopSequence = "";

  /** A whole answer. */
  static WireAnswer of(JsonNode answer) {
    WireAnswer wire = new WireAnswer();
    wire.head(answer);
    wire.stop(answer);
    answer.path("content").forEach(block -> wire.block(block, block.path("input").toString()));
    return wire;
  }

  /** A streamed one. */
  static WireAnswer of(List<String> frames) {
    WireAnswer wire = new WireAnswer();
    Map<Integer, ObjectNode> blocks = new TreeMap<>();
    Map<Integer, StringBuilder> inputs = new TreeMap<>();
    for (String frame : frames) {
      JsonNode event = Recordings.MAPPER.readTree(frame);
      int index = event.path("index").asInt(0);
      JsonNode delta = event.path("delta");
      switch (event.path("type").asString()) {
        case "message_start" -> wire.head(event.path("message"));
        case "content_block_start" -> blocks.put(index, (ObjectNode) event.path("content_block"));
        case "content_block_delta" -> {
          inputs
              .computeIfAbsent(index, _ -> new StringBuilder())
              .append(delta.path("partial_json").asString(""));
          for (String piece : List.of("text", "thinking", "signature")) {
            if (delta.has(piece)) {
              ObjectNode block = blocks.get(index);
              block.put(piece, block.path(piece).asString("") + delta.path(piece).asString());
            }
          }
        }
        case "message_delta" -> {
          wire.stop(delta);
          wire.usage.setAll((ObjectNode) event.path("usage"));
        }
        default -> {
          // Says nothing.
        }
      }
    }
    blocks.forEach((index, block) -> {
      String input = inputs.getOrDefault(index, new StringBuilder()).toString();
      wire.block(block, input.isEmpty() ? block.path("input").toString() : input);
    });
    return wire;
  }

  private void head(JsonNode message) {
    id = message.path("id").asString("");
    model = message.path("model").asString("");
    usage.setAll((ObjectNode) message.path("usage"));
  }

  private void stop(JsonNode delta) {
    stopReason = delta.path("stop_reason").asString("");
    stopSequence = delta.path("stop_sequence").asString("");
  }

  private void block(JsonNode block, String input) {
    String type = block.path("type").asString();
    switch (type) {
      case "text" -> {
        text.append(block.path("text").asString());
        block.path("citations").forEach(c -> quotes.add(c.path("cited_text").asString()));
      }
      case "thinking" -> {
        thoughts.append(block.path("thinking").asString());
        if (!block.path("signature").asString("").isEmpty()) {
          seals.add(block.path("signature").asString());
        }
      }
      case "redacted_thinking" -> seals.add(block.path("data").asString());
      case "tool_use" ->
          calls.add(
              block.path("id").asString()
                  + ' '
                  + block.path("name").asString()
                  + ' '
                  + Recordings.MAPPER.readTree(input));
      default -> {
        ((ObjectNode) block).remove("input");
        foreign.add(block + (type.endsWith("_use") ? " " + Recordings.MAPPER.readTree(input) : ""));
      }
    }
  }

  /** A figure of the usage; -1 where it is not there. */
  long count(String name) {
    return usage.path(name).asLong(-1);
  }
}
