package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Fault;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.rewording.Allowance;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hard cases of answers and streams that come from a provider. */
class StreamCasesTest {

  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"c\",\"content\":[],"
          + "\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20,\"output_tokens\":1,\"service_tier\":\"standard\"}}}";
  private static final String END = "{\"type\":\"message_stop\"}";

  private static String begin(int index, String block) {
    return "{\"type\":\"content_block_start\",\"index\":"
        + index
        + ",\"content_block\":"
        + block
        + "}";
  }

  private static String call(int index, String id, String name) {
    return begin(
        index,
        "{\"type\":\"tool_use\",\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"input\":{}}");
  }

  private static String piece(int index, String delta) {
    return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
  }

  private static String json(int index, String text) {
    return piece(
        index,
        "{\"type\":\"input_json_delta\",\"partial_json\":"
            + Recordings.MAPPER.writeValueAsString(text)
            + "}");
  }

  private static String text(int index, String text) {
    return piece(
        index,
        "{\"type\":\"text_delta\",\"text\":" + Recordings.MAPPER.writeValueAsString(text) + "}");
  }

  private static String stop(int index) {
    return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
  }

  private static String finish(String reason) {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
        + reason
        + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":7}}";
  }

  private static Assembled of(String... frames) {
    return Assembled.of(Codec.events(frames));
  }

  @Test
  @DisplayName("case 25: calls are counted from 0, whatever blocks stand before them")
  void callsAreCountedByThemselves() {
    List<ChatEvent> events =
        Codec.events(
            START,
            begin(0, "{\"type\":\"text\",\"text\":\"\"}"),
            text(0, "so"),
            stop(0),
            call(1, "a", "f"),
            json(1, ""),
            json(1, "{\"x\":"),
            json(1, "1}"),
            stop(1),
            call(2, "b", "f"),
            json(2, "{}"),
            stop(2),
            finish("tool_use"),
            END);

    assertThat(Assembled.of(events).choices.get(0).calls).hasToString("[a f {\"x\":1}, b f {}]");
    assertThat(events)
        .filteredOn(ChatEvent.ToolCallStart.class::isInstance)
        .extracting(event -> ((ChatEvent.ToolCallStart) event).call())
        .containsExactly(0, 1);
  }

  @Test
  @DisplayName(
      "case 25: a call without arguments gets an empty object, one with them at once keeps them")
  void callsWithoutPieces() {
    Assembled answer =
        of(
            START,
            call(0, "a", "f"),
            stop(0),
            begin(1, "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"g\",\"input\":{\"x\": 1.0}}"),
            stop(1),
            call(2, "c", "h"),
            // Not ended: the answer's end does it.
            finish("tool_use"),
            END);

    assertThat(answer.choices.get(0).calls).hasToString("[a f {}, b g {\"x\": 1.0}, c h {}]");
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
  }

