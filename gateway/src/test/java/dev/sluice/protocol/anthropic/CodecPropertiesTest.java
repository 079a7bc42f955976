package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The codec against generated models, and against spoiled bytes. */
class CodecPropertiesTest {

  private static final ChatModels MODELS = new ChatModels(Anthropic.PROTOCOL);
  private static final Json CLOSED =
      new Json(
          "{ \"type\":\"object\",\"properties\":{\"n\":{\"enum\":[1e2, 9007199254740993]}},\"additionalProperties\":false}");

  private static Arbitrary<String> text() {
    return ChatModels.text().filter(text -> !text.isBlank());
  }

  private static Arbitrary<Part> textPart() {
    return Combinators.combine(text(), MODELS.rest())
        .as((text, rest) -> new Part.Text(text, null, null, rest));
  }

  private static Arbitrary<Part> foreign() {
    return Arbitraries.just(
        new Part.Foreign(
            Anthropic.PROTOCOL,
            "search_result",
            new Json("{\"type\":\"search_result\", \"x\":1.0}")));
  }

  private static Arbitrary<Part> userPart() {
    Arbitrary<Media> media =
        Arbitraries.of(
            new Media.Remote("https://example.com/a?b=c", null),
            new Media.Uploaded("file_1", Anthropic.PROTOCOL));
    return Arbitraries.oneOf(
        textPart(),
        foreign(),
        Combinators.combine(media, MODELS.rest())
            .as((source, rest) -> new Part.Image(source, null, null, rest)),
        MODELS
            .rest()
            .map(rest ->
                new Part.Image(new Media.Inline("image/png", "iVBORw0KGgo="), null, null, rest)),
        Combinators.combine(media, text().injectNull(0.5), MODELS.rest())
            .as((source, title, rest) -> new Part.File(source, title, null, rest)),
        Combinators.combine(text(), MODELS.rest())
            .as((words, rest) ->
                new Part.File(new Media.Written("text/plain", words), null, null, rest)));
  }

  private static Arbitrary<Part> thought() {
    Arbitrary<Signature> seal = text().map(words -> new Signature(words, Signature.CLAUDE));
    return Arbitraries.oneOf(
        Combinators.combine(ChatModels.text(), seal, MODELS.rest())
            .as((words, signature, rest) ->
                new Part.Thinking(words, Part.Thinking.Form.FULL, signature, rest)),
        Combinators.combine(seal, MODELS.rest()).as(Part.SealedThinking::new));
  }

  private static Arbitrary<String> arguments() {
    return Arbitraries.of("{}", "{\"a\":1e2}", "{ \"z\" : 9007199254740993, \"a\" : \"\\u00e9\" }");
  }

  /** A turn of the assistant's with its calls, and the user's next one with their results. */
  private static Arbitrary<List<Message>> exchange() {
    return Combinators.combine(
            Arbitraries.oneOf(textPart(), textPart(), thought(), foreign())
                .list()
                .ofMinSize(1)
                .ofMaxSize(4),
            arguments().list().ofMaxSize(3),
            userPart().list().ofMaxSize(3),
            userPart().list().ofMinSize(1).ofMaxSize(3),
            Arbitraries.of(Message.ToolResult.Outcome.class),
            MODELS.rest(),
            text())
        .as((said, calls, inResult, next, outcome, rest, quote) -> {
          List<Part> parts = new ArrayList<>(said);
          List<Message> turns = new ArrayList<>();
          List<Message> results = new ArrayList<>();
          for (int i = 0; i < calls.size(); i++) {
            // Made unique below.
            String id = "#" + i;
            parts.add(
                new Part.ToolCall(
                    id, "f", Part.ToolCall.Kind.FUNCTION, calls.get(i), null, null, rest));
            List<Part> content = inResult.isEmpty() ? List.of(new Part.Text("r")) : inResult;
            results.add(new Message.ToolResult(id, null, content, outcome, null, rest));
          }
          turns.add(new Message.Assistant(parts, null, citations(parts, quote), null, rest));
          turns.addAll(results);
          turns.add(new Message.User(next, null, rest));
          return turns;
        });
  }

