package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
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

/** The codec against generated models, and against spoiled bytes. */
class CoherePropertiesTest {

  private static final ChatModels OURS = new ChatModels(Cohere.PROTOCOL);
  private static final ChatModels FOREIGN = new ChatModels("openai");

  private static Arbitrary<ChatRequest> requests(ChatModels models) {
    Arbitrary<ReasoningSettings> reasoning =
        Combinators.combine(
                Arbitraries.of(ReasoningSettings.Mode.class),
                Arbitraries.of(ReasoningSettings.Effort.class).injectNull(0.5),
                Arbitraries.longs().between(0, 100_000).injectNull(0.5),
                Arbitraries.of(ReasoningSettings.Disclosure.class))
            .as(ReasoningSettings::new);
    return Combinators.combine(
            models.message().list().ofMinSize(1).ofMaxSize(5),
            models.tools(),
            ChatModels.sampling(),
            models.output(),
            reasoning,
            ChatModels.service(),
            Arbitraries.of(ChatRequest.Delivery.class),
            models.rest())
        .as((messages, tools, sampling, output, thinking, service, delivery, rest) ->
            new ChatRequest(
                "m", messages, tools, sampling, output, thinking, service, delivery, rest));
  }

  @Provide
  Arbitrary<ChatRequest> anyRequests() {
    return Arbitraries.oneOf(requests(OURS), requests(FOREIGN));
  }

