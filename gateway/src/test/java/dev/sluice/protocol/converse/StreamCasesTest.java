package dev.sluice.protocol.converse;

import static dev.sluice.protocol.converse.StreamLines.METADATA;
import static dev.sluice.protocol.converse.StreamLines.START;
import static dev.sluice.protocol.converse.StreamLines.STOP;
import static dev.sluice.protocol.converse.StreamLines.TEXT;
import static dev.sluice.protocol.converse.StreamLines.blockStop;
import static dev.sluice.protocol.converse.StreamLines.callStart;
import static dev.sluice.protocol.converse.StreamLines.input;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.protocol.eventstream.MessageReader;
import dev.sluice.protocol.rewording.Disguise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hard cases of answers and streams. */
class StreamCasesTest {

  @Test
  @DisplayName("case 64: start, pieces, one finish, usage, end; padding says nothing")
  void theOrderOfAStream() {
    assertThat(Codec.events(START, TEXT, blockStop(0), STOP, METADATA))
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Start", "TextDelta", "Finished", "Extra", "UsageReport", "End");
  }

  @Test
  @DisplayName("case 65: the end is the usage; what comes behind it is not looked at")
  void theEndIsToldByTheUsage() {
    List<ChatEvent> events = new ArrayList<>();
    ConverseEventDecoder decoder = new ConverseEventDecoder(Disguise.NONE);
    byte[] stream = Codec.stream(START, TEXT, STOP, METADATA);
    new MessageReader(1000, message -> decoder.message(message, events::add))
        .feed(stream, 0, stream.length);

    assertThat(decoder.hasEnded()).isTrue();
    decoder.transferEnded(events::add);
    decoder.event("contentBlockDelta", "{".getBytes(UTF_8), 0, 1, events::add);

    assertThat(events).filteredOn(ChatEvent.End.class::isInstance).hasSize(1);
    assertThat(events.getLast()).isEqualTo(new ChatEvent.End());
  }

  @Test
  @DisplayName("case 25: calls are counted from 0, and one without arguments has an empty object")
  void calls() {
    List<ChatEvent> events =
        Codec.events(
            START,
            TEXT,
            blockStop(0),
            callStart(1, ""),
            input(1, "{\"a\""),
            input(1, ":1.0}"),
            blockStop(1),
            callStart(2, ",\"type\":\"tool_use\""),
            blockStop(2),
            "messageStop {\"stopReason\":\"tool_use\"}",
            METADATA);

    Assembled.Piece answer = Assembled.of(events).choices.get(0);
    assertThat(answer.calls)
        .extracting(Object::toString)
        .containsExactly("t1 f {\"a\":1.0}", "t2 f {}");
    assertThat(answer.finish.reason()).isEqualTo(FinishReason.TOOL_CALLS);
  }

