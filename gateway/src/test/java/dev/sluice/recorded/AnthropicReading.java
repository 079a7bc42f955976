package dev.sluice.recorded;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads answers of Anthropic's Messages. */
final class AnthropicReading {

  private AnthropicReading() {}

  static Said whole(JsonNode answer) {
    Said said = new Said();
    said.id = OpenAiReading.text(answer.path("id"));
    said.model = OpenAiReading.text(answer.path("model"));
    Said.Choice choice = said.choice(0);
    for (JsonNode block : answer.path("content")) {
      block(block, choice);
    }
    finish(answer, choice);
    Figures.anthropic(answer.path("usage"), said);
    return said;
  }

  static Said stream(List<String> frames) {
    Said said = new Said();
    Said.Choice choice = said.choice(0);
    ObjectNode usage = Exact.MAPPER.createObjectNode();
    Map<Integer, Said.Call> open = new TreeMap<>();
    for (String data : frames) {
      JsonNode event = Exact.read(data);
      int index = event.path("index").asInt(-1);
      switch (event.path("type").asString("")) {
        case "message_start" -> {
          JsonNode message = event.path("message");
          said.id = OpenAiReading.text(message.path("id"));
          said.model = OpenAiReading.text(message.path("model"));
          usage.setAll((ObjectNode) message.path("usage"));
          // What stands here before anything was written means nothing.
          usage.remove("output_tokens");
        }
        case "content_block_start" -> {
          Said.Call call = block(event.path("content_block"), choice);
          if (call != null) {
            call.arguments.setLength(0);
            open.put(index, call);
          }
        }
        case "content_block_delta" -> delta(event.path("delta"), choice, open.get(index));
        case "message_delta" -> {
          finish(event.path("delta"), choice);
          for (Map.Entry<String, JsonNode> figure : event.path("usage").properties()) {
            if (!figure.getValue().isNull()) {
              usage.set(figure.getKey(), figure.getValue());
            }
          }
        }
        default -> {
          // Pings and ends of blocks say nothing.
        }
      }
    }
    Figures.anthropic(usage, said);
    return said;
  }

  /** Takes a block; the call where it is one that the client is to run. */
  private static Said.@Nullable Call block(JsonNode block, Said.Choice choice) {
    switch (block.path("type").asString("")) {
      case "text" -> {
        String text = block.path("text").asString("");
        choice.text.append(text);
        for (JsonNode citation : block.path("citations")) {
          String title = citation.path("title").asString("");
          choice.cited.add(
              new Said.Cited(
                  citation.path("url").asString(""),
                  title.isEmpty() ? citation.path("document_title").asString("") : title,
                  text));
        }
      }
      case "thinking" -> {
        choice.reasoning.append(block.path("thinking").asString(""));
        seal(block.path("signature"), choice);
      }
      case "redacted_thinking" -> seal(block.path("data"), choice);
      case "tool_use" -> {
        Said.Call call = new Said.Call();
        call.id = block.path("id").asString("");
        call.name = block.path("name").asString("");
        call.arguments.append(Spelling.of(block.path("input")));
        choice.calls.add(call);
        return call;
      }
      default -> {
        // What the provider ran itself is nothing for the client to run.
      }
    }
    return null;
  }

  private static void delta(JsonNode delta, Said.Choice choice, Said.@Nullable Call call) {
    switch (delta.path("type").asString("")) {
      case "text_delta" -> choice.text.append(delta.path("text").asString(""));
      case "thinking_delta" -> choice.reasoning.append(delta.path("thinking").asString(""));
      case "signature_delta" -> seal(delta.path("signature"), choice);
      case "input_json_delta" -> {
        if (call != null) {
          call.arguments.append(delta.path("partial_json").asString(""));
        }
      }
      default -> throw new IllegalArgumentException("a delta of no known type: " + delta);
    }
  }

  private static void seal(JsonNode seal, Said.Choice choice) {
    if (!seal.asString("").isEmpty()) {
      choice.seals.add(seal.asString());
    }
  }

  private static void finish(JsonNode from, Said.Choice choice) {
    String word = OpenAiReading.text(from.path("stop_reason"));
    if (word == null) {
      return;
    }
    choice.nativeFinish = word;
    choice.stopSequence = OpenAiReading.text(from.path("stop_sequence"));
    choice.finish =
        switch (word) {
          case "end_turn", "stop_sequence", "pause_turn" -> "stop";
          case "max_tokens", "model_context_window_exceeded" -> "length";
          case "tool_use" -> "tool_calls";
          case "refusal" -> "content_filter";
          default -> throw new IllegalArgumentException("an end of no known kind: " + word);
        };
  }
}
