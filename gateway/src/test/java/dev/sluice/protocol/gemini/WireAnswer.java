package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Usage;
import dev.sluice.recorded.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What the wire says of an answer, whole or in frames, put together without the codec. */
final class WireAnswer {

  /** One candidate. */
  static final class Piece {
    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final List<String> calls = new ArrayList<>();
    final List<String> ids = new ArrayList<>();
    final List<String> signatures = new ArrayList<>();
    final List<String> foreign = new ArrayList<>();
    String finish = "";
    int sources;
  }

  final Map<Integer, Piece> candidates = new TreeMap<>();
  private final Map<String, Long> figures = new TreeMap<>();
  String id = "";
  String model = "";
  String tier = "";
  boolean error;

  static WireAnswer of(List<String> frames) {
    WireAnswer wire = new WireAnswer();
    for (String frame : frames) {
      wire.take(Recordings.MAPPER.readTree(frame));
    }
    return wire;
  }

  private void take(JsonNode frame) {
    error |= frame.has("error");
    id = id.isEmpty() ? frame.path("responseId").asString("") : id;
    model = model.isEmpty() ? frame.path("modelVersion").asString("") : model;
    for (Map.Entry<String, JsonNode> member : frame.path("usageMetadata").properties()) {
      if (member.getValue().isNumber()) {
        figures.put(member.getKey(), member.getValue().asLong());
      }
    }
    JsonNode usage = frame.path("usageMetadata");
    tier = usage.path("serviceTier").asString(usage.path("trafficType").asString(tier));
    for (JsonNode candidate : frame.path("candidates")) {
      Piece piece = candidates.computeIfAbsent(candidate.path("index").asInt(0), _ -> new Piece());
      for (JsonNode part : candidate.path("content").path("parts")) {
        part(piece, part);
      }
      if (candidate.has("finishReason")) {
        piece.finish = candidate.path("finishReason").asString();
      }
      piece.sources = Math.max(piece.sources, grounds(candidate.path("groundingMetadata")));
    }
  }

  private static int grounds(JsonNode grounding) {
    List<Integer> cited = new ArrayList<>();
    for (JsonNode support : grounding.path("groundingSupports")) {
      support.path("groundingChunkIndices").forEach(index -> cited.add(index.asInt()));
    }
    int all = cited.size();
    for (int i = 0; i < grounding.path("groundingChunks").size(); i++) {
      all += cited.contains(i) ? 0 : 1;
    }
    return all;
  }

  private static void part(Piece piece, JsonNode part) {
    String signature = part.path("thoughtSignature").asString("");
    if (part.has("text")) {
      boolean thought = part.path("thought").asBoolean(false);
      (thought ? piece.reasoning : piece.text).append(part.path("text").asString());
    } else if (part.has("functionCall")) {
      JsonNode call = part.path("functionCall");
      piece.calls.add(call.path("name").asString() + ' ' + call.path("args"));
      piece.ids.add(call.path("id").asString(""));
    } else {
      piece.foreign.add(part.toString());
      signature = "";
    }
    if (!signature.isEmpty()) {
      piece.signatures.add(signature);
    }
  }

  private long figure(String name) {
    return figures.getOrDefault(name, Usage.UNKNOWN);
  }

  /** Holds the usage against the figures that were sent. */
  void checkUsage(String name, Usage usage) {
    long prompt = figure("promptTokenCount");
    long thoughts = figure("thoughtsTokenCount");
    long candidatesTokens = figure("candidatesTokenCount");
    assertThat(usage.promptTokens()).as(name).isEqualTo(prompt);
    assertThat(usage.totalTokens()).as(name).isEqualTo(figure("totalTokenCount"));
    assertThat(usage.cachedTokens()).as(name).isEqualTo(figure("cachedContentTokenCount"));
    assertThat(usage.reasoningTokens()).as(name).isEqualTo(thoughts);
    long tools = Math.max(0, figure("toolUsePromptTokenCount"));
    if (thoughts >= 0 || candidatesTokens >= 0) {
      assertThat(usage.completionTokens())
          .as(name)
          .isEqualTo(Math.max(0, thoughts) + Math.max(0, candidatesTokens));
    }
    if (usage.totalTokens() >= 0 && prompt >= 0) {
      assertThat(prompt + tools + Math.max(0, usage.completionTokens()))
          .as(name)
          .isEqualTo(usage.totalTokens());
    }
  }

  /** The finish reason that a client of the field expects. */
  static String expectedFinish(Piece piece) {
    return switch (piece.finish) {
      case "" -> "";
      case "STOP", "1", "UNEXPECTED_TOOL_CALL" -> piece.calls.isEmpty() ? "STOP" : "TOOL_CALLS";
      case "MAX_TOKENS" -> "LENGTH";
      case "MODEL_ARMOR" -> "CONTENT_FILTER";
      default -> throw new AssertionError("not thought of: " + piece.finish);
    };
  }
}
