package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatRequest.Delivery;
import dev.sluice.chat.ChatRequestBuilder;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Feature;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.protocol.gemini.GeminiRequestOptions.LateInstructions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.MissingResults;
import dev.sluice.protocol.gemini.GeminiRequestOptions.Urls;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Short ways through the codec, for tests. */
final class Codec {

  static final GeminiRequestOptions STUDIO =
      GeminiRequestOptions.studio(without(GeminiAbilities.LEVELLED, Feature.SIGNED_CALLS));
  static final GeminiRequestOptions VERTEX = GeminiRequestOptions.vertex(GeminiAbilities.BUDGETED);
  static final GeminiAnswerOptions ANSWER =
      new GeminiAnswerOptions("made-up", null, CallIdField.WRITE);

  static final Message HI = Message.User.of("hi");

  static final Json SCHEMA =
      new Json("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}");

  private Codec() {}

  static GeminiAbilities without(GeminiAbilities all, Feature... features) {
    Set<Feature> left = EnumSet.copyOf(all.features());
    List.of(features).forEach(left::remove);
    return new GeminiAbilities(
        all.outputTokensMax(),
        all.temperatureMax(),
        all.stopMax(),
        all.choicesMax(),
        all.reasoning(),
        left);
  }

  static GeminiAbilities thinking(GeminiAbilities.Reasoning reasoning) {
    GeminiAbilities all = GeminiAbilities.BUDGETED;
    return new GeminiAbilities(
        all.outputTokensMax(),
        all.temperatureMax(),
        all.stopMax(),
        all.choicesMax(),
        reasoning,
        all.features());
  }

  static ChatRequest request(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return GeminiRequests.decode(bytes, 2, bytes.length - 2, "m", Delivery.WHOLE);
  }

  static JsonNode encoded(ChatRequest request, GeminiRequestOptions options, Losses losses) {
    JsonWriter out = new JsonWriter();
    GeminiRequests.encode(request, options, out, losses);
    return Recordings.MAPPER.readTree(out.toString());
  }

  /** The request on the wire, which must hold all of it. */
  static JsonNode encoded(ChatRequest request, GeminiRequestOptions options) {
    Losses losses = new Losses();
    JsonNode wire = encoded(request, options, losses);
    assertThat(losses.fields()).isEmpty();
    return wire;
  }

  static ChatResponse answer(String json) {
    return answer(json, GeminiReading.PLAIN);
  }

  static ChatResponse answer(String json, GeminiReading reading) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return GeminiAnswers.decode(bytes, 2, bytes.length - 2, reading);
  }

  static JsonNode encoded(ChatResponse response, Losses losses) {
    JsonWriter out = new JsonWriter();
    GeminiAnswers.encode(response, ANSWER, out, losses);
    return Recordings.MAPPER.readTree(out.toString());
  }

  static List<ChatEvent> events(String... frames) {
    return events(GeminiReading.PLAIN, List.of(frames));
  }

  static List<ChatEvent> events(GeminiReading reading, List<String> frames) {
    List<ChatEvent> events = new ArrayList<>();
    GeminiChunkDecoder decoder = new GeminiChunkDecoder(reading);
    for (String frame : frames) {
      byte[] bytes = ("xx" + frame + "yy").getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 2, bytes.length - 2, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  static List<String> frames(List<ChatEvent> events, Losses losses) {
    List<String> frames = new ArrayList<>();
    GeminiChunkEncoder encoder = new GeminiChunkEncoder(ANSWER, losses);
    events.forEach(event -> encoder.encode(event, chunk -> frames.add(chunk.toString())));
    return frames;
  }

  /** A frame of the first candidate: these parts, and these members behind the content. */
  static String frame(String parts, String members) {
    return "{\"candidates\":[{\"content\":{\"parts\":["
        + parts
        + "],\"role\":\"model\"},\"index\":0"
        + members
        + "}],\"modelVersion\":\"g\",\"responseId\":\"r\"}";
  }

  /** JSON with single quotes, for reading. */
  static JsonNode json(String text) {
    return Recordings.MAPPER.readTree(text.replace('\'', '"'));
  }

  static ChatRequest of(Message... messages) {
    ChatRequestBuilder request = ChatRequest.builder("m");
    for (Message message : messages) {
      request.message(message);
    }
    return request.build();
  }

  static GeminiRequestOptions with(LateInstructions late, MissingResults missing) {
    return new GeminiRequestOptions(
        STUDIO.abilities(),
        STUDIO.callIds(),
        Urls.OWN,
        STUDIO.thoughts(),
        late,
        missing,
        STUDIO.tier(),
        STUDIO.fileNames());
  }

  static void refused(ChatRequest request, GeminiRequestOptions options, String path) {
    assertThatThrownBy(() -> encoded(request, options, new Losses()))
        .isInstanceOfSatisfying(
            GatewayException.class,
            e ->
                assertThat(((Fault.InvalidRequest) e.fault()).violations().getFirst().path())
                    .isEqualTo(path));
  }

  static Message calls(String... ids) {
    Part[] parts = new Part[ids.length];
    for (int i = 0; i < ids.length; i++) {
      parts[i] = new Part.ToolCall(ids[i], "f" + ids[i], "{\"n\":1.50}");
    }
    return Message.Assistant.of(parts);
  }

  static ChatRequestBuilder hi() {
    return ChatRequest.builder("m").message(Message.User.of("hi"));
  }

  static GeminiRequestOptions old() {
    return GeminiRequestOptions.vertex(without(GeminiAbilities.BUDGETED, Feature.values()));
  }
}