  /** Whatever can be carried is carried for good: what was written once is written so again. */
  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void encodeOfDecodeChangesNothing(@ForAll("anyRequests") ChatRequest request) {
    Codec.Written written;
    try {
      written = Codec.write(request, Codec.ABLE);
    } catch (GatewayException e) {
      assertThat(e.getMessage()).contains("messages");
      return;
    }

    ChatRequest back = Codec.request(written.text());
    Codec.Written again = Codec.write(back, Codec.ABLE);

    assertThat(again.losses()).isEmpty();
    assertThat(again.json()).isEqualTo(written.json());
    assertThat(Codec.request(again.text())).isEqualTo(back);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aCutOrSpoiledRequestIsRefusedAndNothingWorse(
      @ForAll("anyRequests") ChatRequest request, @ForAll int place, @ForAll byte spoiler) {
    byte[] json;
    try {
      json = Codec.write(request, Codec.ABLE).text().getBytes(StandardCharsets.UTF_8);
    } catch (GatewayException _) {
      return;
    }
    int at = Math.floorMod(place, json.length);

    assertThatThrownBy(() -> CohereRequests.decode(json, 0, at))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      CohereRequests.decode(json, 0, json.length);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<ChatResponse> responses() {
    Arbitrary<Part> said =
        Arbitraries.oneOf(
            Combinators.combine(ChatModels.text(), OURS.rest())
                .as((text, rest) -> new Part.Text(text, null, null, rest)),
            Combinators.combine(ChatModels.text(), OURS.rest())
                .as((text, rest) -> new Part.Thinking(text, Part.Thinking.Form.FULL, null, rest)));
    Arbitrary<Part> call =
        Combinators.combine(
                Arbitraries.of("call_1", "id with spaces"),
                ChatModels.name(),
                Arbitraries.of("{}", "{\"a\":1e2}", "{\"cut"),
                OURS.rest())
            .as((id, name, arguments, rest) ->
                new Part.ToolCall(
                    id, name, Part.ToolCall.Kind.FUNCTION, arguments, null, null, rest));
    Arbitrary<Message.Assistant> message =
        Combinators.combine(
                said.list().ofMaxSize(4),
                ChatModels.text().injectNull(0.5),
                call.list().ofMaxSize(3),
                OURS.rest())
            .as((content, plan, calls, rest) -> {
              List<Part> parts = new ArrayList<>(content);
              if (plan != null) {
                parts.add(
                    new Part.Thinking(plan, Part.Thinking.Form.FULL, null, MessageReader.PLAN));
              }
              parts.addAll(calls);
              return new Message.Assistant(parts, null, List.of(), null, rest);
            });
    Arbitrary<Usage> usage =
        Combinators.combine(
                Arbitraries.longs().between(0, 1000),
                Arbitraries.longs().between(0, 1000),
                Arbitraries.longs().between(-1, 1000),
                Arbitraries.of(Usage.Origin.class))
            .as((in, out, cached, origin) ->
                Usage.builder().prompt(in).completion(out).cached(cached).origin(origin).build());
    return Combinators.combine(
            message,
            Arbitraries.of("COMPLETE", "STOP_SEQUENCE", "MAX_TOKENS", "TOOL_CALL", "ERROR"),
            usage,
            OURS.rest(),
            OURS.rest())
        .as((assistant, word, used, usageRest, rest) ->
            new ChatResponse(
                "a1",
                ChatResponse.UNKNOWN,
                null,
                null,
                List.of(new Choice(0, assistant, Finishes.of(word), null, Rest.NONE)),
                used,
                usageRest,
                rest));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfAnswers(@ForAll("responses") ChatResponse response) {
    Losses losses = new Losses();

    String written = Codec.text(response, losses);

    assertThat(losses.fields()).isEmpty();
    assertThat(Codec.answer(written)).isEqualTo(response);
  }

  @Provide
  Arbitrary<List<String>> streams() {
    Arbitrary<ChatEvent> event =
        Arbitraries.oneOf(
            ChatModels.text().map(text -> new ChatEvent.TextDelta(0, text)),
            Combinators.combine(Arbitraries.integers().between(0, 2), ChatModels.text())
                .as((run, text) ->
                    new ChatEvent.ReasoningDelta(0, run, Part.Thinking.Form.FULL, text)),
            FOREIGN.citation().map(citation -> new ChatEvent.CitationFound(0, citation)));
    return event
        .list()
        .ofMaxSize(8)
        .map(told -> {
          List<ChatEvent> events = new ArrayList<>();
          events.add(new ChatEvent.Start("a1", 1, null, null, Rest.NONE));
          events.addAll(told);
          events.add(
              new ChatEvent.ToolCallStart(0, 0, "c", "f", Part.ToolCall.Kind.FUNCTION, null));
          events.add(new ChatEvent.ToolCallDelta(0, 0, "{}"));
          events.add(new ChatEvent.Finished(0, new Finish(FinishReason.TOOL_CALLS)));
          events.add(new ChatEvent.End());
          return Codec.frames(events, new Losses());
        });
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void aSpoiledStreamIsRefusedOrFailsOrSaysSomethingElseAndNothingWorse(
      @ForAll("streams") List<String> frames,
      @ForAll int which,
      @ForAll int place,
      @ForAll byte spoiler) {
    List<byte[]> data = new ArrayList<>();
    frames.forEach(frame -> data.add(frame.getBytes(StandardCharsets.UTF_8)));
    byte[] spoiled = data.get(Math.floorMod(which, data.size()));
    spoiled[Math.floorMod(place, spoiled.length)] = spoiler;

    List<ChatEvent> events = new ArrayList<>();
    CohereEventDecoder decoder = new CohereEventDecoder(Disguise.NONE);
    for (byte[] frame : data) {
      try {
        decoder.frame(frame, 0, frame.length, events::add);
      } catch (MalformedJson | MisshapenJson e) {
        assertThat(e.getMessage()).isNotBlank();
        return;
      }
    }
    decoder.close(events::add);

    assertThat(events.getLast()).isInstanceOfAny(ChatEvent.End.class, ChatEvent.Failure.class);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anyBytesAreRefusedAndNothingWorse(@ForAll byte[] bytes) {
    try {
      CohereAnswers.decode(bytes, 0, bytes.length, Disguise.NONE);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      new CohereEventDecoder(Disguise.NONE).frame(bytes, 0, bytes.length, _ -> {});
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(CohereErrors.read(bytes, 0, bytes.length)).isNotNull();
  }
}
