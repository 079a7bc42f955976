package dev.sluice.protocol.openai;

import dev.sluice.recorded.Recordings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What the wire says of a stream, put together without the codec. */
final class WireStream {
  final Map<Integer, Piece> choices = new TreeMap<>();
  JsonNode usage = Recordings.MAPPER.createObjectNode();
  boolean error;

  static final class Piece {
    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    final Map<String, StringBuilder> calls = new TreeMap<>();
    String finish = "";
  }

  static WireStream of(List<String> frames) {
    WireStream wire = new WireStream();
    for (String frame : frames) {
      if (!frame.equals("[DONE]")) {
        wire.take(Recordings.MAPPER.readTree(frame));
      }
    }
    return wire;
  }

  private void take(JsonNode frame) {
    if (frame.path("usage").isObject()) {
      usage = frame.path("usage");
    } else if (frame.path("x_groq").path("usage").isObject()) {
      usage = frame.path("x_groq").path("usage");
    }
    error |= frame.path("error").isObject();
    for (JsonNode choice : frame.path("choices")) {
      Piece piece = choices.computeIfAbsent(choice.path("index").asInt(0), _ -> new Piece());
      JsonNode delta = choice.path("delta");
      piece.text.append(delta.path("content").asString(""));
      piece.refusal.append(delta.path("refusal").asString(""));
      piece.reasoning.append(delta.path("reasoning").asString(""));
      piece.reasoning.append(delta.path("reasoning_content").asString(""));
      for (JsonNode call : delta.path("tool_calls")) {
        JsonNode function = call.path("function");
        // Only Mistral leaves the index out, and it sends whole calls one by one.
        String key =
            call.has("index") ? call.path("index").asString() : String.valueOf(piece.calls.size());
        piece
            .calls
            .computeIfAbsent(
                key,
                _ ->
                    new StringBuilder(call.path("id").asString())
                        .append(' ')
                        .append(function.path("name").asString())
                        .append(' '))
            .append(function.path("arguments").asString(""));
      }
      if (choice.path("finish_reason").isString() && piece.finish.isEmpty()) {
        piece.finish = choice.path("finish_reason").asString();
      }
    }
  }
}
