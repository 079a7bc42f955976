package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.rewording.Disguise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The hard cases of answers and errors, whole and streamed. */
class AnswerCasesTest {

  private static final String START =
      "{\"id\":\"a1\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\","
          + "\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}}";
  private static final String DONE = "[DONE]";

  private static String end(String word) {
    return "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\""
        + word
        + "\",\"usage\":{\"billed_units\":{\"input_tokens\":3,\"output_tokens\":4},"
        + "\"tokens\":{\"input_tokens\":30,\"output_tokens\":5}}}}";
  }

  private static String content(String type, int index, String inner) {
    return "{\"type\":\""
        + type
        + "\",\"index\":"
        + index
        + ",\"delta\":{\"message\":{\"content\":"
        + inner
        + "}}}";
  }

  @ParameterizedTest
  @DisplayName("case 62: every reason to end has its word")
  @CsvSource({
    "COMPLETE, STOP",
    "STOP_SEQUENCE, STOP",
    "MAX_TOKENS, LENGTH",
    "TOOL_CALL, TOOL_CALLS",
    "ERROR, ERROR",
    "TIMEOUT, ERROR",
    "SOMETHING_NEW, OTHER"
  })
  void finishReasonsOfWholeAnswers(String word, FinishReason reason) {
    ChatResponse response =
        Codec.answer("{\"id\":\"1\",\"message\":{},\"finish_reason\":\"" + word + "\"}");

    Finish finish = response.choices().getFirst().finish();
    assertThat(finish).isEqualTo(new Finish(reason, word, null));
    if (reason != FinishReason.OTHER) {
      assertThat(Codec.write(response, new Losses()).path("finish_reason").asString())
          .isEqualTo(word);
    }
  }

