package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.protocol.rewording.Seals;
import dev.sluice.recorded.Recordings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The hard cases of answers and streams towards a client of this protocol. */
class ClientCasesTest {

  private static final ChatEvent.Start START =
      new ChatEvent.Start("chatcmpl-1", 5, "gpt", "default", Rest.NONE);
  private static final ChatEvent.End END = new ChatEvent.End();

  private static ChatResponse response(Finish finish, Usage usage, Part... parts) {
    return new ChatResponse(
        "id",
        5,
        "gpt",
        null,
        List.of(new Choice(0, Message.Assistant.of(parts), finish, null, Rest.NONE)),
        usage,
        Rest.NONE,
        Rest.NONE);
  }

  private static JsonNode written(ChatResponse response, String... lost) {
    Losses losses = new Losses();
    JsonNode json = Codec.write(response, losses);
    assertThat(losses.fields()).containsExactly(lost);
    return json;
  }

  private static List<JsonNode> frames(ChatEvent... events) {
    Losses losses = new Losses();
    List<JsonNode> frames =
        Codec.frames(List.of(events), losses).stream().map(Recordings.MAPPER::readTree).toList();
    assertThat(losses.fields()).isEmpty();
    return frames;
  }

  private static List<String> types(List<JsonNode> frames) {
    return frames.stream().map(frame -> frame.path("type").asString()).toList();
  }

  private static Finish finish(FinishReason reason) {
    return new Finish(reason);
  }

  @Test
  @DisplayName("case 55: cached input is counted apart again")
  void usageIsTakenApart() {
    Usage usage =
        Usage.builder()
            .prompt(130)
            .cached(100)
            .cacheWrite(20)
            .cacheWriteHour(5)
            .completion(9)
            .reasoning(4)
            .build();

    assertThat(written(response(finish(FinishReason.STOP), usage)).path("usage"))
        .hasToString(
            "{\"input_tokens\":10,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":100,"
                + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":15,\"ephemeral_1h_input_tokens\":5},"
                + "\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}}");
    assertThat(written(response(null, Usage.NONE)).path("usage"))
        .hasToString("{\"input_tokens\":0,\"output_tokens\":0}");
  }

  @Test
  @DisplayName("case 56: a stream's first event tells the prompt's tokens")
  void thePromptIsToldFirst() {
    JsonNode guessed = frames(START, new ChatEvent.TextDelta(0, "a"), END).getFirst();
    assertThat(guessed.at("/message/usage/input_tokens").asLong()).isEqualTo(7);

    JsonNode known =
        frames(
                START,
                new ChatEvent.UsageReport(Usage.builder().prompt(12).cached(2).build(), Rest.NONE),
                new ChatEvent.TextDelta(0, "a"),
                END)
            .getFirst();
    assertThat(known.at("/message/usage/input_tokens").asLong()).isEqualTo(10);
    assertThat(known.at("/message/usage/cache_read_input_tokens").asLong()).isEqualTo(2);
  }

  @Test
  @DisplayName("case 58: an estimate is marked as one")
  void estimatesAreMarked() {
    Usage guess = Usage.builder().prompt(1).completion(1).origin(Usage.Origin.ESTIMATED).build();

    JsonNode usage = written(response(null, guess)).path("usage");

    assertThat(usage.path("usage_estimated").asBoolean()).isTrue();
  }

  @Test
  @DisplayName("case 62: every finish has its word, the provider's own if it is this protocol's")
  void finishes() {
    assertThat(stopReason(finish(FinishReason.STOP))).isEqualTo("end_turn");
    assertThat(stopReason(new Finish(FinishReason.STOP, null, "END"))).isEqualTo("stop_sequence");
    assertThat(stopReason(finish(FinishReason.LENGTH))).isEqualTo("max_tokens");
    assertThat(stopReason(finish(FinishReason.TOOL_CALLS))).isEqualTo("tool_use");
    assertThat(stopReason(finish(FinishReason.FUNCTION_CALL))).isEqualTo("tool_use");
    assertThat(stopReason(finish(FinishReason.CONTENT_FILTER))).isEqualTo("refusal");
    assertThat(stopReason(finish(FinishReason.ERROR))).isEqualTo("end_turn");
    assertThat(stopReason(new Finish(FinishReason.OTHER, "odd", null))).isEqualTo("end_turn");
    assertThat(stopReason(new Finish(FinishReason.STOP, "pause_turn", null)))
        .isEqualTo("pause_turn");
    assertThat(stopReason(new Finish(FinishReason.STOP, "COMPLETE", null))).isEqualTo("end_turn");
    assertThat(written(response(null, Usage.NONE)).path("stop_reason").isNull()).isTrue();
  }

  private static String stopReason(Finish finish) {
    return written(response(finish, Usage.NONE)).path("stop_reason").asString();
  }

