package dev.sluice.protocol.converse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.rewording.Disguise;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The codec against generated models, and against spoiled bytes. */
class CodecPropertiesTest {

  private static final ChatModels MODELS = new ChatModels(Converse.PROTOCOL);
  private static final Json CLOSED =
      new Json(
          "{ \"type\":\"object\",\"properties\":{\"n\":{\"enum\":[1e2, 9007199254740993]}},\"additionalProperties\":false}");

  private static Arbitrary<String> text() {
    return ChatModels.text().filter(text -> !text.isBlank());
  }

  private static Arbitrary<Part> textPart() {
    return text().map(Part.Text::new);
  }

  private static Arbitrary<Part> thought() {
    Arbitrary<Part> open =
        Combinators.combine(ChatModels.text(), text(), MODELS.rest())
            .as((words, seal, rest) ->
                new Part.Thinking(
                    words, Part.Thinking.Form.FULL, new Signature(seal, Signature.CLAUDE), rest));
    Arbitrary<Part> sealed =
        text()
            .map(words -> words.getBytes(StandardCharsets.UTF_8))
            .map(bytes -> Base64.getEncoder().encodeToString(bytes))
            .map(base64 ->
                new Part.SealedThinking(new Signature(base64, Signature.CLAUDE), Rest.NONE));
    return Arbitraries.oneOf(open, sealed);
  }

  private static Arbitrary<Part> foreign() {
    return Arbitraries.just(
        new Part.Foreign(
            Converse.PROTOCOL, "searchResult", new Json("{\"searchResult\": {\"x\":1.0}}")));
  }

  private static Arbitrary<Part> userPart() {
    Arbitrary<CacheHint> cache = ChatModels.cache();
    return Arbitraries.oneOf(
        textPart(),
        foreign(),
        MODELS
            .rest()
            .map(rest ->
                new Part.Image(new Media.Inline("image/png", "iVBORw0KGgo="), null, null, rest)),
        MODELS
            .rest()
            .map(rest ->
                new Part.Image(new Media.Remote("s3://b/a", "image/webp"), null, null, rest)),
        Combinators.combine(cache, MODELS.rest())
            .as((hint, rest) -> new Part.Video(new Media.Inline("video/mp4", "AAAA"), null, rest)));
  }

  @Provide
  Arbitrary<ChatRequest> requests() {
    Arbitrary<ToolSettings> tools =
        Combinators.combine(
                Combinators.combine(
                        Arbitraries.of("f", "search-web"),
                        text().injectNull(0.5),
                        Arbitraries.of(true, false).injectNull(0.5),
                        MODELS.rest())
                    .as((name, description, strict, rest) ->
                        (Tool) new Tool.Function(name, description, CLOSED, strict, null, rest))
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(3),
                Arbitraries.of(
                        new ToolChoice.Auto(), new ToolChoice.Required(), new ToolChoice.Named("f"))
                    .injectNull(0.3))
            .as((all, choice) -> new ToolSettings(all, choice, null, ToolSettings.Style.TOOLS));
    return Combinators.combine(
            userPart().list().ofMinSize(1).ofMaxSize(4),
            Arbitraries.oneOf(textPart(), thought(), foreign()).list().ofMinSize(1).ofMaxSize(4),
            userPart().list().ofMinSize(1).ofMaxSize(3),
            tools,
            Arbitraries.of("0", "0.70", "1", "0.123456789012345678901").injectNull(0.5),
            Arbitraries.longs().between(1, 1L << 40).injectNull(0.5),
            Combinators.combine(text().list().ofMaxSize(3), MODELS.rest()).as(Ends::new),
            textPart().list().ofMaxSize(2))
        .as((first, said, next, settings, number, max, ends, system) -> {
          List<Message> messages = new ArrayList<>();
          if (!system.isEmpty()) {
            messages.add(new Message.System(system, null, Rest.NONE));
          }
          messages.add(new Message.User(first, null, ends.rest()));
          List<Part> parts = new ArrayList<>(said);
          parts.add(new Part.ToolCall("t-1", "f", "{\"a\":1e2}"));
          messages.add(new Message.Assistant(parts, null, List.of(), null, ends.rest()));
          messages.add(
              new Message.ToolResult(
                  "t-1",
                  null,
                  List.of(new Part.Text("r")),
                  Message.ToolResult.Outcome.SUCCESS,
                  null,
                  ends.rest()));
          messages.add(new Message.User(next, null, Rest.NONE));
          BigDecimal value = number == null ? null : new BigDecimal(number);
          return ChatRequest.builder("")
              .messages(messages)
              .toolSettings(settings)
              .temperature(value)
              .topP(value)
              .topK(max)
              .tokensMax(max)
              .stop(ends.stop())
              .tier(max == null ? null : "flex")
              .rest(ends.rest())
              .build();
        });
  }

