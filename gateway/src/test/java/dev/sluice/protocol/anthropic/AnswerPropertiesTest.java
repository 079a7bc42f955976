package dev.sluice.protocol.anthropic;

import static dev.sluice.protocol.anthropic.PartModels.MODELS;
import static dev.sluice.protocol.anthropic.PartModels.arguments;
import static dev.sluice.protocol.anthropic.PartModels.citations;
import static dev.sluice.protocol.anthropic.PartModels.foreign;
import static dev.sluice.protocol.anthropic.PartModels.text;
import static dev.sluice.protocol.anthropic.PartModels.textPart;
import static dev.sluice.protocol.anthropic.PartModels.thought;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.rewording.Disguise;
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

/** The codec of answers and streams against generated ones, and against spoiled bytes. */
class AnswerPropertiesTest {

  @Provide
  Arbitrary<ChatResponse> responses() {
    Arbitrary<Part> call =
        Combinators.combine(arguments(), MODELS.rest())
            .as((json, rest) ->
                new Part.ToolCall(
                    "id", "résumé", Part.ToolCall.Kind.FUNCTION, json, null, null, rest));
    Arbitrary<Finish> finish =
        Arbitraries.of(
            new Finish(FinishReason.STOP, "end_turn", null),
            new Finish(FinishReason.STOP, "stop_sequence", "END"),
            new Finish(FinishReason.STOP, "pause_turn", null),
            new Finish(FinishReason.LENGTH, "max_tokens", null),
            new Finish(FinishReason.TOOL_CALLS, "tool_use", null),
            new Finish(FinishReason.CONTENT_FILTER, "refusal", null));
    Arbitrary<List<Part>> parts =
        Arbitraries.oneOf(
                textPart(),
                thought(),
                call,
                foreign(),
                ChatModels.text().map(words -> new Part.Thinking(words)))
            .list()
            .ofMaxSize(6);
    return Combinators.combine(
            parts,
            finish.injectNull(0.2),
            usage(),
            text(),
            Arbitraries.of("standard").injectNull(0.5),
            MODELS.rest(),
            MODELS.rest())
        .as((said, end, usage, quote, tier, usageRest, rest) ->
            new ChatResponse(
                "msg_1",
                ChatResponse.UNKNOWN,
                "claude",
                tier,
                List.of(
                    new Choice(
                        0,
                        new Message.Assistant(said, null, citations(said, quote), null, Rest.NONE),
                        end,
                        null,
                        Rest.NONE)),
                usage,
                usageRest,
                rest));
  }

