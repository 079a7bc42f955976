package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequest.Delivery;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import dev.sluice.protocol.gemini.GeminiRequestOptions.ThoughtsWanted;
import dev.sluice.protocol.gemini.GeminiRequestOptions.Urls;
import dev.sluice.recorded.Recordings;
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

/** What the protocol can carry comes through; what is no JSON, or no Gemini's, is refused. */
class GeminiPropertiesTest {

  private static final GeminiRequestOptions LOSSLESS =
      new GeminiRequestOptions(
          Codec.STUDIO.abilities(),
          Codec.STUDIO.callIds(),
          Urls.ANY,
          ThoughtsWanted.WHERE_ASKED,
          LateInstructions.REFUSE,
          MissingResults.REFUSE,
          Codec.STUDIO.tier(),
          GeminiRequestOptions.FileNames.WRITE);

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfRequests(@ForAll("requests") ChatRequest request) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();

    GeminiRequests.encode(request, LOSSLESS, out, losses);

    Recordings.MAPPER.readTree(out.toString());
    assertThat(losses.fields()).isEmpty();
    assertThat(GeminiRequests.decode(out.toBytes(), 0, out.length(), "m", Delivery.WHOLE))
        .isEqualTo(request);
  }

  @Provide
  Arbitrary<ChatRequest> requests() {
    return ContentModels.requests();
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncodeOfAnswers(@ForAll("answers") ChatResponse response) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();

    GeminiAnswers.encode(response, Codec.ANSWER, out, losses);

    assertThat(losses.fields()).isEmpty();
    assertThat(GeminiAnswers.decode(out.toBytes(), 0, out.length(), GeminiReading.PLAIN))
        .isEqualTo(response);
  }

  @Provide
  Arbitrary<ChatResponse> answers() {
    ChatModels models = new ChatModels(Gemini.PROTOCOL);
    Arbitrary<Choice> choice =
        Combinators.combine(ContentModels.assistantParts(), models.rest(), models.rest())
            .as((parts, messageRest, rest) -> choice(parts, messageRest, rest));
    return Combinators.combine(
            Arbitraries.of("r"),
            Arbitraries.longs().between(-1, 2_000_000_000L),
            Arbitraries.of("flex", "default").injectNull(0.5),
            choice,
            ContentModels.usage(),
            models.rest(),
            models.rest())
        .as((id, created, tier, only, usage, usageRest, rest) ->
            new ChatResponse(id, created, "g", tier, List.of(only), usage, usageRest, rest));
  }

  private static Choice choice(List<Part> parts, Rest messageRest, Rest rest) {
    int calls = 0;
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      calls += part instanceof Part.ToolCall ? 1 : 0;
      text.append(part instanceof Part.Text piece ? piece.text() : "");
    }
    int length = text.toString().codePointCount(0, text.length());
    List<Citation> cited =
        length == 0
            ? List.of()
            : List.of(new Citation("https://a", "t", null, 0, length, Rest.NONE));
    Finish finish =
        calls > 0
            ? new Finish(FinishReason.TOOL_CALLS, "STOP", null)
            : new Finish(FinishReason.LENGTH, "MAX_TOKENS", null);
    return new Choice(
        0, new Message.Assistant(parts, null, cited, null, messageRest), finish, null, rest);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aStreamThatIsWrittenReadsAsItWas(@ForAll("parts") List<Part> parts) {
    List<ChatEvent> events = streamed(parts);

    List<String> frames = Codec.frames(events, new Losses());
    Assembled was = Assembled.of(events);
    Assembled is = Assembled.of(Codec.events(GeminiReading.PLAIN, frames));

    assertThat(is.usage).isEqualTo(was.usage);
    assertThat(is.last).isEqualTo(was.last);
    assertThat(is.start.id()).isEqualTo("i");
    Assembled.Piece before = was.choices.get(0);
    Assembled.Piece after = is.choices.get(0);
    assertThat(after.text.toString()).isEqualTo(before.text.toString());
    assertThat(after.reasoning.toString()).isEqualTo(before.reasoning.toString());
    assertThat(after.signatures).isEqualTo(before.signatures);
    assertThat(after.calls).hasToString(before.calls.toString());
    assertThat(after.finish.reason()).isEqualTo(before.finish.reason());
  }

  @Provide
  Arbitrary<List<Part>> parts() {
    return ContentModels.assistantParts();
  }

  private static List<ChatEvent> streamed(List<Part> parts) {
    List<ChatEvent> events = new ArrayList<>();
    events.add(new ChatEvent.Start("i", 7, "m", "flex", Rest.NONE));
    int calls = 0;
    int run = 0;
    for (Part part : parts) {
      switch (part) {
        case Part.Text text -> {
          if (!text.text().isEmpty()) {
            events.add(new ChatEvent.TextDelta(0, text.text()));
          }
        }
        case Part.Thinking thought -> {
          events.add(new ChatEvent.ReasoningDelta(0, run, thought.form(), thought.text()));
          Signature seal = thought.signature();
          if (seal != null) {
            events.add(new ChatEvent.ReasoningSignature(0, run, seal));
          }
          run++;
        }
        case Part.ToolCall call -> {
          events.add(
              new ChatEvent.ToolCallStart(
                  0, calls, call.id(), call.name(), call.kind(), call.signature()));
          int middle = call.arguments().length() / 2;
          if (middle > 0) {
            events.add(
                new ChatEvent.ToolCallDelta(0, calls, call.arguments().substring(0, middle)));
          }
          events.add(new ChatEvent.ToolCallDelta(0, calls, call.arguments().substring(middle)));
          calls++;
        }
        default -> {
          // Not told in this test.
        }
      }
    }
    FinishReason reason = calls > 0 ? FinishReason.TOOL_CALLS : FinishReason.STOP;
    events.add(new ChatEvent.Finished(0, new Finish(reason)));
    Usage usage = Usage.builder().prompt(3).completion(9).reasoning(4).total(12).build();
    events.add(new ChatEvent.UsageReport(usage, Rest.NONE));
    events.add(new ChatEvent.End());
    return events;
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void noBytesDoHarm(@ForAll("rubbish") byte[] bytes) {
    harmless(() -> GeminiRequests.decode(bytes, 0, bytes.length, "m", Delivery.WHOLE));
    harmless(() -> GeminiAnswers.decode(bytes, 0, bytes.length, GeminiReading.PLAIN));
    List<ChatEvent> events = new ArrayList<>();
    GeminiChunkDecoder decoder = new GeminiChunkDecoder(GeminiReading.PLAIN);
    harmless(() -> decoder.frame(bytes, 0, bytes.length, events::add));
    decoder.close(events::add);
    Assembled.of(events);
    assertThat(GeminiErrors.read(bytes, 0, bytes.length)).isNotNull();
  }

  private static void harmless(Runnable decode) {
    try {
      decode.run();
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Answers and requests that are cut, doubled, or have a byte or a value changed. */
  @Provide
  Arbitrary<byte[]> rubbish() {
    Arbitrary<String> values =
        Arbitraries.of(
            "null",
            "1",
            "-1",
            "1e999999999",
            "\"\"",
            "\"x\"",
            "[]",
            "[{}]",
            "{}",
            "true",
            "[null]");
    Arbitrary<String> whole =
        Arbitraries.of(
            ContentModels.ANSWER, ContentModels.REQUEST, "[{\"error\":{\"code\":1}}]", "[[[[");
    return Combinators.combine(
            whole,
            Arbitraries.integers().between(0, 2_000),
            values,
            Arbitraries.integers().between(0, 4))
        .as((text, at, value, how) -> spoilt(text, at % text.length(), value, how));
  }

  private static byte[] spoilt(String text, int at, String value, int how) {
    int colon = text.indexOf(':', at);
    String spoilt =
        switch (how) {
          case 0 -> text.substring(0, at);
          case 1 -> text.substring(0, at) + '\ufffd' + text.substring(at + 1);
          case 2 -> text.substring(0, at) + value + text.substring(at);
          default ->
              colon < 0 ? value : text.substring(0, colon + 1) + value + rest(text, colon + 1);
        };
    return spoilt.getBytes(StandardCharsets.UTF_8);
  }

  /** What stands behind the value at {@code from}, so that the text mostly stays JSON. */
  private static String rest(String text, int from) {
    int depth = 0;
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted && (c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == '}' || c == ']')) {
        depth--;
      }
      if (!quoted && (depth < 0 || (depth == 0 && c == ','))) {
        return text.substring(i);
      }
    }
    return "";
  }
}