  private record Ends(List<String> stop, Rest rest) {}

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfRequests(@ForAll("requests") ChatRequest request) {
    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.losses()).isEmpty();
    assertThat(Codec.request(written.text())).isEqualTo(request);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aCutOrSpoiledRequestIsRefusedAndNothingWorse(
      @ForAll("requests") ChatRequest request, @ForAll int place, @ForAll byte spoiler) {
    byte[] json = Codec.write(request, Codec.ABLE).text().getBytes(StandardCharsets.UTF_8);
    int at = Math.floorMod(place, json.length);

    assertThatThrownBy(() -> ConverseRequests.decode(json, 0, at))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      ConverseRequests.decode(json, 0, json.length);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<ChatResponse> responses() {
    Arbitrary<Usage> usage =
        Combinators.combine(
                Arbitraries.longs().between(0, 1000),
                Arbitraries.longs().between(-1, 1000),
                Arbitraries.longs().between(-1, 1000),
                Arbitraries.longs().between(0, 1000),
                Arbitraries.of(true, false))
            .as((input, read, written, output, hour) ->
                Usage.builder()
                    .promptFromParts(input, read, written)
                    .cacheWriteHour(hour && written >= 0 ? written / 2 : -1)
                    .completion(output)
                    .total(input + output)
                    .build());
    Arbitrary<Finish> finish =
        Arbitraries.of(
            new Finish(FinishReason.STOP, "end_turn", null),
            new Finish(FinishReason.LENGTH, "max_tokens", null),
            new Finish(FinishReason.CONTENT_FILTER, "guardrail_intervened", null));
    return Combinators.combine(
            Arbitraries.oneOf(textPart(), thought(), foreign()).list().ofMaxSize(4),
            usage,
            finish.injectNull(0.1),
            MODELS.rest(),
            Arbitraries.of("flex").injectNull(0.5))
        .as((parts, used, end, rest, tier) ->
            new ChatResponse(
                null,
                ChatResponse.UNKNOWN,
                null,
                tier,
                List.of(
                    new Choice(
                        0,
                        new Message.Assistant(parts, null, List.of(), null, rest),
                        end,
                        null,
                        Rest.NONE)),
                used,
                rest,
                rest));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfAnswers(@ForAll("responses") ChatResponse response) {
    Losses losses = new Losses();

    assertThat(Codec.answer(Codec.text(response, losses))).isEqualTo(response);
    assertThat(losses.fields()).isEmpty();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aStreamThatWasWrittenTellsTheSameAtAnySplit(
      @ForAll("responses") ChatResponse response, @ForAll @IntRange(min = 1, max = 400) int size) {
    List<ChatEvent> events = new ArrayList<>();
    events.add(new ChatEvent.Start(null, -1, null, null, Rest.NONE));
    int block = 0;
    int calls = 0;
    for (Part part : response.choices().getFirst().message().parts()) {
      switch (part) {
        case Part.Text text -> events.add(new ChatEvent.TextDelta(0, text.text()));
        case Part.Thinking thinking -> {
          events.add(
              new ChatEvent.ReasoningDelta(0, block, Part.Thinking.Form.FULL, thinking.text()));
          events.add(new ChatEvent.ReasoningSignature(0, block++, thinking.signature()));
        }
        case Part.SealedThinking sealed ->
            events.add(new ChatEvent.SealedReasoning(0, block++, sealed.sealed()));
        default -> {
          Part.ToolCall.Kind kind = Part.ToolCall.Kind.FUNCTION;
          events.add(new ChatEvent.ToolCallStart(0, calls, "t" + calls, "f", kind, null));
          events.add(new ChatEvent.ToolCallDelta(0, calls++, "{\"a\":\"é\"}"));
        }
      }
    }
    events.add(
        new ChatEvent.Finished(
            0, new Finish(calls == 0 ? FinishReason.STOP : FinishReason.TOOL_CALLS)));
    events.add(new ChatEvent.UsageReport(response.usage(), Rest.NONE));
    events.add(new ChatEvent.End());

    Losses losses = new Losses();
    List<ChatEvent> again = Codec.events(Codec.write(events, losses), size);

    Assembled was = Assembled.of(events);
    Assembled is = Assembled.of(again);
    assertThat(losses.fields()).isEmpty();
    assertThat(is.last).isEqualTo(new ChatEvent.End());
    assertThat(is.usage).isEqualTo(was.usage);
    assertThat(is.choices.get(0).text.toString()).isEqualTo(was.choices.get(0).text.toString());
    assertThat(is.choices.get(0).reasoning.toString())
        .isEqualTo(was.choices.get(0).reasoning.toString());
    assertThat(is.choices.get(0).signatures).isEqualTo(was.choices.get(0).signatures);
    assertThat(is.choices.get(0).calls.toString()).isEqualTo(was.choices.get(0).calls.toString());
    assertThat(is.choices.get(0).finish.reason()).isEqualTo(was.choices.get(0).finish.reason());
  }

  @Property(tries = 300)
  void rubbishInAnEventIsRefusedAndNothingWorse(
      @ForAll byte[] rubbish, @ForAll @IntRange(min = 0, max = 5) int kind) {
    String[] kinds = {
      "messageStart",
      "contentBlockStart",
      "contentBlockDelta",
      "contentBlockStop",
      "messageStop",
      "metadata"
    };
    try {
      new ConverseEventDecoder(Disguise.NONE)
          .event(kinds[kind], rubbish, 0, rubbish.length, _ -> {});
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(ConverseErrors.read("X", rubbish, 0, rubbish.length)).isNotNull();
  }
}