  @Test
  @DisplayName("case 61: what is billed is the usage, and all tokens are kept beside it")
  void billedUnitsAreTheUsageAndAllTokensAreKept() {
    ChatResponse response =
        Codec.answer(
            """
            {"message":{},"finish_reason":"COMPLETE","usage":{
             "billed_units":{"input_tokens":12,"output_tokens":65.0,"search_units":1},
             "tokens":{"input_tokens":212,"output_tokens":65},"cached_tokens":208}}\
            """);

    Usage usage = response.usage();
    assertThat(usage.promptTokens()).isEqualTo(12);
    assertThat(usage.completionTokens()).isEqualTo(65);
    // They are counted among the 212, of which 200 cost nothing: none of the twelve.
    assertThat(usage.cachedTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(response.usageRest().find("tokens").text()).contains("212");
    assertThat(response.usageRest().find("cached_tokens").text()).isEqualTo("208");
    assertThat(Codec.write(response, new Losses()).path("usage").toString())
        .isEqualTo(
            "{\"billed_units\":{\"input_tokens\":12,\"output_tokens\":65,\"search_units\":1},"
                + "\"tokens\":{\"input_tokens\":212,\"output_tokens\":65},\"cached_tokens\":208}");
  }

  @Test
  @DisplayName(
      "cases 58 and 61: where nothing is said of the bill the tokens count, and nought is a figure")
  void withoutBilledUnitsTheTokensCountAndNoughtIsAFigure() {
    Usage counted =
        Codec.answer(
                """
                {"message":{},"finish_reason":"COMPLETE","usage":{
                 "tokens":{"input_tokens":9,"output_tokens":0},"cached_tokens":8}}\
                """)
            .usage();
    Usage silent = Codec.answer("{\"message\":{},\"finish_reason\":\"COMPLETE\"}").usage();

    assertThat(counted.promptTokens()).isEqualTo(9);
    assertThat(counted.completionTokens()).isZero();
    assertThat(counted.cachedTokens()).isEqualTo(8);
    assertThat(silent).isEqualTo(Usage.NONE);
  }

  @Test
  @DisplayName("case 62: an answer that ended in an error is none")
  void anErrorIsNoAnswer() {
    assertThatThrownBy(() -> Codec.answer("{\"id\":\"1\",\"message\":\"no\"}"))
        .isInstanceOf(MisshapenJson.class);
  }

  @Test
  @DisplayName("case 50: plans are thoughts, and come out as plans")
  void plansAreThoughtsAndComeOutAsPlans() {
    String answer =
        """
        {"id":"1","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"I will",
         "tool_calls":[{"id":"f_1","type":"function","function":{"name":"f","arguments":"{}"}}]}}\
        """;

    ChatResponse response = Codec.answer(answer);

    List<Part> parts = response.choices().getFirst().message().parts();
    assertThat(((Part.Thinking) parts.getFirst()).text()).isEqualTo("I will");
    assertThat(((Part.ToolCall) parts.getLast()).id()).isEqualTo("f_1");
    assertThat(Codec.write(response, new Losses())).isEqualTo(Codec.MAPPER.readTree(answer));
  }

  @Test
  @DisplayName("case 27: citations speak of the message's text and name their source")
  void citationsSpeakOfTheMessagesTextAndNameTheirSource() {
    String answer =
        """
        {"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[
          {"type":"thinking","thinking":"hm"},{"type":"text","text":"a😀"},
          {"type":"text","text":"xyz"}],
         "citations":[{"start":1,"end":2,"content_index":2,"text":"y","sources":[
           {"type":"document","id":"d1","document":{"url":"https://example.com","title":"T",
            "snippet":"the y"}}],"type":"TEXT_CONTENT"},
          {"start":0,"end":1,"text":"a","sources":[{"type":"tool","id":"f:0",
            "tool_output":{"content":"A"}}]},
          {"start":4,"end":6,"text":"hm","type":"THINKING_CONTENT","content_index":0,
           "sources":[]}]}}\
        """;

    ChatResponse response = Codec.answer(answer);

    List<Citation> citations = response.choices().getFirst().message().citations();
    assertThat(citations).hasSize(3);
    assertThat(citations.get(0))
        .returns("https://example.com", Citation::url)
        .returns("T", Citation::title)
        .returns("the y", Citation::quote)
        .returns(3L, Citation::from)
        .returns(4L, Citation::to);
    assertThat(citations.get(1))
        .returns("f:0", Citation::title)
        .returns("A", Citation::quote)
        .returns(0L, Citation::from);
    assertThat(citations.get(2).from()).isEqualTo(Citation.UNKNOWN);
    assertThat(Codec.write(response, new Losses())).isEqualTo(Codec.MAPPER.readTree(answer));
  }

  @Test
  void answersOfOtherProvidersFitIn() {
    Message.Assistant said =
        new Message.Assistant(
            List.of(
                new Part.Thinking(
                    "hm", Part.Thinking.Form.FULL, new Signature("s", "x"), Rest.NONE),
                new Part.Text("t"),
                new Part.ToolCall("c", "f", "")),
            null,
            List.of(new Citation("https://example.com", "T", "Q", 0, 1, Rest.NONE)),
            null,
            Rest.NONE);
    ChatResponse response =
        new ChatResponse(
            null,
            1,
            "m",
            null,
            List.of(new Choice(0, said, new Finish(FinishReason.STOP), null, Rest.NONE)),
            Usage.builder().prompt(10).completion(2).cached(4).build(),
            Rest.NONE,
            Rest.NONE);
    Losses losses = new Losses();

    JsonNode written = Codec.write(response, losses);

    assertThat(written.at("/id").asString()).isEqualTo("made-up");
    assertThat(written.at("/finish_reason").asString()).isEqualTo("TOOL_CALL");
    assertThat(written.at("/message/content/0/thinking").asString()).isEqualTo("hm");
    assertThat(written.at("/message/tool_calls/0/function/arguments").asString()).isEqualTo("{}");
    assertThat(written.at("/message/citations/0/sources/0/document/url").asString())
        .isEqualTo("https://example.com");
    assertThat(written.at("/message/citations/0/content_index").asInt()).isOne();
    assertThat(written.at("/usage/billed_units/input_tokens").asInt()).isEqualTo(10);
    assertThat(written.at("/usage/cached_tokens").asInt()).isEqualTo(4);
    assertThat(losses.fields()).containsExactly("message.reasoning_details");
  }

  @Test
  @DisplayName("cases 25 and 64: a stream tells thoughts, text, plan, calls and citations in order")
  void aStreamTellsThoughtsTextPlanCallsAndCitations() {
    List<ChatEvent> events =
        Codec.events(
            START,
            content("content-start", 0, "{\"type\":\"thinking\",\"thinking\":\"\"}"),
            content("content-delta", 0, "{\"thinking\":\"hm\"}"),
            "{\"type\":\"content-end\",\"index\":0}",
            content("content-start", 1, "{\"type\":\"text\",\"text\":\"a\"}"),
            content("content-delta", 1, "{\"text\":\"bc\"}"),
            "{\"type\":\"content-end\",\"index\":1}",
            content("content-start", 2, "{\"type\":\"text\",\"text\":\"\"}"),
            content("content-delta", 2, "{\"text\":\"xyz\"}"),
            """
            {"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":1,"end":2,
             "content_index":2,"text":"y","sources":[{"type":"document","id":"d"}],
             "type":"TEXT_CONTENT"}}}}\
            """,
            "{\"type\":\"citation-end\",\"index\":0}",
            "{\"type\":\"tool-plan-delta\",\"delta\":{\"message\":{\"tool_plan\":\"I will\"}}}",
            """
            {"type":"tool-call-start","index":4,"delta":{"message":{"tool_calls":{"id":"f_1",
             "type":"function","function":{"name":"f","arguments":""}}}}}\
            """,
            """
            {"type":"tool-call-delta","index":4,"delta":{"message":{"tool_calls":{"function":
             {"arguments":"{\\"a\\":1}"}}}}}\
            """,
            "{\"type\":\"tool-call-end\",\"index\":4}",
            """
            {"type":"tool-call-start","index":5,"delta":{"message":{"tool_calls":{"id":"",
             "type":"function","function":{"name":"g","arguments":""}}}}}\
            """,
            "{\"type\":\"something-new\",\"delta\":7}",
            end("TOOL_CALL"),
            DONE);

    Assembled answer = Assembled.of(events);
    Assembled.Piece piece = answer.choices.get(0);
    assertThat(answer.start.id()).isEqualTo("a1");
    assertThat(piece.reasoning.toString()).isEqualTo("hmI will");
    assertThat(
            events.stream()
                .filter(ChatEvent.ReasoningDelta.class::isInstance)
                .map(event -> ((ChatEvent.ReasoningDelta) event).block())
                .distinct())
        .hasSize(2);
    assertThat(piece.text.toString()).isEqualTo("abcxyz");
    assertThat(piece.citations.getFirst().from()).isEqualTo(4);
    assertThat(piece.calls.getFirst().toString()).isEqualTo("f_1 f {\"a\":1}");
    assertThat(piece.calls.getLast().name).isEqualTo("g");
    assertThat(piece.calls.getLast().id).hasSize(9);
    assertThat(piece.calls.getLast().arguments.toString()).isEqualTo("{}");
    assertThat(piece.finish.reason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(answer.usage.promptTokens()).isEqualTo(3);
    assertThat(answer.usage.completionTokens()).isEqualTo(4);
    assertThat(answer.last).isInstanceOf(ChatEvent.End.class);
  }

  @Test
  void aStreamThatSaysWhyItEndedIsCompleteWithoutItsMark() {
    assertThat(Codec.events(START, end("COMPLETE")).getLast()).isInstanceOf(ChatEvent.End.class);
    assertThat(Codec.events(START).getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(Codec.events(START, DONE).getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(Codec.events(START, "{\"type\":\"message-end\",\"delta\":{}}", DONE).getLast())
        .isInstanceOf(ChatEvent.Failure.class);
  }

  @ParameterizedTest
  @DisplayName("cases 56 and 65: a stream that ends badly fails, and keeps its usage")
  @CsvSource({"ERROR, 502", "TIMEOUT, 504"})
  void aStreamThatEndsBadlyFailsAndKeepsItsUsage(String word, int status) {
    List<ChatEvent> events = Codec.events(START, end(word), DONE);

    Assembled answer = Assembled.of(events);
    assertThat(answer.usage.promptTokens()).isEqualTo(3);
    assertThat(events).noneMatch(ChatEvent.Finished.class::isInstance);
    Fault fault = ((ChatEvent.Failure) answer.last).fault();
    assertThat(((Fault.UpstreamFailed) fault).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @DisplayName("case 65: an error in the middle of a stream is its end")
  @ValueSource(
      strings = {
        "{\"message\":\"too many tokens: 9 > 8\",\"id\":\"1\"}",
        "{\"type\":\"error\",\"message\":\"too many tokens: 9 > 8\"}",
        "{\"type\":\"message-end\",\"delta\":{\"error\":\"too many tokens\","
            + "\"finish_reason\":\"ERROR\"}}"
      })
  void anErrorInTheMiddleOfAStreamIsItsEnd(String frame) {
    ChatEvent last = Codec.events(START, frame, end("COMPLETE"), DONE).getLast();

    assertThat(((ChatEvent.Failure) last).fault()).isInstanceOf(Fault.ContextTooLong.class);
  }

  @Test
  void aPieceOfNothingIsRefused() {
    assertThatThrownBy(() ->
            Codec.events(
                START, "{\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{\"message\":{}}}"))
        .isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> Codec.events(START, "{\"type\":\"content-delta\",\"index\":0}"))
        .isInstanceOf(MisshapenJson.class);
  }

  @Test
  @DisplayName("case 29: free text is unwrapped when it is complete")
  void freeTextIsUnwrappedWhenItIsComplete() {
    Disguise disguise =
        Codec.asking("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"grep\"}}]").disguise();

    Assembled answer =
        Assembled.of(
            Codec.events(
                List.of(
                    START,
                    """
                    {"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"1",
                     "function":{"name":"grep","arguments":"{\\"inp"}}}}}\
                    """,
                    """
                    {"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{
                     "function":{"arguments":"ut\\":\\"a b\\"}"}}}}}\
                    """,
                    "{\"type\":\"tool-call-end\",\"index\":0}",
                    end("TOOL_CALL"),
                    DONE),
                disguise));

    assertThat(answer.choices.get(0).calls.getFirst().toString()).isEqualTo("1 grep a b");
  }

  @Test
  void streamsOfOtherProvidersFitIn() {
    Losses losses = new Losses();
    List<ChatEvent> told =
        List.of(
            new ChatEvent.Start(null, 1, "m", null, Rest.NONE),
            new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.FULL, "hm"),
            new ChatEvent.TextDelta(0, "ab"),
            new ChatEvent.CitationFound(
                0, new Citation("https://example.com", "T", null, 0, 1, Rest.NONE)),
            new ChatEvent.ToolCallStart(0, 0, "c0", "f", Part.ToolCall.Kind.FUNCTION, null),
            new ChatEvent.ToolCallDelta(0, 0, "{}"),
            new ChatEvent.ToolCallStart(0, 1, "c1", "grep", Part.ToolCall.Kind.CUSTOM, null),
            new ChatEvent.ToolCallDelta(0, 1, "a\n"),
            new ChatEvent.TextDelta(1, "another choice"),
            new ChatEvent.Finished(0, new Finish(FinishReason.STOP)),
            new ChatEvent.UsageReport(Usage.builder().prompt(1).completion(2).build(), Rest.NONE),
            new ChatEvent.End());

    List<String> frames = Codec.frames(told, losses);

    Assembled again = Assembled.of(Codec.events(frames, Disguise.NONE));
    Assembled.Piece piece = again.choices.get(0);
    assertThat(again.start.id()).isEqualTo("made-up");
    assertThat(piece.text.toString()).isEqualTo("ab");
    assertThat(piece.reasoning.toString()).isEqualTo("hm");
    assertThat(piece.citations.getFirst().url()).isEqualTo("https://example.com");
    assertThat(piece.calls.getFirst().toString()).isEqualTo("c0 f {}");
    assertThat(piece.calls.getLast().toString()).isEqualTo("c1 grep {\"input\":\"a\\n\"}");
    assertThat(piece.finish.reason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(again.usage.completionTokens()).isEqualTo(2);
    assertThat(again.last).isInstanceOf(ChatEvent.End.class);
    assertThat(losses.fields()).containsExactly("choices");
    assertThat(frames.getLast()).contains("message-end");
  }

  @Test
  void aStreamThatFailsBeforeItSaidAnythingHasNotBegun() {
    List<String> frames =
        Codec.frames(
            List.of(
                new ChatEvent.Start("a", 1, "m", null, Rest.NONE),
                new ChatEvent.Failure(new Fault.UpstreamUnreachable("gone"))),
            new Losses());

    assertThat(frames).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("case 67: errors are read, and shown without keys")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "{\"id\":\"1\",\"message\":\"model 'x' not found, make sure\"}"
            + "|model 'x' not found, make sure|model_not_found|model",
        "{\"message\":\"too many tokens: total\"}|too many tokens: total"
            + "|context_length_exceeded|-",
        "{\"message\":\"limited to 1000 API calls / month\"}|limited to 1000 API calls / month"
            + "|insufficient_quota|-",
        "{\"message\":\"limited to 20 API calls / minute\"}|limited to 20 API calls / minute|-|-",
        "{\"error\":{\"message\":\"bad gateway\"}}|bad gateway|-|-",
        "{\"message\":\"no, sk-abcdefghijk\"}|no, ***|-|-",
        "<html>|-|-|-",
        "[]|-|-|-"
      })
  void errorsAreReadAndScrubbed(String body, String message, String code, String param) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

    assertThat(CohereErrors.read(bytes, 0, bytes.length))
        .isEqualTo(new ProviderError(message, null, code, param));
  }
}
