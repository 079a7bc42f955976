package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.events;
import static dev.sluice.protocol.gemini.Codec.frame;
import static dev.sluice.protocol.gemini.Codec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of streams. */
class StreamCasesTest {

  private static final String STOP = ",\"finishReason\":\"STOP\"";

  private static String call(String name) {
    return "{\"functionCall\":{\"name\":\"" + name + "\",\"args\":{\"a\":1}}}";
  }

  @Test
  @DisplayName("case 25: whole calls are one piece each, and counted on over frames")
  void calls() {
    Assembled answer =
        Assembled.of(
            events(
                frame(call("f") + "," + call("g"), ""),
                frame(call("f"), ""),
                frame("{\"functionCall\":{\"name\":\"h\"}}", STOP)));

    Assembled.Piece piece = answer.choices.get(0);
    assertThat(piece.calls).extracting(c -> c.name).containsExactly("f", "g", "f", "h");
    assertThat(piece.calls).extracting(c -> c.id).doesNotHaveDuplicates();
    assertThat(piece.calls.getLast().arguments).hasToString("{}");
    assertThat(piece.finish.reason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @Test
  @DisplayName("case 26: a call is complete when its stream is, and not before")
  void completeCalls() {
    List<ChatEvent> cut = events(frame(call("f"), ""));

    assertThat(cut).noneMatch(ChatEvent.Finished.class::isInstance);
    assertThat(cut.getLast()).isInstanceOf(ChatEvent.Failure.class);
  }

  @Test
  @DisplayName("case 40: each choice counts its own calls")
  void choices() {
    String two = frame(call("g"), STOP).replace("\"index\":0", "\"index\":1");

    Assembled answer = Assembled.of(events(frame(call("f"), STOP), two));

    assertThat(answer.choices).hasSize(2);
    assertThat(answer.choices.get(1).calls).hasSize(1);
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
  }

  @Test
  @DisplayName("case 40: a stream in which one of two choices never ended was cut")
  void unfinishedChoice() {
    String two = frame("{\"text\":\"b\"}", "").replace("\"index\":0", "\"index\":1");

    assertThat(events(two, frame("{\"text\":\"a\"}", STOP)).getLast())
        .isInstanceOf(ChatEvent.Failure.class);
  }

  @Test
  @DisplayName("case 52: signatures come through in streams, also on a text without words")
  void signatures() {
    List<ChatEvent> events =
        events(
            frame("{\"text\":\"hm\",\"thought\":true}", ""),
            frame("{\"text\":\"a\"}", ""),
            frame("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}", STOP));

    assertThat(events)
        .contains(
            new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.SUMMARY, "hm"),
            new ChatEvent.SealedReasoning(0, 2, new Signature("c2ln", Signature.GEMINI)));
    assertThat(frames(events, new Losses()))
        .anyMatch(sent -> sent.contains("{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}"));
  }

  @Test
  @DisplayName("case 57: reports of usage go over each other, figure by figure")
  void usage() {
    String first =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":"
            + "{\"promptTokenCount\":9,\"thoughtsTokenCount\":4,\"candidatesTokenCount\":1,"
            + "\"totalTokenCount\":14}}";
    String second =
        "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":"
            + "{\"candidatesTokenCount\":6,\"totalTokenCount\":19}}";
    String third = "{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}";

    Usage usage = Assembled.of(events(first, second, third)).usage;

    assertThat(usage.promptTokens()).isEqualTo(9);
    assertThat(usage.completionTokens()).isEqualTo(10);
    assertThat(usage.reasoningTokens()).isEqualTo(4);
    assertThat(usage.totalTokens()).isEqualTo(19);
    assertThat(Assembled.of(events(first)).usage.completionTokens()).isEqualTo(5);
  }

  @Test
  @DisplayName("case 62: what comes behind a finish reason still comes before the finish")
  void finishLast() {
    List<ChatEvent> events =
        events(frame("{\"text\":\"a\"}", STOP), frame(call("f"), ""), frame("", STOP));

    int finish =
        events.indexOf(
            new ChatEvent.Finished(0, new Finish(FinishReason.TOOL_CALLS, "STOP", null)));
    assertThat(finish).isEqualTo(events.size() - 2);
    assertThat(events).filteredOn(ChatEvent.Finished.class::isInstance).hasSize(1);
    assertThat(events.getLast()).isEqualTo(new ChatEvent.End());
  }

  @Test
  @DisplayName("case 63: a blocked prompt is a choice that was filtered")
  void blocked() {
    List<ChatEvent> events =
        events("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"responseId\":\"r\"}");

    assertThat(events)
        .endsWith(
            new ChatEvent.Finished(0, new Finish(FinishReason.CONTENT_FILTER, "SAFETY", null)),
            new ChatEvent.End());
  }

  @Test
  @DisplayName(
      "case 64: all frames carry the same id and model, the last one the ends and the usage")
  void frame64() {
    List<String> sent =
        frames(
            List.of(
                new ChatEvent.Start("i", 7, "m", null, Rest.NONE),
                new ChatEvent.TextDelta(0, "a"),
                new ChatEvent.Finished(0, new Finish(FinishReason.STOP)),
                new ChatEvent.UsageReport(
                    Usage.builder().prompt(1).completion(2).build(), Rest.NONE),
                new ChatEvent.End()),
            new Losses());

    assertThat(sent).hasSize(2).allMatch(json -> json.contains("\"responseId\":\"i\""));
    assertThat(sent).allMatch(json -> json.contains("\"modelVersion\":\"m\""));
    assertThat(sent.getFirst()).doesNotContain("finishReason");
    assertThat(sent.getLast())
        .contains("\"finishReason\":\"STOP\"", "\"totalTokenCount\":3")
        .contains("\"createTime\":\"1970-01-01T00:00:07Z\"");
  }

  @Test
  @DisplayName("case 65: an error within a stream ends it, and a stream that ends early has failed")
  void broken() {
    List<ChatEvent> failed =
        events(
            frame("{\"text\":\"a\"}", ""),
            "{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":"
                + "\"UNAVAILABLE\"}}",
            frame("{\"text\":\"b\"}", STOP));
    List<ChatEvent> listed = events("[{\"error\":{\"code\":429,\"message\":\"slow\"}}]");

    assertThat(((ChatEvent.Failure) failed.getLast()).fault())
        .isEqualTo(
            new Fault.UpstreamFailed(
                "The model is overloaded.", 503, "UNAVAILABLE", null, null, null));
    assertThat(((ChatEvent.Failure) listed.getLast()).fault())
        .isInstanceOfSatisfying(
            Fault.UpstreamFailed.class, fault -> assertThat(fault.status()).isEqualTo(429));
    assertThat(events(frame("{\"text\":\"a\"}", "")).getLast())
        .isInstanceOf(ChatEvent.Failure.class);
    assertThat(events().getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(frames(failed, new Losses())).noneMatch(sent -> sent.contains("finishReason"));
  }

  @Test
  @DisplayName("case 66: a closing mark of another protocol is no frame")
  void doneMark() {
    assertThat(events(frame("{\"text\":\"a\"}", STOP), "[DONE]").getLast())
        .isInstanceOf(ChatEvent.End.class);
  }

  @Test
  @DisplayName("case 70: unknown fields are told once, and again when they change")
  void unknownFields() {
    List<ChatEvent> events =
        events(
            frame("{\"text\":\"a\"}", ",\"x\":1"),
            frame("{\"text\":\"b\"}", ",\"x\":1"),
            frame("{\"newThing\":{\"y\":2}}", STOP + ",\"x\":2"));

    assertThat(events).filteredOn(ChatEvent.Extra.class::isInstance).hasSize(2);
    assertThat(events).filteredOn(ChatEvent.ForeignPart.class::isInstance).hasSize(1);
    assertThat(frames(events, new Losses()).getLast()).contains("\"x\":2");
  }

  @Test
  @DisplayName("case 27: sources that come again with each frame are cited once")
  void citations() {
    String grounded =
        STOP
            + ",\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"u\"}}],"
            + "\"groundingSupports\":[{\"segment\":{\"endIndex\":1},\"groundingChunkIndices\":[0,7]}"
            + "],\"webSearchQueries\":[\"q\"]},\"finishReason\":\"STOP\"";

    Assembled answer =
        Assembled.of(
            events(
                frame("{\"text\":\"a\"}", grounded),
                frame("{\"text\":\"b\"}", grounded),
                "{\"usageMetadata\":{\"promptTokenCount\":1}}"));

    assertThat(answer.choices.get(0).citations).hasSize(1);
    assertThat(answer.usage.webSearches()).isEqualTo(1);
  }

  @Test
  void piecesOfCallsArePutTogetherForTheWire() {
    List<String> sent =
        frames(
            List.of(
                new ChatEvent.ToolCallStart(0, 0, "A", "f", Part.ToolCall.Kind.FUNCTION, null),
                new ChatEvent.ToolCallDelta(0, 0, "{\"a\""),
                new ChatEvent.ToolCallDelta(0, 0, ":1}"),
                new ChatEvent.ToolCallStart(0, 1, "B", "g", Part.ToolCall.Kind.FUNCTION, null),
                new ChatEvent.Finished(0, new Finish(FinishReason.TOOL_CALLS)),
                new ChatEvent.End()),
            new Losses());

    assertThat(sent).hasSize(3);
    assertThat(sent.get(0))
        .contains("{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1},\"id\":\"A\"}}");
    assertThat(sent.get(1))
        .contains("{\"functionCall\":{\"name\":\"g\",\"args\":{},\"id\":\"B\"}}");
    assertThat(sent.get(2)).contains("\"finishReason\":\"STOP\"");
  }

  @Test
  void argumentsWithoutEndAreRefused() {
    String piece = "x".repeat(1024 * 1024);
    GeminiChunkEncoder encoder = new GeminiChunkEncoder(Codec.ANSWER, new Losses());
    encoder.encode(
        new ChatEvent.ToolCallStart(0, 0, "A", "f", Part.ToolCall.Kind.FUNCTION, null), _ -> {});

    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= GeminiChunkEncoder.ARGUMENTS_MAX / piece.length(); i++) {
                encoder.encode(new ChatEvent.ToolCallDelta(0, 0, piece), _ -> {});
              }
            })
        .isInstanceOf(GatewayException.class);
  }
}
