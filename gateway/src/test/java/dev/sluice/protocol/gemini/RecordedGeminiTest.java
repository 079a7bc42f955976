package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Signature;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Real answers of AI Studio and Vertex, whole and streamed, through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedGeminiTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recordings.of(Protocol.GEMINI);
    assertThat(recordings).hasSizeGreaterThan(190);
  }

  private static List<Recorded> wholes() {
    return recordings.stream()
        .filter(recorded -> recorded.status() == 200 && recorded.frames().isEmpty())
        .toList();
  }

  private static List<Recorded> streams() {
    return recordings.stream().filter(recorded -> !recorded.frames().isEmpty()).toList();
  }

  @Test
  void everyWholeAnswerSaysInTheModelWhatItSaidOnTheWire() {
    assertThat(wholes()).hasSizeGreaterThan(140);
    for (Recorded recorded : wholes()) {
      String name = recorded.name();
      byte[] bytes = recorded.body();

      ChatResponse response = GeminiAnswers.decode(bytes, 0, bytes.length, GeminiReading.PLAIN);

      WireAnswer wire = WireAnswer.of(List.of(recorded.text()));
      assertThat(Gemini.orEmpty(response.id())).as(name).isEqualTo(wire.id);
      assertThat(Gemini.orEmpty(response.model())).as(name).isEqualTo(wire.model);
      assertThat(response.tier()).as(name).isEqualTo(tier(wire.tier));
      wire.checkUsage(name, response.usage());
      assertThat(response.choices()).as(name).hasSameSizeAs(wire.candidates.values());
      for (Choice choice : response.choices()) {
        whole(name, wire.candidates.get(choice.index()), choice);
      }
      assertThat(normal(encoded(response))).as(name).isEqualTo(normal(recorded.text()));
    }
  }

  private static String tier(String word) {
    return switch (word) {
      case "" -> null;
      case "standard", "ON_DEMAND", "1" -> "default";
      case "ON_DEMAND_FLEX" -> "flex";
      default -> throw new AssertionError("not thought of: " + word);
    };
  }

  private static void whole(String name, WireAnswer.Piece wire, Choice choice) {
    Message.Assistant message = choice.message();
    StringBuilder reasoning = new StringBuilder();
    List<String> calls = new ArrayList<>();
    List<String> signatures = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    for (Part part : message.parts()) {
      Signature signature = null;
      switch (part) {
        case Part.Text text -> signature = text.signature();
        case Part.Thinking thinking -> {
          reasoning.append(thinking.text());
          signature = thinking.signature();
        }
        case Part.ToolCall call -> {
          JsonNode arguments = Recordings.MAPPER.readTree(call.arguments());
          calls.add(call.name() + ' ' + arguments);
          ids.add(call.id());
          signature = call.signature();
        }
        case Part.Foreign other ->
            foreign.add(Recordings.MAPPER.readTree(other.json().text()).toString());
        default -> fail("%s: %s", name, part);
      }
      if (signature != null) {
        assertThat(signature.issuer()).isEqualTo(Signature.GEMINI);
        signatures.add(signature.text());
      }
    }
    assertThat(message.text()).as(name).isEqualTo(wire.text.toString());
    assertThat(reasoning.toString()).as(name).isEqualTo(wire.reasoning.toString());
    assertThat(calls).as(name).isEqualTo(wire.calls);
    ids(name, ids, wire.ids);
    assertThat(signatures).as(name).isEqualTo(wire.signatures);
    assertThat(foreign).as(name).isEqualTo(wire.foreign);
    assertThat(message.citations()).as(name).hasSize(wire.sources);
    assertThat(choice.finish() == null ? "" : choice.finish().reason().name())
        .as(name)
        .isEqualTo(WireAnswer.expectedFinish(wire));
  }

  /** The provider's ids are kept, and where there are none each call has one of its own. */
  private static void ids(String name, List<String> ids, List<String> wire) {
    assertThat(ids).as(name).hasSameSizeAs(wire).doesNotHaveDuplicates();
    for (int i = 0; i < ids.size(); i++) {
      if (wire.get(i).isEmpty()) {
        assertThat(ids.get(i)).as(name).matches("[0-9A-Za-z]{9}");
      } else {
        assertThat(ids.get(i)).as(name).isEqualTo(wire.get(i));
      }
    }
  }

  private static String encoded(ChatResponse response) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    GeminiAnswers.encode(
        response, new GeminiAnswerOptions("made-up", null, CallIdField.WRITE), out, losses);
    assertThat(losses.fields()).isEmpty();
    return out.toString();
  }

  /** An answer without what goes without saying: noughts, first indexes, ids of our making. */
  private static JsonNode normal(String json) {
    ObjectNode root = (ObjectNode) Recordings.MAPPER.readTree(json);
    if (root.path("responseId").asString("").equals("made-up")) {
      root.remove("responseId");
    }
    if (root.path("modelVersion").asString("?").isEmpty()) {
      root.remove("modelVersion");
    }
    if (root.path("usageMetadata") instanceof ObjectNode usage) {
      if (usage.path("candidatesTokenCount").asInt(1) == 0) {
        usage.remove("candidatesTokenCount");
      }
    }
    for (JsonNode candidate : root.path("candidates")) {
      ObjectNode object = (ObjectNode) candidate;
      if (object.path("index").asInt(1) == 0) {
        object.remove("index");
      }
      if (object.path("finishReason").asString("").equals("1")) {
        object.put("finishReason", "STOP");
      }
      if (object.path("content") instanceof ObjectNode content) {
        content.remove("role");
        content.path("parts").forEach(RecordedGeminiTest::normalPart);
        if (content.path("parts") instanceof ArrayNode parts) {
          // A text without words and without a seal says nothing.
          for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i).size() == 1 && parts.get(i).path("text").asString("?").isEmpty()) {
              parts.remove(i);
            }
          }
          if (parts.isEmpty()) {
            content.remove("parts");
          }
        }
        if (content.isEmpty()) {
          object.remove("content");
        }
      }
    }
    return root;
  }

  private static void normalPart(JsonNode part) {
    if (part.path("functionCall") instanceof ObjectNode call
        && call.path("id").asString("").matches("[0-9A-Za-z]{9}")) {
      call.remove("id");
    }
  }

  private static List<ChatEvent> events(List<String> frames) {
    List<ChatEvent> events = new ArrayList<>();
    GeminiChunkDecoder decoder = new GeminiChunkDecoder(GeminiReading.PLAIN);
    for (String frame : frames) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 0, bytes.length, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  @Test
  void everyStreamSaysInTheModelWhatItSaidOnTheWire() {
    assertThat(streams()).hasSizeGreaterThan(35);
    for (Recorded recorded : streams()) {
      String name = recorded.name();

      List<ChatEvent> events = events(recorded.frames());

      WireAnswer wire = WireAnswer.of(recorded.frames());
      Assembled answer = Assembled.of(events);
      assertThat(answer.last).as(name).isInstanceOf(ChatEvent.End.class);
      assertThat(Gemini.orEmpty(answer.start.id())).as(name).isEqualTo(wire.id);
      assertThat(Gemini.orEmpty(answer.start.model())).as(name).isEqualTo(wire.model);
      wire.checkUsage(name, answer.usage);
      streamed(name, wire, events, answer);
      Assembled again = Assembled.of(events(reencoded(events)));
      assertThat(again.usage).as(name).isEqualTo(answer.usage);
      assertThat(again.start.id()).as(name).isEqualTo(wire.id.isEmpty() ? "made-up" : wire.id);
      same(name, answer, again);
    }
  }

  private static void streamed(
      String name, WireAnswer wire, List<ChatEvent> events, Assembled answer) {
    for (Map.Entry<Integer, WireAnswer.Piece> entry : wire.candidates.entrySet()) {
      Assembled.Piece piece = answer.choices.getOrDefault(entry.getKey(), new Assembled.Piece());
      WireAnswer.Piece expected = entry.getValue();
      assertThat(piece.text.toString()).as(name).isEqualTo(expected.text.toString());
      assertThat(piece.reasoning.toString()).as(name).isEqualTo(expected.reasoning.toString());
      List<String> calls = new ArrayList<>();
      for (Assembled.Call call : piece.calls) {
        calls.add(
            call.name + ' ' + Recordings.MAPPER.readTree(call.arguments.toString()).toString());
      }
      assertThat(calls).as(name).isEqualTo(expected.calls);
      ids(name, piece.calls.stream().map(call -> call.id).toList(), expected.ids);
      assertThat(piece.citations).as(name).hasSize(expected.sources);
      assertThat(piece.finish.reason().name())
          .as(name)
          .isEqualTo(WireAnswer.expectedFinish(expected));
    }
    List<String> signatures = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    for (ChatEvent event : events) {
      switch (event) {
        case ChatEvent.ReasoningSignature seal -> signatures.add(seal.signature().text());
        case ChatEvent.SealedReasoning seal -> signatures.add(seal.sealed().text());
        case ChatEvent.ToolCallStart call when call.signature() != null ->
            signatures.add(call.signature().text());
        case ChatEvent.ForeignPart part ->
            foreign.add(Recordings.MAPPER.readTree(part.part().json().text()).toString());
        default -> {
          // Checked above.
        }
      }
    }
    List<String> sent =
        wire.candidates.values().stream().flatMap(piece -> piece.signatures.stream()).toList();
    assertThat(signatures).as(name).isEqualTo(sent);
    assertThat(foreign)
        .as(name)
        .isEqualTo(
            wire.candidates.values().stream().flatMap(piece -> piece.foreign.stream()).toList());
  }

  private static List<String> reencoded(List<ChatEvent> events) {
    List<String> frames = new ArrayList<>();
    Losses losses = new Losses();
    GeminiChunkEncoder encoder =
        new GeminiChunkEncoder(new GeminiAnswerOptions("made-up", null, CallIdField.WRITE), losses);
    events.forEach(event -> encoder.encode(event, chunk -> frames.add(chunk.toString())));
    assertThat(losses.fields()).isEmpty();
    return frames;
  }

  private static void same(String name, Assembled was, Assembled is) {
    assertThat(is.choices.keySet()).as(name).isEqualTo(was.choices.keySet());
    for (Map.Entry<Integer, Assembled.Piece> entry : was.choices.entrySet()) {
      Assembled.Piece before = entry.getValue();
      Assembled.Piece after = is.choices.get(entry.getKey());
      assertThat(after.text.toString()).as(name).isEqualTo(before.text.toString());
      assertThat(after.reasoning.toString()).as(name).isEqualTo(before.reasoning.toString());
      assertThat(after.signatures).as(name).isEqualTo(before.signatures);
      assertThat(after.calls).as(name).hasToString(before.calls.toString());
      assertThat(after.citations).as(name).isEqualTo(before.citations);
      assertThat(after.finish).as(name).isEqualTo(before.finish);
    }
  }

  @Test
  void everyStreamThatIsCutEndsAsAFailure() {
    int cut = 0;
    for (Recorded recorded : streams()) {
      int frames = recorded.frames().size();
      for (int kept : new int[] {0, frames / 4, frames / 2, frames - 1}) {
        List<String> sent = recorded.frames().subList(0, kept);
        if (!sent.toString().contains("finishReason")) {
          cut++;
          List<ChatEvent> events = events(sent);
          assertThat(events.getLast()).as(recorded.name()).isInstanceOf(ChatEvent.Failure.class);
          assertThat(events).as(recorded.name()).noneMatch(ChatEvent.Finished.class::isInstance);
        }
      }
    }
    assertThat(cut).isGreaterThan(100);
  }

  @Test
  void noCutOfAFrameOrAnAnswerDoesAnyHarm() {
    for (Recorded recorded : recordings) {
      String text = recorded.frames().isEmpty() ? recorded.text() : recorded.frames().getFirst();
      byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
      int step = Math.max(1, bytes.length / 60);
      for (int to = 1; to < bytes.length - 1; to += step) {
        try {
          if (recorded.frames().isEmpty()) {
            GeminiAnswers.decode(bytes, 0, to, GeminiReading.PLAIN);
          } else {
            new GeminiChunkDecoder(GeminiReading.PLAIN).frame(bytes, 0, to, _ -> {});
          }
          fail(recorded.name() + " cut at " + to + " was taken for whole");
        } catch (MalformedJson | MisshapenJson e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }
}
