package dev.sluice.recorded;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads answers of Cohere's chat, version 2. A plan for tools is what the model thought. */
final class CohereReading {

  private CohereReading() {}

  static Said whole(JsonNode answer) {
    Said said = new Said();
    said.id = OpenAiReading.text(answer.path("id"));
    Said.Choice choice = said.choice(0);
    JsonNode message = answer.path("message");
    choice.reasoning.append(message.path("tool_plan").asString(""));
    for (JsonNode piece : message.path("content")) {
      content(piece, choice);
    }
    for (JsonNode call : message.path("tool_calls")) {
      call(call, choice);
    }
    for (JsonNode citation : message.path("citations")) {
      citation(citation, choice);
    }
    finish(answer.path("finish_reason"), choice);
    Figures.cohere(answer.path("usage"), said);
    return said;
  }

  static Said stream(List<String> frames) {
    Said said = new Said();
    Said.Choice choice = said.choice(0);
    Map<Integer, Said.Call> open = new TreeMap<>();
    for (String data : frames) {
      JsonNode event = Exact.read(data);
      int index = event.path("index").asInt(-1);
      JsonNode message = event.path("delta").path("message");
      switch (event.path("type").asString("")) {
        case "message-start" -> said.id = OpenAiReading.text(event.path("id"));
        case "tool-plan-delta" -> choice.reasoning.append(message.path("tool_plan").asString(""));
        case "content-start", "content-delta" -> content(message.path("content"), choice);
        case "tool-call-start" -> open.put(index, call(message.path("tool_calls"), choice));
        case "tool-call-delta" -> more(message.path("tool_calls"), open.get(index));
        case "citation-start" -> citation(message.path("citations"), choice);
        case "message-end" -> {
          finish(event.path("delta").path("finish_reason"), choice);
          Figures.cohere(event.path("delta").path("usage"), said);
        }
        default -> {
          // The ends of pieces say nothing.
        }
      }
    }
    return said;
  }

  private static void content(JsonNode piece, Said.Choice choice) {
    choice.text.append(piece.path("text").asString(""));
    choice.reasoning.append(piece.path("thinking").asString(""));
  }

  private static Said.Call call(JsonNode from, Said.Choice choice) {
    Said.Call call = new Said.Call();
    call.id = from.path("id").asString("");
    call.name = from.path("function").path("name").asString("");
    call.arguments.append(from.path("function").path("arguments").asString(""));
    choice.calls.add(call);
    return call;
  }

  private static void more(JsonNode from, Said.@Nullable Call call) {
    if (call != null) {
      call.arguments.append(from.path("function").path("arguments").asString(""));
    }
  }

  private static void citation(JsonNode citation, Said.Choice choice) {
    for (JsonNode source : citation.path("sources")) {
      // A tool's result has no title; what it has is a name.
      String title = source.path("document").path("title").asString("");
      choice.cited.add(
          new Said.Cited(
              source.path("document").path("url").asString(""),
              title.isEmpty() ? source.path("id").asString("") : title,
              citation.path("text").asString("")));
    }
  }

  private static void finish(JsonNode reason, Said.Choice choice) {
    String word = reason.asString("");
    choice.nativeFinish = word;
    choice.finish =
        switch (word) {
          case "COMPLETE", "STOP_SEQUENCE" -> "stop";
          case "MAX_TOKENS" -> "length";
          case "TOOL_CALL" -> "tool_calls";
          default -> throw new IllegalArgumentException("an end of no known kind: " + word);
        };
  }
}
