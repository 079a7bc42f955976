package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiChunksTest {

  private static final OpenAiAnswerOptions OPTIONS =
      OpenAiAnswersTest.options(ToolSettings.Style.TOOLS);
  private static final Finish STOP = new Finish(FinishReason.STOP);

  private static List<ChatEvent> decode(String... frames) {
    List<ChatEvent> events = new ArrayList<>();
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    for (String frame : frames) {
      byte[] bytes = ("xx" + frame + "yy").getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 2, bytes.length - 2, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  private static String delta(String members) {
    return "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{" + members + "}}]}";
  }

  private static String calls(String calls) {
    return delta("\"tool_calls\":[" + calls + "]");
  }

  private static String finish(String word) {
    return "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\""
        + word
        + "\"}]}";
  }

  static List<String> encode(OpenAiAnswerOptions options, List<ChatEvent> events) {
    List<String> frames = new ArrayList<>();
    OpenAiChunkEncoder encoder = new OpenAiChunkEncoder(options, new Losses());
    ChunkSink sink =
        new ChunkSink() {
          @Override
          public void chunk(JsonWriter chunk) {
            frames.add(chunk.toString());
          }

          @Override
          public void done() {
            frames.add("[DONE]");
          }
        };
    events.forEach(event -> encoder.encode(event, sink));
    return frames;
  }

  /** All tool calls that the pieces come to. */
  private static List<String> called(String... pieces) {
    List<String> frames = new ArrayList<>();
    for (String piece : pieces) {
      frames.add(calls(piece));
    }
    frames.add(finish("tool_calls"));
    frames.add("[DONE]");
    Assembled answer = Assembled.of(decode(frames.toArray(String[]::new)));
    return answer.choices.get(0).calls.stream().map(Assembled.Call::toString).toList();
  }

  @Test
  @DisplayName("case 25: pieces find their call, whatever the server counts")
  void piecesOfCallsFindTheirCallWhateverTheServerCounts() {
    String a = "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}";
    String b = "\"function\":{\"name\":\"g\",\"arguments\":\"[\"}";
    String more = "\"function\":{\"arguments\":\"}\"}";

    // As OpenAI does it, and mixed.
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\"," + a + "},{\"index\":1,\"id\":\"B\"," + b + "}",
                "{\"index\":1," + more + "}",
                "{\"index\":0," + more + "}"))
        .containsExactly("A f {}", "B g [}");
    // Numbers from 1.
    assertThat(called("{\"index\":1,\"id\":\"A\"," + a + "}", "{\"index\":1," + more + "}"))
        .containsExactly("A f {}");
    // One number for all.
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\"," + a + "}",
                "{\"index\":0,\"id\":\"B\"," + a + "}",
                "{\"index\":0," + more + "}"))
        .containsExactly("A f {", "B f {}");
    // No numbers; ids tell.
    assertThat(
            called(
                "{\"id\":\"A\"," + a + "},{\"id\":\"B\"," + b + "}", "{\"id\":\"A\"," + more + "}"))
        .containsExactly("A f {}", "B g [");
    // Id and name with each piece.
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\"," + a + "}",
                "{\"index\":0,\"id\":\"A\",\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}"))
        .containsExactly("A f {}");
    // Another id with each piece.
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\"," + a + "}", "{\"index\":0,\"id\":\"X\"," + more + "}"))
        .containsExactly("A f {}");
    // The empty name, again and again.
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\"," + a + "}",
                "{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"}\"}}"))
        .containsExactly("A f {}");
  }

  @Test
  @DisplayName("case 25: a name that comes late is waited for")
  void aNameThatComesLateIsWaitedFor() {
    assertThat(
            called(
                "{\"index\":0,\"id\":\"A\",\"function\":{\"arguments\":\"{\"}}",
                "{\"index\":0,\"function\":{\"arguments\":\"}\"}}",
                "{\"index\":0,\"function\":{\"name\":\"f\"}}"))
        .containsExactly("A f {}");
    List<ChatEvent> never =
        decode(calls("{\"index\":0,\"id\":\"A\"}"), finish("tool_calls"), "[DONE]");
    assertThat(never.getLast()).isInstanceOf(ChatEvent.Failure.class);
  }

  @Test
  @DisplayName("case 16: two calls of one function without ids are two")
  void twoCallsOfOneFunctionWithoutIdsAreTwo() {
    String call = "{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";

    List<String> called = called(call, call);

    assertThat(called).hasSize(2).doesNotHaveDuplicates();
    assertThat(called(call, call)).isEqualTo(called);
  }

  @Test
  void argumentsThatWaitForAnEndlessNameAreBounded() {
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    byte[] frame =
        calls("{\"index\":0,\"function\":{\"arguments\":\"" + "x".repeat(100_000) + "\"}}")
            .getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                decoder.frame(frame, 0, frame.length, _ -> {});
              }
            })
        .isInstanceOf(MisshapenJson.class);
  }

  @Test
  void callsAndChoicesWithoutEndAreRefused() {
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();

    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                byte[] frame =
                    calls("{\"index\":" + i + ",\"function\":{\"name\":\"f\"}}")
                        .getBytes(StandardCharsets.UTF_8);
                decoder.frame(frame, 0, frame.length, _ -> {});
              }
            })
        .isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> decode("{\"choices\":[{\"index\":1000000}]}"))
        .isInstanceOf(MisshapenJson.class);
  }

  @Test
  void aFunctionCallOfOldIsACall() {
    Assembled answer =
        Assembled.of(
            decode(
                delta("\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}"),
                delta("\"function_call\":{\"arguments\":\"{}\"}"),
                finish("function_call"),
                "[DONE]"));

    assertThat(answer.choices.get(0).calls).hasSize(1);
    assertThat(answer.choices.get(0).calls.getFirst().toString()).endsWith(" f {}");
    assertThat(answer.choices.get(0).finish).isEqualTo(new Finish(FinishReason.FUNCTION_CALL));
  }

  @Test
  @DisplayName("case 57: usage is taken from wherever it stands")
  void usageIsTakenFromWhereverItStands() {
    String usage = "{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}";

    for (String frame :
        List.of(
            "{\"choices\":[],\"usage\":" + usage + "}",
            "{\"choices\":[{\"index\":0,\"delta\":{},\"usage\":" + usage + "}]}",
            "{\"choices\":[],\"usage\":null,\"x_groq\":{\"id\":\"q\",\"usage\":" + usage + "}}")) {
      assertThat(Assembled.of(decode(delta(""), frame)).usage)
          .as(frame)
          .isEqualTo(Usage.builder().prompt(1).completion(2).total(3).build());
    }
  }

  @Test
  @DisplayName("case 57: the last report counts")
  void theLastReportCounts() {
    Assembled answer =
        Assembled.of(
            decode(
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":5}}",
                "{\"choices\":[],\"usage\":null}"));

    assertThat(answer.usage.promptTokens()).isEqualTo(5);
  }

  @Test
  void anEmptyFinishReasonIsNone() {
    assertThat(decode(finish(""), finish(""), finish("length"), "[DONE]"))
        .contains(new ChatEvent.Finished(0, new Finish(FinishReason.LENGTH)))
        .doesNotContain(new ChatEvent.Finished(0, new Finish(FinishReason.OTHER, "", null)));
    assertThat(decode(delta("\"content\":\"x\""), finish("")).getLast())
        .isInstanceOf(ChatEvent.Failure.class);
  }

  @Test
  void whatAFrameSaysIsToldInOrder() {
    List<ChatEvent> events =
        decode(
            "{\"id\":\"r\",\"created\":1,\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\","
                + "\"delta\":{\"content\":\"b\",\"reasoning_content\":\"a\"},\"index\":0}],"
                + "\"fp\":\"x\"}",
            finish("stop"),
            "[DONE]",
            delta("\"content\":\"late\""));

    assertThat(events)
        .containsExactly(
            new ChatEvent.Start(
                "r", 1, "m", null, Rest.of(OpenAi.PROTOCOL, "fp", new Json("\"x\""))),
            new ChatEvent.ReasoningDelta(0, 0, Part.Thinking.Form.FULL, "a"),
            new ChatEvent.TextDelta(0, "b"),
            new ChatEvent.Finished(0, STOP),
            new ChatEvent.End());
  }

  @Test
  void thoughtsAfterTextAreARunOfTheirOwn() {
    List<ChatEvent> events =
        decode(
            delta("\"reasoning\":\"a\""),
            delta("\"reasoning\":\"b\""),
            delta("\"content\":\"c\""),
            delta("\"reasoning\":\"d\""));

    assertThat(events.stream().filter(ChatEvent.ReasoningDelta.class::isInstance))
        .extracting(event -> ((ChatEvent.ReasoningDelta) event).block())
        .containsExactly(0, 0, 1);
  }

  @Test
  @DisplayName("case 53: details in a series keep their seals, and are not told twice")
  void seriesOfDetailsKeepTheirSealsAndAreNotToldTwice() {
    Assembled answer =
        Assembled.of(
            decode(
                delta(
                    "\"reasoning\":\"a\",\"reasoning_details\":[{\"type\":\"reasoning.text\","
                        + "\"text\":\"a\",\"index\":0}]"),
                delta(
                    "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"s\","
                        + "\"format\":\"anthropic-claude-v1\",\"index\":0},"
                        + "{\"type\":\"reasoning.encrypted\",\"data\":\"e\","
                        + "\"format\":\"google-gemini-v1\",\"index\":1}]")));

    Assembled.Piece piece = answer.choices.get(0);
    assertThat(piece.reasoning).hasToString("a");
    assertThat(piece.signatures)
        .containsExactly(
            new Signature("s", Signature.CLAUDE), new Signature("e", Signature.GEMINI));
  }

  @Test
  @DisplayName("case 65: an error ends the answer, and no mark comes behind it")
  void anErrorEndsTheAnswerWithoutTheMark() {
    List<ChatEvent> events =
        decode(
            delta("\"content\":\"x\""),
            "{\"error\":{\"message\":\"Overloaded\",\"type\":\"t\",\"code\":429}}",
            "[DONE]");

    assertThat(events.getLast())
        .isEqualTo(
            new ChatEvent.Failure(
                new Fault.UpstreamFailed("Overloaded", 502, "t", "429", null, null)));
    assertThat(encode(OPTIONS, events)).hasSize(1).doesNotContain("[DONE]");
  }

  @Test
  @DisplayName(
      "cases 26 and 65: an end without its mark is one only where every choice has finished")
  void anEndWithoutTheMarkIsOneOnlyIfEveryChoiceHasFinished() {
    assertThat(decode(delta("\"content\":\"x\"")).getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(decode().getLast()).isInstanceOf(ChatEvent.Failure.class);
    assertThat(decode(delta("\"content\":\"x\""), finish("stop")).getLast())
        .isEqualTo(new ChatEvent.End());
    assertThat(
            decode(delta("\"content\":\"x\"").replace("\"index\":0", "\"index\":1"), finish("stop"))
                .getLast())
        .isInstanceOf(ChatEvent.Failure.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "nonsense",
        "[1]",
        "\"x\"",
        "{\"choices\":[{\"delta\":{\"tool_calls\":{}}}]}",
        "{\"choices\":[{\"index\":-1}]}",
        "{\"choices\":[{\"delta\":{\"content\":5}}]}",
        "{}x",
        "{\"choices\":[{\"index\":1e99}]}",
        "[DONE",
      })
  void whatIsNoChunkIsRefused(String frame) {
    assertThatThrownBy(() -> decode(frame))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatTheEncoderWritesTheDecoderReads(@ForAll("streams") List<ChatEvent> events) {
    List<String> frames = encode(OPTIONS, events);

    Assembled back = Assembled.of(decode(frames.toArray(String[]::new)));

    Assembled was = Assembled.of(events);
    assertThat(back.choices.keySet()).isEqualTo(was.choices.keySet());
    assertThat(back.usage).isEqualTo(was.usage);
    for (Integer choice : was.choices.keySet()) {
      Assembled.Piece is = back.choices.get(choice);
      Assembled.Piece expected = was.choices.get(choice);
      assertThat(is.text).hasToString(expected.text.toString());
      assertThat(is.reasoning).hasToString(expected.reasoning.toString());
      assertThat(is.refusal).hasToString(expected.refusal.toString());
      assertThat(is.signatures).isEqualTo(expected.signatures);
      assertThat(is.calls).hasToString(expected.calls.toString());
      assertThat(is.citations).isEqualTo(expected.citations);
      assertThat(is.finish).isEqualTo(expected.finish);
    }
    assertThat(frames).filteredOn(frame -> frame.contains("\"role\"")).hasSize(was.choices.size());
  }

  /** Streams of two choices whose pieces come mixed. */
  @Provide
  Arbitrary<List<ChatEvent>> streams() {
    ChatModels models = new ChatModels(OpenAi.PROTOCOL);
    Arbitrary<Integer> choice = Arbitraries.of(0, 1);
    Arbitrary<ChatEvent> piece =
        Arbitraries.oneOf(
            Combinators.combine(choice, ChatModels.text()).as(ChatEvent.TextDelta::new),
            Combinators.combine(
                    choice,
                    Arbitraries.of(0, 1),
                    Arbitraries.of(Part.Thinking.Form.class),
                    ChatModels.text())
                .as(ChatEvent.ReasoningDelta::new),
            Combinators.combine(choice, ChatModels.text())
                .as((c, text) ->
                    new ChatEvent.ReasoningSignature(c, 2, new Signature(text, Signature.CLAUDE))),
            Combinators.combine(choice, ChatModels.text())
                .as((c, text) ->
                    new ChatEvent.SealedReasoning(c, 3, new Signature(text, Signature.GEMINI))),
            Combinators.combine(choice, ChatModels.text()).as(ChatEvent.RefusalDelta::new),
            Combinators.combine(choice, models.citation()).as(ChatEvent.CitationFound::new),
            Combinators.combine(choice, models.rest()).as(ChatEvent.Extra::new),
            Combinators.combine(choice, ChatModels.object()).as(ChatEvent.LogprobsDelta::new));
    Arbitrary<List<ChatEvent>> calls =
        Combinators.combine(choice, ChatModels.text().list().ofMaxSize(3), ChatModels.name())
            .as((c, arguments, name) -> {
              List<ChatEvent> events = new ArrayList<>();
              for (int call = 0; call < 2; call++) {
                events.add(
                    new ChatEvent.ToolCallStart(
                        c,
                        call,
                        "id" + call,
                        name,
                        call == 0 ? Part.ToolCall.Kind.FUNCTION : Part.ToolCall.Kind.CUSTOM,
                        null));
                for (String text : arguments) {
                  events.add(new ChatEvent.ToolCallDelta(c, call, text));
                }
              }
              return events;
            });
    return Combinators.combine(piece.list().ofMaxSize(8), calls.injectNull(0.5), ChatModels.usage())
        .as((pieces, called, usage) -> {
          List<ChatEvent> events = new ArrayList<>();
          events.add(new ChatEvent.Start("r", 1, "m", "flex", Rest.NONE));
          events.addAll(pieces);
          if (called != null) {
            events.addAll(called);
          }
          events.add(new ChatEvent.Finished(0, STOP));
          events.add(new ChatEvent.Finished(1, new Finish(FinishReason.LENGTH)));
          events.add(new ChatEvent.UsageReport(usage, Rest.NONE));
          events.add(new ChatEvent.End());
          return events;
        });
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aSpoiledFrameDoesNoHarm(
      @ForAll("streams") List<ChatEvent> events, @ForAll int place, @ForAll byte spoiler) {
    List<String> frames = encode(OPTIONS, events);
    byte[] frame = frames.get(Math.floorMod(place, frames.size())).getBytes(StandardCharsets.UTF_8);
    frame[Math.floorMod(place * 31, frame.length)] = spoiler;
    List<ChatEvent> told = new ArrayList<>();
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();

    try {
      decoder.frame(frame, 0, frame.length, told::add);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    decoder.close(told::add);

    assertThat(told.getLast()).isInstanceOfAny(ChatEvent.End.class, ChatEvent.Failure.class);
  }
}
