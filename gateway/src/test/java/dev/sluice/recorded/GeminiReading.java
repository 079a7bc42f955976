package dev.sluice.recorded;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads answers of Gemini's protocol; a whole one is a stream of one piece. */
final class GeminiReading {

  private GeminiReading() {}

  static Said read(List<String> pieces) {
    Said said = new Said();
    ObjectNode usage = Exact.MAPPER.createObjectNode();
    int searches = 0;
    for (String data : pieces) {
      JsonNode piece = Exact.read(data);
      said.id = said.id == null ? OpenAiReading.text(piece.path("responseId")) : said.id;
      said.model = said.model == null ? OpenAiReading.text(piece.path("modelVersion")) : said.model;
      for (JsonNode candidate : piece.path("candidates")) {
        Said.Choice choice = said.choice(candidate.path("index").asInt(0));
        for (JsonNode part : candidate.path("content").path("parts")) {
          part(part, choice);
        }
        JsonNode grounding = candidate.path("groundingMetadata");
        grounding(grounding, choice);
        searches += grounding.path("webSearchQueries").size();
        finish(candidate.path("finishReason"), choice);
      }
      String blocked = OpenAiReading.text(piece.path("promptFeedback").path("blockReason"));
      if (blocked != null && piece.path("candidates").isEmpty()) {
        said.choice(0).finish = "content_filter";
      }
      for (Map.Entry<String, JsonNode> figure : piece.path("usageMetadata").properties()) {
        usage.set(figure.getKey(), figure.getValue());
      }
    }
    Figures.gemini(usage, said);
    if (searches > 0) {
      said.usage.put(Said.SEARCHES, (long) searches);
    }
    return said;
  }

  private static void part(JsonNode part, Said.Choice choice) {
    String seal = OpenAiReading.text(part.path("thoughtSignature"));
    if (part.has("functionCall")) {
      JsonNode asked = part.path("functionCall");
      Said.Call call = new Said.Call();
      call.id = OpenAiReading.text(asked.path("id"));
      call.name = asked.path("name").asString("");
      call.arguments.append(asked.has("args") ? Spelling.of(asked.path("args")) : "{}");
      call.seal = seal;
      choice.calls.add(call);
      return;
    }
    if (!part.has("text")) {
      // What the provider ran itself is nothing for the client, and its seal goes with it.
      return;
    }
    boolean thought = part.path("thought").asBoolean(false);
    (thought ? choice.reasoning : choice.text).append(part.path("text").asString(""));
    if (seal != null) {
      choice.seals.add(seal);
    }
  }

  private static void grounding(JsonNode grounding, Said.Choice choice) {
    JsonNode sources = grounding.path("groundingChunks");
    Set<Integer> used = new HashSet<>();
    for (JsonNode support : grounding.path("groundingSupports")) {
      String words = support.path("segment").path("text").asString("");
      for (JsonNode index : support.path("groundingChunkIndices")) {
        used.add(index.asInt());
        choice.cited.add(cited(sources.path(index.asInt()), words));
      }
    }
    for (int i = 0; i < sources.size(); i++) {
      if (!used.contains(i)) {
        choice.cited.add(cited(sources.path(i), null));
      }
    }
  }

  private static Said.Cited cited(JsonNode source, @Nullable String words) {
    JsonNode inner = source.properties().iterator().next().getValue();
    return new Said.Cited(inner.path("uri").asString(""), inner.path("title").asString(""), words);
  }

  private static void finish(JsonNode reason, Said.Choice choice) {
    String word = reason.isIntegralNumber() ? word(reason.asInt()) : OpenAiReading.text(reason);
    if (word == null) {
      return;
    }
    choice.finish =
        switch (word) {
          case "STOP" -> choice.calls.isEmpty() ? "stop" : "tool_calls";
          case "MAX_TOKENS" -> "length";
          case "SAFETY",
              "RECITATION",
              "BLOCKLIST",
              "PROHIBITED_CONTENT",
              "SPII",
              "LANGUAGE",
              "IMAGE_SAFETY",
              // Google Cloud's own filter, which the page of cases does not have.
              "MODEL_ARMOR" ->
              "content_filter";
          case "MALFORMED_FUNCTION_CALL" -> "error";
          // No word that the page has: it ended, with calls or without, and says how beside it.
          default -> choice.calls.isEmpty() ? "stop" : "tool_calls";
        };
    if (!word.equals("STOP")) {
      choice.nativeFinish = word;
    }
  }

  /** Vertex writes numbers for clients that ask for them. */
  private static String word(int number) {
    return switch (number) {
      case 1 -> "STOP";
      case 2 -> "MAX_TOKENS";
      default -> throw new IllegalArgumentException("an end of no known number: " + number);
    };
  }
}