  @Test
  @DisplayName("case 27: a tool that the provider runs itself is no call for the client to run")
  void serverTools() {
    List<ChatEvent> events =
        Codec.events(
            START,
            callStart(0, ",\"type\":\"server_tool_use\""),
            input(0, "{\"snippet\":"),
            input(0, "\"1+1\"}"),
            blockStop(0),
            "contentBlockStart"
                + " {\"contentBlockIndex\":1,\"start\":{\"toolResult\":{\"toolUseId\":\"t0\",\"type\":\"nova_code_interpreter_result\"}}}",
            "contentBlockDelta"
                + " {\"contentBlockIndex\":1,\"delta\":{\"toolResult\":[{\"json\":{\"stdOut\":\"2\"}}]}}",
            "contentBlockDelta"
                + " {\"contentBlockIndex\":1,\"delta\":{\"toolResult\":[{\"text\":\"x\"}]}}",
            blockStop(1),
            "messageStop {\"stopReason\":\"tool_use\"}",
            METADATA);

    Assembled answer = Assembled.of(events);
    assertThat(answer.choices.get(0).calls).isEmpty();
    assertThat(answer.choices.get(0).finish)
        .isEqualTo(new Finish(FinishReason.STOP, "tool_use", null));
    assertThat(events)
        .filteredOn(ChatEvent.ForeignPart.class::isInstance)
        .extracting(event -> ((ChatEvent.ForeignPart) event).part().json().text())
        .containsExactly(
            "{\"toolUse\":{\"toolUseId\":\"t0\",\"name\":\"f\",\"type\":\"server_tool_use\",\"input\":{\"snippet\":\"1+1\"}}}",
            "{\"toolResult\":{\"toolUseId\":\"t0\",\"type\":\"nova_code_interpreter_result\",\"content\":[{\"json\":{\"stdOut\":\"2\"}},{\"text\":\"x\"}]}}");
    // Written again they are the same stream, but for a client that would wait for a call.
    Losses losses = new Losses();
    byte[] again = Codec.write(events, losses);
    assertThat(losses.fields()).isEmpty();
    List<ChatEvent> expected = new ArrayList<>(events);
    expected.replaceAll(event ->
        event instanceof ChatEvent.Finished
            ? new ChatEvent.Finished(0, new Finish(FinishReason.STOP, "end_turn", null))
            : event);
    assertThat(Codec.events(again, again.length)).isEqualTo(expected);
  }

  @Test
  @DisplayName("case 27: nor is it in a whole answer")
  void serverToolsOfAWholeAnswer() {
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"toolUseId\":\"a\",\"name\":\"nova_code_interpreter\",\"input\":{},\"type\":\"server_tool_use\"}},"
                + "{\"toolResult\":{\"toolUseId\":\"a\",\"content\":[],\"type\":\"nova_code_interpreter_result\"}},{\"text\":\"2\"}]}},\"stopReason\":\"end_turn\"}");