  @Test
  @DisplayName("case 16: a call without an id gets one of its own")
  void callsWithoutIds() {
    Assembled answer = of(START, call(0, "", "f"), stop(0), call(1, "", "f"), stop(1));

    assertThat(answer.choices.get(0).calls)
        .extracting(made -> made.id)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("[0-9A-Za-z]{9}"));
  }

  @Test
  @DisplayName("case 26: a call is complete when the answer is, not when its arguments look so")
  void aCutBehindCompleteArgumentsIsACut() {
    List<ChatEvent> events = Codec.events(START, call(0, "a", "f"), json(0, "{\"x\":1}"), stop(0));

    assertThat(events.getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(events).noneMatch(ChatEvent.Finished.class::isInstance);
  }

  @Test
  @DisplayName("case 27: what the provider runs itself is no call, and keeps its input")
  void serverToolsAreForeign() {
    List<ChatEvent> events =
        Codec.events(
            START,
            begin(
                0,
                "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{},\"x\":\"input\"}"),
            json(0, "{\"query\":"),
            json(0, " \"q\"}"),
            stop(0),
            begin(1, "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"s\",\"content\":[]}"),
            stop(1),
            finish("end_turn"),
            END);

    List<Part.Foreign> foreign = new ArrayList<>();
    events.forEach(event -> {
      if (event instanceof ChatEvent.ForeignPart found) {
        foreign.add(found.part());
      }
    });
    assertThat(foreign)
        .extracting(Part.Foreign::type)
        .containsExactly("server_tool_use", "web_search_tool_result");
    assertThat(foreign.getFirst().json().text())
        .isEqualTo(
            "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"query\": \"q\"},\"x\":\"input\"}");
    assertThat(Assembled.of(events).choices.get(0).calls).isEmpty();
  }

  @Test
  @DisplayName("case 27: citations speak of the whole of their text")
  void citationsHaveTheirPlace() {
    Assembled answer =
        of(
            START,
            begin(0, "{\"type\":\"text\",\"text\":\"\"}"),
            text(0, "ab"),
            stop(0),
            begin(1, "{\"type\":\"text\",\"text\":\"\",\"citations\":[]}"),
            piece(
                1,
                "{\"type\":\"citations_delta\",\"citation\":{\"type\":\"char_location\",\"cited_text\":\"q\",\"document_index\":0,\"document_title\":\"d\"}}"),
            text(1, "cde"),
            stop(1));

    assertThat(answer.choices.get(0).citations)
        .singleElement()
        .satisfies(citation -> {
          assertThat(citation.quote()).isEqualTo("q");
          assertThat(citation.title()).isEqualTo("d");
          assertThat(citation.from()).isEqualTo(2);
          assertThat(citation.to()).isEqualTo(5);
        });
  }

  @Test
  @DisplayName("case 51: thoughts keep their seals, their blocks and their order")
  void thoughtsAreSealed() {
    List<ChatEvent> events =
        Codec.events(
            START,
            begin(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
            piece(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"),
            piece(0, "{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}"),
            stop(0),
            begin(1, "{\"type\":\"redacted_thinking\",\"data\":\"ZGF0YQ==\"}"),
            stop(1),
            begin(2, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"b25seQ==\"}"),
            stop(2));

    assertThat(events.subList(2, 6))
        .containsExactly(
            new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.FULL, "hm"),
            new ChatEvent.ReasoningSignature(0, 0, new Signature("c2ln", Signature.CLAUDE)),
            new ChatEvent.SealedReasoning(0, 1, new Signature("ZGF0YQ==", Signature.CLAUDE)),
            new ChatEvent.ReasoningSignature(0, 2, new Signature("b25seQ==", Signature.CLAUDE)));
  }

  @Test
  @DisplayName("cases 54, 55: the prompt holds what was cached, the completion what was thought")
  void usageByConvention() {
    Usage usage =
        Codec.answer(
                "{\"content\":[],\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20,"
                    + "\"cache_creation\":{\"ephemeral_5m_input_tokens\":15,\"ephemeral_1h_input_tokens\":5},\"output_tokens\":9,\"output_tokens_details\":{\"thinking_tokens\":4}}}")
            .usage();

    assertThat(usage.promptTokens()).isEqualTo(130);
    assertThat(usage.uncachedTokens()).isEqualTo(10);
    assertThat(usage.cachedTokens()).isEqualTo(100);
    assertThat(usage.cacheWriteTokens()).isEqualTo(20);
    assertThat(usage.cacheWriteHourTokens()).isEqualTo(5);
    assertThat(usage.cacheWriteFiveMinuteTokens()).isEqualTo(15);
    assertThat(usage.completionTokens()).isEqualTo(9);
    assertThat(usage.reasoningTokens()).isEqualTo(4);
    assertThat(usage.answerTokens()).isEqualTo(5);
  }

  @Test
  @DisplayName("case 56: a stream's reports are cumulative, and its first output means nothing")
  void usageOfStreams() {
    assertThat(of(START).usage.completionTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(of(START).usage.promptTokens()).isEqualTo(130);

    Assembled answer =
        of(
            START,
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":3}}",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":100,\"output_tokens\":7}}",
            END);

    assertThat(answer.usage.promptTokens()).isEqualTo(132);
    assertThat(answer.usage.completionTokens()).isEqualTo(7);
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
  }

  @Test
  @DisplayName("case 58: zero is a figure, and missing is none")
  void zeroAndMissing() {
    Usage usage =
        Codec.answer(
                "{\"content\":[],\"usage\":{\"input_tokens\":1,\"cache_read_input_tokens\":0}}")
            .usage();

    assertThat(usage.cachedTokens()).isZero();
    assertThat(usage.cacheWriteTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(usage.completionTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(Codec.answer("{\"content\":[]}").usage()).isEqualTo(Usage.NONE);
  }

  @Test
  @DisplayName("case 60: tokens that cost otherwise are kept beside the others")
  void iterationsAreKept() {
    ChatResponse answer =
        Codec.answer(
            "{\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"iterations\":[{\"type\":\"advisor_message\",\"model\":\"o\",\"input_tokens\":5}]}}");

    assertThat(answer.usageRest().find("iterations").text()).contains("advisor_message");
  }

  @ParameterizedTest
  @DisplayName("case 62: every reason to stop has its word, and the provider's own is kept")
  @CsvSource({
    "end_turn, STOP",
    "stop_sequence, STOP",
    "pause_turn, STOP",
    "max_tokens, LENGTH",
    "model_context_window_exceeded, LENGTH",
    "tool_use, TOOL_CALLS",
    "refusal, CONTENT_FILTER",
    "brand_new, OTHER"
  })
  void reasonsToStop(String word, FinishReason reason) {
    Assembled answer = of(START, finish(word), END);
    assertThat(answer.choices.get(0).finish.reason()).isEqualTo(reason);
    assertThat(answer.choices.get(0).finish.providerReason()).isEqualTo(word);
    assertThat(
            Codec.answer("{\"content\":[],\"stop_reason\":\"" + word + "\"}")
                .choices()
                .getFirst()
                .finish())
        .isEqualTo(answer.choices.get(0).finish);
  }

  @Test
  @DisplayName("case 64: an answer starts once and finishes once, behind all content")
  void oneStartAndOneFinish() {
    List<ChatEvent> events =
        Codec.events(
            START,
            START,
            begin(0, "{\"type\":\"text\",\"text\":\"a\"}"),
            text(0, "b"),
            finish("end_turn"),
            finish("max_tokens"),
            END,
            START);

    assertThat(Assembled.of(events).choices.get(0).text).hasToString("ab");
    assertThat(events).filteredOn(ChatEvent.Finished.class::isInstance).hasSize(1);
    assertThat(events.indexOf(new ChatEvent.TextDelta(0, "b"))).isLessThan(events.size() - 3);
  }

  @Test
  @DisplayName("case 65: an error in a stream ends it, and so does its end without a reason")
  void brokenStreams() {
    ChatEvent overloaded =
        Codec.events(
                START,
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
                finish("end_turn"),
                END)
            .getLast();
    assertThat(overloaded)
        .isEqualTo(
            new ChatEvent.Failure(
                new Fault.UpstreamFailed("Overloaded", 529, "overloaded_error", null, null, null)));
    // As the very first event it is a failure before the start.
    assertThat(
            Codec.events(
                "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow\"}}"))
        .singleElement()
        .isInstanceOfSatisfying(
            ChatEvent.Failure.class,
            failure ->
                assertThat(failure.fault())
                    .isInstanceOfSatisfying(
                        Fault.UpstreamFailed.class,
                        fault -> assertThat(fault.status()).isEqualTo(429)));
    for (List<String> cut :
        List.of(
            List.<String>of(),
            List.of(START),
            List.of(START, finish("end_turn")),
            List.of(START, END))) {
      assertThat(Codec.events(cut, Disguise.NONE).getLast()).isInstanceOf(ChatEvent.Failure.class);
    }
  }

  @Test
  @DisplayName("case 66: pings and unknown events are passed over")
  void pings() {
    assertThat(Codec.events("{\"type\": \"ping\"}", "{\"type\":\"brand_new\",\"x\":1}", START))
        .hasSize(3)
        .first()
        .isInstanceOf(ChatEvent.Start.class);
  }

  @Test
  @DisplayName("case 70: new forms of pieces and fields break nothing")
  void newForms() {
    List<ChatEvent> events =
        Codec.events(
            START.replace("\"content\":[]", "\"content\":[],\"container\":{\"id\":\"c\"}"),
            begin(0, "{\"type\":\"text\",\"text\":\"\"}"),
            piece(0, "{\"type\":\"brand_new_delta\",\"x\":1.0}"),
            text(0, "a"),
            stop(0),
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"container\":{\"id\":\"d\"}},\"usage\":{\"output_tokens\":null},\"context_management\":{\"e\":1}}",
            END);

    assertThat(Assembled.of(events).start.rest().find("container").text())
        .isEqualTo("{\"id\":\"c\"}");
    assertThat(events)
        .filteredOn(ChatEvent.Extra.class::isInstance)
        .extracting(event -> ((ChatEvent.Extra) event).rest().members().getFirst().name())
        .containsExactly("delta", "context_management");
    assertThat(Assembled.of(events).choices.get(0).text).hasToString("a");
  }

  @Test
  void piecesOfNoBlockAndBlocksWithoutEndAreRefused() {
    assertThatThrownBy(() -> Codec.events(START, text(0, "a"))).isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> Codec.events(START, call(0, "a", "")))
        .isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> Codec.events(START, "{\"type\":\"content_block_start\",\"index\":0}"))
        .isInstanceOf(MisshapenJson.class);
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= 5000; i++) {
      many.add(begin(i, "{\"type\":\"text\",\"text\":\"\"}"));
    }
    assertThatThrownBy(() -> Codec.events(many, Disguise.NONE)).isInstanceOf(MisshapenJson.class);
    List<String> calls = new ArrayList<>();
    for (int i = 0; i <= 5000; i++) {
      calls.add(call(0, "a" + i, "f"));
    }
    assertThatThrownBy(() -> Codec.events(calls, Disguise.NONE)).isInstanceOf(MisshapenJson.class);
  }

  @Test
  void whatIsKeptIsBoundedForAllBlocksTogether() {
    String megabyte = "x".repeat(1 << 20);
    String source =
        "{\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"" + megabyte + "\"}}";
    for (List<String> flood :
        List.of(
            List.of(begin(0, "{\"type\":\"server_tool_use\",\"input\":{}}"), json(0, megabyte)),
            List.of(begin(0, "{\"type\":\"text\",\"text\":\"\"}"), piece(0, source)),
            List.of(START, begin(0, "{\"type\":\"new\",\"x\":\"" + megabyte + "\"}")))) {
      AnthropicEventDecoder decoder = new AnthropicEventDecoder(Disguise.NONE);
      byte[] first = flood.getFirst().getBytes(StandardCharsets.UTF_8);
      byte[] more = flood.getLast().getBytes(StandardCharsets.UTF_8);
      decoder.frame(first, 0, first.length, _ -> {});
      for (int i = 1; i < Allowance.KEPT_MAX >> 20; i++) {
        decoder.frame(more, 0, more.length, _ -> {});
      }

      assertThatThrownBy(
              () -> {
                decoder.frame(more, 0, more.length, _ -> {});
                decoder.frame(more, 0, more.length, _ -> {});
              })
          .isInstanceOf(MisshapenJson.class);
    }
  }
}
