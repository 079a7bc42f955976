package dev.sluice.protocol.converse;

import dev.sluice.protocol.converse.Recordings.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the wire says of an answer, whole or streamed, put together without the codec. */
final class WireAnswer {

  final StringBuilder text = new StringBuilder();
  final StringBuilder thoughts = new StringBuilder();
  final List<String> seals = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  final List<JsonNode> foreign = new ArrayList<>();
  JsonNode usage = Recordings.MAPPER.createObjectNode();
  JsonNode rest = Recordings.MAPPER.createObjectNode();
  String stopReason = "";

  /** A whole answer. */
  static WireAnswer of(JsonNode answer) {
    WireAnswer wire = new WireAnswer();
    wire.stopReason = answer.path("stopReason").asString("");
    wire.usage = answer.path("usage");
    answer.at("/output/message/content").forEach(wire::block);
    return wire;
  }

  /** A streamed one. */
  static WireAnswer of(List<Event> events) {
    WireAnswer wire = new WireAnswer();
    Map<Integer, ObjectNode> blocks = new TreeMap<>();
    for (Event event : events) {
      JsonNode payload = event.payload();
      int index = payload.path("contentBlockIndex").asInt(0);
      switch (event.type()) {
        case "contentBlockStart" -> blocks.put(index, (ObjectNode) payload.path("start"));
        case "contentBlockDelta" ->
            wire.delta(
                blocks.computeIfAbsent(index, _ -> Recordings.MAPPER.createObjectNode()),
                payload.path("delta"));
        case "messageStop" -> wire.stopReason = payload.path("stopReason").asString();
        case "metadata" -> {
          wire.usage = payload.path("usage");
          ((ObjectNode) payload).remove(List.of("p", "usage"));
          wire.rest = payload;
        }
        default -> {
          // Says nothing.
        }
      }
    }
    for (ObjectNode block : blocks.values()) {
      if (block.at("/toolUse/input").isString()) {
        ObjectNode call = (ObjectNode) block.path("toolUse");
        call.set("input", Recordings.MAPPER.readTree(call.path("input").asString()));
      }
      wire.block(block);
    }
    return wire;
  }

  private void delta(ObjectNode block, JsonNode delta) {
    if (delta.has("text")) {
      append(block, "text", delta.path("text").asString());
    }
    if (delta.at("/toolUse").has("input")) {
      append((ObjectNode) block.path("toolUse"), "input", delta.at("/toolUse/input").asString());
    }
    if (delta.has("toolResult")) {
      ObjectNode result = (ObjectNode) block.path("toolResult");
      result.withArrayProperty("content").addAll((ArrayNode) delta.path("toolResult"));
    }
    if (delta.has("reasoningContent")) {
      ObjectNode thought = block.withObjectProperty("reasoningContent");
      if (delta.at("/reasoningContent").has("redactedContent")) {
        thought.set("redactedContent", delta.at("/reasoningContent/redactedContent"));
        return;
      }
      ObjectNode reasoning = thought.withObjectProperty("reasoningText");
      delta
          .path("reasoningContent")
          .properties()
          .forEach(piece -> append(reasoning, piece.getKey(), piece.getValue().asString()));
    }
  }

  private static void append(ObjectNode object, String member, String piece) {
    object.put(member, object.path(member).asString("") + piece);
  }

  private void block(JsonNode block) {
    String kind = block.propertyNames().iterator().next();
    JsonNode value = block.path(kind);
    switch (kind) {
      case "text" -> text.append(value.asString());
      case "citationsContent" ->
          value.path("content").forEach(c -> text.append(c.path("text").asString()));
      case "reasoningContent" -> {
        thoughts.append(value.at("/reasoningText/text").asString(""));
        if (!value.at("/reasoningText/signature").asString("").isEmpty()) {
          seals.add(value.at("/reasoningText/signature").asString());
        }
        if (value.has("redactedContent")) {
          seals.add(value.path("redactedContent").asString());
        }
      }
      case "toolUse" -> {
        if (value.path("type").asString("tool_use").equals("tool_use")) {
          calls.add(
              value.path("toolUseId").asString()
                  + ' '
                  + value.path("name").asString()
                  + ' '
                  + value.path("input"));
        } else {
          foreign.add(block);
        }
      }
      default -> foreign.add(block);
    }
  }

  /** A figure of the usage; -1 where it is not there. */
  long count(String name) {
    return usage.path(name).asLong(-1);
  }
}