  @Test
  @DisplayName("case 62: an answer that calls tools says so, whatever the server's word")
  void callsAreNoStop() {
    Part.ToolCall call = new Part.ToolCall("a", "f", "{\"x\": 1.0}");

    JsonNode whole = written(response(finish(FinishReason.STOP), Usage.NONE, call));
    assertThat(whole.path("stop_reason").asString()).isEqualTo("tool_use");
    List<JsonNode> streamed =
        frames(
            START,
            new ChatEvent.ToolCallStart(0, 0, "a", "f", Part.ToolCall.Kind.FUNCTION, null),
            new ChatEvent.Finished(0, finish(FinishReason.STOP)),
            END);
    assertThat(streamed.get(streamed.size() - 2).at("/delta/stop_reason").asString())
        .isEqualTo("tool_use");
  }

  @Test
  @DisplayName("case 63: a refusal is told as one")
  void refusals() {
    JsonNode whole =
        written(response(finish(FinishReason.STOP), Usage.NONE, new Part.Refusal("no")));
    assertThat(whole.at("/content/0/text").asString()).isEqualTo("no");
    assertThat(whole.path("stop_reason").asString()).isEqualTo("refusal");

    List<JsonNode> streamed =
        frames(
            START,
            new ChatEvent.RefusalDelta(0, "no"),
            new ChatEvent.Finished(0, finish(FinishReason.STOP)),
            END);
    assertThat(streamed.get(2).at("/delta/text").asString()).isEqualTo("no");
    assertThat(streamed.get(4).at("/delta/stop_reason").asString()).isEqualTo("refusal");
  }

  @Test
  @DisplayName("case 64: blocks follow each other, and the end comes once and last")
  void blocksFollowEachOther() {
    List<JsonNode> frames =
        frames(
            START,
            new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.FULL, "hm"),
            new ChatEvent.ReasoningSignature(0, 0, new Signature("s", Signature.CLAUDE)),
            new ChatEvent.ReasoningDelta(0, 1, Part.Thinking.Form.FULL, "so"),
            new ChatEvent.SealedReasoning(0, 2, new Signature("d", Signature.CLAUDE)),
            new ChatEvent.TextDelta(0, "a"),
            new ChatEvent.TextDelta(0, "b"),
            new ChatEvent.ToolCallStart(0, 0, "x", "f", Part.ToolCall.Kind.FUNCTION, null),
            new ChatEvent.ToolCallDelta(0, 0, "{}"),
            new ChatEvent.ToolCallStart(0, 1, "y", "g", Part.ToolCall.Kind.FUNCTION, null),
            new ChatEvent.Finished(0, finish(FinishReason.TOOL_CALLS)),
            new ChatEvent.UsageReport(Usage.builder().prompt(3).completion(9).build(), Rest.NONE),
            END,
            END);