  private static Arbitrary<Usage> usage() {
    Arbitrary<Long> count = Arbitraries.longs().between(0, 1000);
    Arbitrary<Long> maybe = Arbitraries.longs().between(-1, 1000);
    return Combinators.combine(
            count, maybe, maybe, maybe, count, maybe, maybe, Arbitraries.of(Usage.Origin.class))
        .as((input, read, written, hour, output, thinking, searches, origin) ->
            Usage.builder()
                .promptFromParts(input, read, written)
                .cacheWriteHour(written < 0 ? -1 : Math.min(hour, written))
                .completion(output)
                .reasoning(thinking)
                .webSearches(searches)
                .origin(origin)
                .build());
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfAnswers(@ForAll("responses") ChatResponse response) {
    Losses losses = new Losses();

    String json = Codec.text(response, losses);

    assertThat(losses.fields()).isEmpty();
    assertThat(Codec.answer(json)).isEqualTo(response);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aCutOrSpoiledAnswerIsRefusedAndNothingWorse(
      @ForAll("responses") ChatResponse response, @ForAll int place, @ForAll byte spoiler) {
    byte[] json = Codec.text(response, new Losses()).getBytes(StandardCharsets.UTF_8);
    int at = Math.floorMod(place, json.length);

    assertThatThrownBy(() -> AnthropicAnswers.decode(json, 0, at, Disguise.NONE))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      AnthropicAnswers.decode(json, 0, json.length, Disguise.NONE);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    AnthropicErrors.read(json, 0, json.length);
  }

  /** A stream of whole blocks. */
  @Provide
  Arbitrary<List<ChatEvent>> streams() {
    Arbitrary<Part> call =
        arguments()
            .map(json ->
                new Part.ToolCall(
                    "id", "résumé", Part.ToolCall.Kind.FUNCTION, json, null, null, Rest.NONE));
    return Combinators.combine(
            Arbitraries.oneOf(textPart(), thought(), call, foreign()).list().ofMaxSize(6),
            usage(),
            MODELS.rest(),
            Arbitraries.of(
                new Finish(FinishReason.STOP, "end_turn", null),
                new Finish(FinishReason.TOOL_CALLS, "tool_use", null)))
        .as((parts, usage, rest, finish) -> {
          List<ChatEvent> events = new ArrayList<>();
          events.add(new ChatEvent.Start("msg_1", ChatResponse.UNKNOWN, "c", null, rest));
          int calls = 0;
          for (int i = 0; i < parts.size(); i++) {
            calls = tell(parts.get(i), i, calls, events);
          }
          if (!rest.isEmpty()) {
            events.add(new ChatEvent.Extra(ChatEvent.WHOLE_ANSWER, rest));
          }
          events.add(new ChatEvent.Finished(0, finish));
          events.add(new ChatEvent.UsageReport(usage, rest));
          events.add(new ChatEvent.End());
          return events;
        });
  }

  private static int tell(Part part, int block, int calls, List<ChatEvent> events) {
    switch (part) {
      case Part.Text text -> events.add(new ChatEvent.TextDelta(0, text.text()));
      case Part.Thinking thinking -> {
        events.add(
            new ChatEvent.ReasoningDelta(0, block, Part.Thinking.Form.FULL, thinking.text()));
        events.add(new ChatEvent.ReasoningSignature(0, block, thinking.signature()));
      }
      case Part.SealedThinking thinking ->
          events.add(new ChatEvent.SealedReasoning(0, block, thinking.sealed()));
      case Part.ToolCall call -> {
        events.add(
            new ChatEvent.ToolCallStart(0, calls, call.id(), call.name(), call.kind(), null));
        events.add(new ChatEvent.ToolCallDelta(0, calls, call.arguments()));
        return calls + 1;
      }
      case Part.Foreign foreign -> events.add(new ChatEvent.ForeignPart(0, foreign));
      case Part.Image _, Part.Audio _, Part.Video _, Part.File _, Part.Refusal _ ->
          throw new AssertionError(part);
    }
    return calls;
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatTheEncoderWritesTheDecoderReads(@ForAll("streams") List<ChatEvent> events) {
    Losses losses = new Losses();

    Assembled back = Assembled.of(Codec.events(Codec.frames(events, losses), Disguise.NONE));

    Assembled was = Assembled.of(events);
    assertThat(losses.fields()).isEmpty();
    assertThat(back.last).isEqualTo(was.last);
    assertThat(back.start).isEqualTo(was.start);
    assertThat(back.usage).isEqualTo(was.usage);
    assertThat(back.choices.keySet()).isEqualTo(was.choices.keySet());
    Assembled.Piece is = back.choices.get(0);
    Assembled.Piece had = was.choices.get(0);
    assertThat(is.text).hasToString(had.text.toString());
    assertThat(is.reasoning).hasToString(had.reasoning.toString());
    assertThat(is.signatures).isEqualTo(had.signatures);
    assertThat(is.calls).hasToString(had.calls.toString());
    assertThat(is.finish).isEqualTo(had.finish);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aSpoiledEventDoesNoHarm(
      @ForAll("streams") List<ChatEvent> events, @ForAll int place, @ForAll byte spoiler) {
    List<ChatEvent> told = new ArrayList<>();
    AnthropicEventDecoder decoder = new AnthropicEventDecoder(Disguise.NONE);
    int spoiled = 0;
    for (String frame : Codec.frames(events, new Losses())) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      if (spoiled++ % 3 == 0) {
        bytes[Math.floorMod(place, bytes.length)] = spoiler;
      }
      try {
        decoder.frame(bytes, 0, bytes.length, told::add);
      } catch (MalformedJson | MisshapenJson e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    decoder.close(told::add);

    // Whatever came of it, it keeps the promises of every stream.
    assertThat(Assembled.of(told).last)
        .isInstanceOfAny(ChatEvent.End.class, ChatEvent.Failure.class);
  }
}
