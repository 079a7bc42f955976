package dev.sluice.recorded;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads answers of Bedrock's Converse. */
final class ConverseReading {

  private ConverseReading() {}

  static Said whole(JsonNode answer) {
    Said said = new Said();
    Said.Choice choice = said.choice(0);
    for (JsonNode block : answer.path("output").path("message").path("content")) {
      choice.text.append(block.path("text").asString(""));
      reasoning(block.path("reasoningContent").path("reasoningText"), choice);
      seal(block.path("reasoningContent").path("redactedContent"), choice);
      if (isClients(block.path("toolUse"))) {
        Said.Call call = call(block.path("toolUse"), choice);
        call.arguments.append(Spelling.of(block.path("toolUse").path("input")));
      }
    }
    finish(answer.path("stopReason"), choice);
    Figures.converse(answer.path("usage"), said);
    return said;
  }

  static Said stream(List<String> frames) {
    Said said = new Said();
    Said.Choice choice = said.choice(0);
    Map<Integer, Said.Call> open = new TreeMap<>();
    for (String data : frames) {
      Map.Entry<String, JsonNode> named = Exact.read(data).properties().iterator().next();
      JsonNode event = named.getValue();
      int index = event.path("contentBlockIndex").asInt(-1);
      switch (named.getKey()) {
        case "contentBlockStart" -> {
          JsonNode use = event.path("start").path("toolUse");
          if (isClients(use)) {
            open.put(index, call(use, choice));
          }
        }
        case "contentBlockDelta" -> delta(event.path("delta"), choice, open.get(index));
        case "messageStop" -> finish(event.path("stopReason"), choice);
        case "metadata" -> Figures.converse(event.path("usage"), said);
        default -> {
          // The start and the ends of blocks say nothing.
        }
      }
    }
    return said;
  }

  private static void delta(JsonNode delta, Said.Choice choice, Said.@Nullable Call call) {
    choice.text.append(delta.path("text").asString(""));
    reasoning(delta.path("reasoningContent"), choice);
    seal(delta.path("reasoningContent").path("redactedContent"), choice);
    if (call != null) {
      call.arguments.append(delta.path("toolUse").path("input").asString(""));
    }
  }

  /** Whether a call is there, and none that the provider runs itself. */
  private static boolean isClients(JsonNode use) {
    return use.isObject() && !use.path("type").asString("").equals("server_tool_use");
  }

  private static Said.Call call(JsonNode use, Said.Choice choice) {
    Said.Call call = new Said.Call();
    call.id = use.path("toolUseId").asString("");
    call.name = use.path("name").asString("");
    choice.calls.add(call);
    return call;
  }

  private static void reasoning(JsonNode thought, Said.Choice choice) {
    choice.reasoning.append(thought.path("text").asString(""));
    seal(thought.path("signature"), choice);
  }

  private static void seal(JsonNode seal, Said.Choice choice) {
    if (!seal.asString("").isEmpty()) {
      choice.seals.add(seal.asString());
    }
  }

  private static void finish(JsonNode reason, Said.Choice choice) {
    String word = reason.asString("");
    choice.nativeFinish = word;
    choice.finish =
        switch (word) {
          case "end_turn", "stop_sequence" -> "stop";
          case "max_tokens", "model_context_window_exceeded" -> "length";
          case "tool_use" -> "tool_calls";
          case "content_filtered", "guardrail_intervened" -> "content_filter";
          default -> throw new IllegalArgumentException("an end of no known kind: " + word);
        };
    if (choice.finish.equals("tool_calls") && choice.calls.isEmpty()) {
      // Only the provider's own tools were called, so that there is nothing for the client to run.
      choice.finish = "stop";
    }
  }
}