  private static List<Citation> citations(List<Part> parts, String quote) {
    List<Citation> citations = new ArrayList<>();
    long from = 0;
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        long to = from + text.text().length();
        if (to % 2 == 0) {
          citations.add(
              new Citation(
                  null,
                  "t",
                  quote,
                  from,
                  to,
                  Rest.of(Anthropic.PROTOCOL, "type", new Json("\"char_location\""))));
        }
        from = to;
      }
    }
    return citations;
  }

  @Provide
  Arbitrary<ChatRequest> requests() {
    Arbitrary<List<Message>> conversation =
        Combinators.combine(
                textPart().list().ofMaxSize(2),
                userPart().list().ofMinSize(1).ofMaxSize(3),
                exchange().list().ofMaxSize(3),
                MODELS.rest())
            .as((system, first, exchanges, rest) -> {
              List<Message> messages = new ArrayList<>();
              if (!system.isEmpty()) {
                messages.add(new Message.System(system, null, Rest.NONE));
              }
              messages.add(new Message.User(first, null, rest));
              for (int i = 0; i < exchanges.size(); i++) {
                for (Message message : exchanges.get(i)) {
                  messages.add(renumbered(message, i));
                }
              }
              return messages;
            });
    Arbitrary<ResponseFormat> format =
        Arbitraries.oneOf(
            Arbitraries.just(
                new ResponseFormat.Foreign(
                    Anthropic.PROTOCOL, new Json("{\"type\":\"grammar\",\"g\":1.0}"))),
            MODELS.rest().map(rest -> new ResponseFormat.Schema(null, null, CLOSED, null, rest)));
    return Combinators.combine(
            conversation,
            tools(),
            Arbitraries.of("0", "0.70", "1", "0.123456789012345678901").injectNull(0.5),
            Arbitraries.longs().between(2_000, 1L << 40),
            text().list().ofMaxSize(2),
            format.injectNull(0.5),
            reasoning(),
            Combinators.combine(text().injectNull(0.5), MODELS.rest()).as(Service::new))
        .as((messages, tools, number, max, stop, form, reasoning, service) -> {
          ChatRequestBuilder request =
              ChatRequest.builder("m")
                  .messages(messages)
                  .toolSettings(tools)
                  .tokensMax(max)
                  .stop(stop)
                  .format(form)
                  .user(service.user())
                  .tier(service.user() == null ? "default" : "auto")
                  .delivery(
                      stop.isEmpty()
                          ? ChatRequest.Delivery.WHOLE
                          : ChatRequest.Delivery.STREAM_WITH_USAGE)
                  .rest(service.rest());
          if (reasoning.mode() == Mode.OFF || reasoning.equals(ReasoningSettings.NONE)) {
            BigDecimal value = number == null ? null : new BigDecimal(number);
            request.temperature(value).topP(value).topK(number == null ? null : 5L);
          }
          return request.reasoning(reasoning).build();
        });
  }

  private record Service(String user, Rest rest) {}

  private static Message renumbered(Message message, int turn) {
    return switch (message) {
      case Message.Assistant assistant -> {
        List<Part> parts = new ArrayList<>();
        for (Part part : assistant.parts()) {
          parts.add(
              part instanceof Part.ToolCall call
                  ? new Part.ToolCall(
                      "id_" + turn + call.id().replace('#', '-'),
                      call.name(),
                      call.kind(),
                      call.arguments(),
                      null,
                      null,
                      call.rest())
                  : part);
        }
        yield new Message.Assistant(parts, null, assistant.citations(), null, assistant.rest());
      }
      case Message.ToolResult result ->
          new Message.ToolResult(
              "id_" + turn + result.callId().replace('#', '-'),
              null,
              result.parts(),
              result.outcome(),
              null,
              result.rest());
      case Message.User _, Message.System _, Message.Developer _ -> message;
    };
  }

  private static Arbitrary<ReasoningSettings> reasoning() {
    Arbitrary<Effort> effort =
        Arbitraries.of(Effort.LOW, Effort.MEDIUM, Effort.HIGH, Effort.XHIGH, Effort.MAX);
    return Arbitraries.oneOf(
        Arbitraries.of(
            ReasoningSettings.NONE,
            new ReasoningSettings(Mode.OFF, null, null, Disclosure.UNSTATED),
            new ReasoningSettings(Mode.OFF, Effort.HIGH, null, Disclosure.UNSTATED)),
        Combinators.combine(
                effort.injectNull(0.3),
                Arbitraries.of(Disclosure.UNSTATED, Disclosure.SUMMARY, Disclosure.HIDDEN))
            .as((hard, shown) -> new ReasoningSettings(Mode.ADAPTIVE, hard, null, shown)));
  }

  private static Arbitrary<ToolSettings> tools() {
    Arbitrary<Tool> function =
        Combinators.combine(
                Arbitraries.of("f", "search-web"),
                ChatModels.text().injectNull(0.5),
                Arbitraries.of(true, false).injectNull(0.5),
                Arbitraries.of(CacheHint.DEFAULT, new CacheHint(Duration.ofHours(1)))
                    .injectNull(0.5),
                MODELS.rest())
            .as((name, description, strict, cache, rest) ->
                new Tool.Function(name, description, CLOSED, strict, cache, rest));
    Arbitrary<Tool> foreign =
        Arbitraries.just(
            new Tool.Foreign(
                Anthropic.PROTOCOL,
                "web_search_20250305",
                new Json("{\"type\":\"web_search_20250305\", \"name\":\"web_search\"}")));
    Arbitrary<ToolChoice> plain =
        Arbitraries.of(new ToolChoice.Auto(), new ToolChoice.Required(), new ToolChoice.Named("f"));
    return Arbitraries.oneOf(
        Combinators.combine(
                Arbitraries.oneOf(function, foreign).list().ofMinSize(1).ofMaxSize(3),
                plain,
                Arbitraries.just(false).injectNull(0.5))
            .as((all, choice, single) ->
                new ToolSettings(all, choice, single, ToolSettings.Style.TOOLS)),
        Combinators.combine(
                Arbitraries.oneOf(function, foreign).list().ofMinSize(1).ofMaxSize(3),
                Arbitraries.of(
                        new ToolChoice.None(),
                        new ToolChoice.Foreign(
                            Anthropic.PROTOCOL, new Json("{\"type\":\"new\", \"x\":1}")))
                    .injectNull(0.5))
            .as((all, choice) -> new ToolSettings(all, choice, null, ToolSettings.Style.TOOLS)));
  }

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

    assertThatThrownBy(() -> AnthropicRequests.decode(json, 0, at))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      AnthropicRequests.decode(json, 0, json.length);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

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
