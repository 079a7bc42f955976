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

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.Json;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
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

/** The codec of requests against generated ones, and against spoiled bytes. */
class RequestPropertiesTest {

  private static final Json CLOSED =
      new Json(
          "{ \"type\":\"object\",\"properties\":{\"n\":{\"enum\":[1e2, 9007199254740993]}},\"additionalProperties\":false}");

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
}