    Message.Assistant message = answer.choices().getFirst().message();
    assertThat(message.toolCalls()).isEmpty();
    assertThat(message.text()).isEqualTo("2");
    assertThat(message.parts()).filteredOn(Part.Foreign.class::isInstance).hasSize(2);
  }

  @Test
  @DisplayName("cases 29 and 45: free text and answers by a tool, in a stream")
  void disguisedCalls() {
    Disguise disguise = new Disguise();
    disguise.takesFreeText("f");
    assertThat(
            Assembled.of(
                    Codec.events(
                        disguise,
                        START,
                        callStart(0, ""),
                        input(0, "{\"input\":"),
                        input(0, "\"a b\"}"),
                        blockStop(0),
                        "messageStop {\"stopReason\":\"tool_use\"}"))
                .choices
                .get(0)
                .calls)
        .extracting(Object::toString)
        .containsExactly("t0 f a b");

    Disguise answers = new Disguise();
    answers.answersByTool();
    Assembled.Piece answer =
        Assembled.of(
                Codec.events(
                    answers,
                    START,
                    callStart(0, "").replace("\"f\"", "\"json\""),
                    input(0, "{\"a\":"),
                    input(0, "1}"),
                    blockStop(0),
                    "messageStop {\"stopReason\":\"tool_use\"}"))
            .choices
            .get(0);
    assertThat(answer.text.toString()).isEqualTo("{\"a\":1}");
    assertThat(answer.finish.reason()).isEqualTo(FinishReason.STOP);
    assertThat(answer.calls).isEmpty();
  }

  @Test
  @DisplayName("cases 50 and 51: thoughts, their seals and those that are sealed")
  void thoughts() {
    List<ChatEvent> events =
        Codec.events(
            START,
            "contentBlockDelta"
                + " {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}}}",
            "contentBlockDelta"
                + " {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"c2ln\"}}}",
            blockStop(0),
            "contentBlockDelta"
                + " {\"contentBlockIndex\":1,\"delta\":{\"reasoningContent\":{\"redactedContent\":\"c2Vj\"}}}",
            blockStop(1),
            STOP);

    Assembled.Piece answer = Assembled.of(events).choices.get(0);
    assertThat(answer.reasoning.toString()).isEqualTo("hm");
    assertThat(answer.signatures)
        .containsExactly(
            new Signature("c2ln", Signature.CLAUDE), new Signature("c2Vj", Signature.CLAUDE));

    Disguise nova = new Disguise();
    nova.sealedBy("amazon-nova-v1");
    assertThat(
            Codec.answer(
                    "{\"output\":{\"message\":{\"content\":[{\"reasoningContent\":{\"reasoningText\":{\"text\":\"a\",\"signature\":\"b\"}}}]}}}",
                    nova)
                .choices()
                .getFirst()
                .message()
                .parts())
        .containsExactly(
            new Part.Thinking(
                "a",
                Part.Thinking.Form.FULL,
                new Signature("b", "amazon-nova-v1"),
                dev.sluice.chat.Rest.NONE));
  }

  @Test
  @DisplayName("case 51: a seal whose maker is not known is nobody's")
  void sealsOfUnknownMakers() {
    Disguise disguise =
        Codec.fromOpenAi(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                ConverseAbilities.LEAST)
            .disguise();

    assertThat(disguise.issuer()).isEqualTo(Signature.UNKNOWN);
  }

  @Test
  @DisplayName("case 51: seals of other makers find their way home through a client")
  void foreignSealsComeHome() {
    for (Signature seal :
        List.of(
            new Signature("c2ln", Signature.CLAUDE),
            new Signature("not base 64!", Signature.CLAUDE),
            new Signature("opaque", Signature.GEMINI),
            new Signature("x", Signature.UNKNOWN))) {
      assertThat(Redacted.read(Redacted.write(seal), Signature.CLAUDE)).isEqualTo(seal);
      assertThat(Redacted.write(seal)).matches("[A-Za-z0-9+/=]+");
    }
    assertThat(Redacted.read("", Signature.CLAUDE)).isNull();
    assertThat(Redacted.read("%%%", Signature.CLAUDE))
        .isEqualTo(new Signature("%%%", Signature.CLAUDE));
  }

  @Test
  @DisplayName("case 55: the prompt is input, cache reads and cache writes; zero is not nothing")
  void cachedInput() {
    ChatResponse cached =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[]}},\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":345,\"cacheReadInputTokens\":100,\"cacheWriteInputTokens\":230,"
                + "\"cacheDetails\":[{\"ttl\":\"1h\",\"inputTokens\":200},{\"ttl\":\"5m\",\"inputTokens\":30}]}}");

    assertThat(cached.usage())
        .isEqualTo(
            Usage.builder()
                .prompt(340)
                .cached(100)
                .cacheWrite(230)
                .cacheWriteHour(200)
                .completion(5)
                .total(345)
                .build());
    Losses losses = new Losses();
    assertThat(Codec.answer(Codec.text(cached, losses)).usage()).isEqualTo(cached.usage());

    ChatResponse zero =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[]}},\"usage\":{\"inputTokens\":10,\"outputTokens\":0,\"cacheReadInputTokens\":0}}");
    assertThat(zero.usage().cachedTokens()).isZero();
    assertThat(zero.usage().completionTokens()).isZero();
    assertThat(zero.usage().cacheWriteTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(Codec.answer("{\"output\":{\"message\":{\"content\":[]}}}").usage())
        .isEqualTo(Usage.NONE);
  }

  @Test
  @DisplayName("case 55: the older names of the cache's figures count where the newer are missing")
  void olderNames() {
    Usage usage =
        Codec.answer(
                "{\"output\":{\"message\":{\"content\":[]}},\"usage\":{\"inputTokens\":10,\"outputTokens\":1,\"cacheReadInputTokenCount\":7,\"cacheWriteInputTokenCount\":3}}")
            .usage();

    assertThat(usage.promptTokens()).isEqualTo(20);
    assertThat(usage.cachedTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @DisplayName("case 62: why answers end")
  @CsvSource({
    "end_turn, STOP",
    "stop_sequence, STOP",
    "max_tokens, LENGTH",
    "model_context_window_exceeded, LENGTH",
    "guardrail_intervened, CONTENT_FILTER",
    "content_filtered, CONTENT_FILTER",
    "malformed_model_output, ERROR",
    "malformed_tool_use, ERROR",
    "something_new, OTHER"
  })
  void finishes(String word, FinishReason reason) {
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[{\"text\":\"a\"}]}},\"stopReason\":\""
                + word
                + "\"}");

    assertThat(answer.choices().getFirst().finish()).isEqualTo(new Finish(reason, word, null));
    if (reason != FinishReason.OTHER) {
      assertThat(Codec.write(answer, new Losses()).path("stopReason").asString()).isEqualTo(word);
    }
  }

  @Test
  @DisplayName("case 39: the text that ended an answer, where the model tells it")
  void stopTexts() {
    String json =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[]}},\"stopReason\":\"stop_sequence\",\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3},\"additionalModelResponseFields\":{\"stop_sequence\":\"END\",\"x\":1}}";

    ChatResponse answer = Codec.answer(json);

    assertThat(answer.choices().getFirst().finish().stopSequence()).isEqualTo("END");
    assertThat(Codec.text(answer, new Losses())).isEqualTo(json);
  }

  @Test
  @DisplayName("the field's losses: a guardrail's trace does not break the parser")
  void guardrailTraces() {
    String trace =
        "{\"guardrail\":{\"modelOutput\":[\"a\"],\"inputAssessment\":{\"x\":{\"new\":[1e9,null]}}}}";
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[{\"text\":\"no\"}]}},\"stopReason\":\"guardrail_intervened\",\"trace\":"
                + trace
                + "}");

    assertThat(answer.rest().find("trace").text()).isEqualTo(trace);
    List<ChatEvent> events =
        Codec.events(
            START, STOP, "metadata {\"trace\":" + trace + ",\"metrics\":{\"latencyMs\":1}}");
    assertThat(events.getLast()).isEqualTo(new ChatEvent.End());
    byte[] again = Codec.write(events, new Losses());
    assertThat(Codec.events(again, again.length)).isEqualTo(events);
  }

  @Test
  void citationsSpeakOfTheirBlock() {
    String block =
        "{\"citationsContent\":{\"content\":[{\"text\":\"Paris\"}],\"citations\":[{\"title\":\"t\",\"sourceContent\":[{\"text\":\"q\"}],\"location\":{\"web\":{\"url\":\"https://example.com\",\"domain\":\"example.com\"}}}]}}";
    String json =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"In \"},"
            + block
            + "]}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3}}";

    ChatResponse answer = Codec.answer(json);

    Message.Assistant message = answer.choices().getFirst().message();
    assertThat(message.text()).isEqualTo("In Paris");
    assertThat(message.citations()).hasSize(1);
    assertThat(message.citations().getFirst().url()).isEqualTo("https://example.com");
    assertThat(message.citations().getFirst().from()).isEqualTo(3);
    assertThat(message.citations().getFirst().to()).isEqualTo(8);
    assertThat(Recordings.MAPPER.readTree(Codec.text(answer, new Losses())))
        .isEqualTo(Recordings.MAPPER.readTree(json));

    List<ChatEvent> events =
        Codec.events(
            START,
            TEXT,
            "contentBlockDelta"
                + " {\"contentBlockIndex\":0,\"delta\":{\"citation\":{\"title\":\"t\",\"sourceContent\":[{\"text\":\"q\"}]}}}",
            blockStop(0),
            STOP);
    assertThat(Assembled.of(events).choices.get(0).citations)
        .singleElement()
        .satisfies(citation -> assertThat(citation.to()).isEqualTo(2));
  }
}