    int open = -1;
    int blocks = 0;
    for (JsonNode frame : frames) {
      switch (frame.path("type").asString()) {
        case "content_block_start" -> {
          assertThat(open).isEqualTo(-1);
          open = frame.path("index").asInt();
          assertThat(open).isEqualTo(blocks++);
        }
        case "content_block_delta" -> assertThat(frame.path("index").asInt()).isEqualTo(open);
        case "content_block_stop" -> {
          assertThat(frame.path("index").asInt()).isEqualTo(open);
          open = -1;
        }
        default -> assertThat(open).isEqualTo(-1);
      }
    }
    assertThat(blocks).isEqualTo(6);
    assertThat(types(frames)).startsWith("message_start").endsWith("message_delta", "message_stop");
    assertThat(types(frames)).filteredOn("message_stop"::equals).hasSize(1);
    assertThat(frames.get(frames.size() - 2).at("/usage/output_tokens").asLong()).isEqualTo(9);
    assertThat(frames.getFirst().at("/message/role").asString()).isEqualTo("assistant");
    assertThat(frames.getFirst().at("/message/id").asString()).isEqualTo("chatcmpl-1");
  }

  @Test
  @DisplayName("case 65: nothing before there is content, and no end behind a failure")
  void failuresHaveNoEnd() {
    ChatEvent failure = new ChatEvent.Failure(new Fault.UpstreamUnreachable("x"));

    assertThat(frames(START, failure, END)).isEmpty();
    assertThat(types(frames(START, new ChatEvent.TextDelta(0, "a"), failure, END)))
        .containsExactly("message_start", "content_block_start", "content_block_delta");
    assertThat(types(frames(START, END)))
        .containsExactly("message_start", "message_delta", "message_stop");
  }

  @Test
  @DisplayName("cases 51, 52: another provider's seal goes to the client and comes home")
  void foreignSealsComeHome() {
    Signature gemini = new Signature("c2ln", Signature.GEMINI);
    Part.Thinking thought = new Part.Thinking("hm", Part.Thinking.Form.FULL, gemini, Rest.NONE);
    Part.SealedThinking sealed =
        new Part.SealedThinking(new Signature("ZGF0YQ==", Signature.OPENAI), Rest.NONE);

    JsonNode content =
        written(response(finish(FinishReason.STOP), Usage.NONE, thought, sealed)).path("content");

    Message given =
        Codec.request("{\"messages\":[{\"role\":\"assistant\",\"content\":" + content + "}]}")
            .messages()
            .getFirst();
    assertThat(given.parts()).containsExactly(thought, sealed);
    assertThat(
            Codec.write(
                    Codec.request(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":"
                            + content
                            + "},{\"role\":\"user\",\"content\":\"hi\"}]}"),
                    Codec.ABLE)
                .losses())
        .containsExactly("messages.reasoning_details");
    assertThat(Seals.write(new Signature("x", "Odd:Issuer"))).isEqualTo("unknown:x");
    assertThat(Seals.read("data:abc").issuer()).isEqualTo(Signature.CLAUDE);
    assertThat(Seals.read("")).isNull();
  }

  @Test
  @DisplayName("case 29: free text is given as an object, also in pieces")
  void freeText() {
    Part.ToolCall call =
        new Part.ToolCall("a", "grep", Part.ToolCall.Kind.CUSTOM, "x\"\n", null, null, Rest.NONE);
    assertThat(
            written(response(finish(FinishReason.TOOL_CALLS), Usage.NONE, call))
                .at("/content/0/input/input")
                .asString())
        .isEqualTo("x\"\n");

    StringBuilder json = new StringBuilder();
    for (JsonNode frame :
        frames(
            START,
            new ChatEvent.ToolCallStart(0, 0, "a", "grep", Part.ToolCall.Kind.CUSTOM, null),
            new ChatEvent.ToolCallDelta(0, 0, "x\""),
            new ChatEvent.ToolCallDelta(0, 0, "\ny"),
            END)) {
      json.append(frame.at("/delta/partial_json").asString(""));
    }
    assertThat(json).hasToString("{\"input\":\"x\\\"\\ny\"}");
  }

  @Test
  @DisplayName("case 27: sources of any provider are citations")
  void sources() {
    Citation source = new Citation("https://example.com", "t", null, 0, 2, Rest.NONE);
    ChatResponse answer =
        new ChatResponse(
            null,
            5,
            null,
            null,
            List.of(
                new Choice(
                    0,
                    new Message.Assistant(
                        List.of(new Part.Text("ab"), new Part.Text("c")),
                        null,
                        List.of(source),
                        null,
                        Rest.NONE),
                    null,
                    null,
                    Rest.NONE)),
            Usage.NONE,
            Rest.NONE,
            Rest.NONE);

    JsonNode whole = written(answer);

    assertThat(whole.path("id").asString()).isEqualTo("msg_made_up");
    assertThat(whole.at("/content/0/citations/0"))
        .hasToString(
            "{\"type\":\"web_search_result_location\",\"url\":\"https://example.com\",\"title\":\"t\",\"encrypted_index\":\"\"}");
    assertThat(whole.at("/content/1").has("citations")).isFalse();
    List<JsonNode> streamed =
        frames(
            START,
            new ChatEvent.TextDelta(0, "ab"),
            new ChatEvent.CitationFound(0, source),
            new ChatEvent.TextDelta(0, "c"),
            END);
    // A citation speaks of its block, so that more text is another one.
    assertThat(types(streamed))
        .containsSubsequence(
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start");
  }

  @Test
  @DisplayName("cases 34, 40, 41: what the protocol has no place for is listed")
  void losses() {
    ChatResponse several =
        new ChatResponse(
            "id",
            5,
            "m",
            null,
            List.of(
                new Choice(
                    0,
                    new Message.Assistant(
                        List.of(), null, List.of(), new Json("{\"id\":\"a\"}"), Rest.NONE),
                    finish(FinishReason.STOP),
                    new Json("{}"),
                    Rest.of("openai", "x", new Json("1"))),
                new Choice(1, Message.Assistant.of(), finish(FinishReason.STOP), null, Rest.NONE)),
            Usage.NONE,
            Rest.of("openai", "y", new Json("1")),
            Rest.of("openai", "system_fingerprint", new Json("\"f\"")));
    written(several, "audio", "choices.x", "logprobs", "choices", "usage.y", "system_fingerprint");

    Losses losses = new Losses();
    List<String> frames =
        Codec.frames(
            List.of(
                START,
                new ChatEvent.TextDelta(1, "b"),
                new ChatEvent.Finished(1, finish(FinishReason.STOP)),
                new ChatEvent.LogprobsDelta(0, new Json("{}")),
                new ChatEvent.AudioDelta(0, new Json("{}")),
                new ChatEvent.ForeignPart(0, new Part.Foreign("gemini", "code", new Json("{}"))),
                END),
            losses);
    assertThat(frames).hasSize(3);
    assertThat(losses.fields()).containsExactly("choices", "logprobs", "audio", "content.code");
  }
}
