package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.sse.PiecedStream;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Real requests, answers and streams through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedCohereTest {

  private static List<Recorded> chats = List.of();
  private static List<Recorded> wholes = List.of();
  private static List<Recorded> streams = List.of();

  @BeforeAll
  static void load() {
    chats = Recordings.of(Protocol.COHERE);
    wholes = chats.stream().filter(one -> one.frames().isEmpty()).toList();
    streams = chats.stream().filter(one -> !one.frames().isEmpty()).toList();
    assertThat(wholes).hasSizeGreaterThan(7);
    assertThat(streams).hasSizeGreaterThan(3);
  }

  /** What the wire says of an answer, put together without the codec. */
  private static final class Wire {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder plan = new StringBuilder();
    private final List<StringBuilder> calls = new ArrayList<>();
    private String id = "";
    private String finish = "";
    private JsonNode usage = Codec.MAPPER.createObjectNode();

    private static Wire of(JsonNode answer) {
      Wire wire = new Wire();
      wire.id = answer.path("id").asString();
      wire.finish = answer.path("finish_reason").asString();
      wire.usage = answer.path("usage");
      JsonNode message = answer.path("message");
      message.path("content").forEach(block -> wire.text.append(block.path("text").asString()));
      wire.plan.append(message.path("tool_plan").asString(""));
      message.path("tool_calls").forEach(wire::call);
      return wire;
    }

    private void call(JsonNode call) {
      JsonNode function = call.path("function");
      calls.add(
          new StringBuilder(call.path("id").asString())
              .append(' ')
              .append(function.path("name").asString())
              .append(' ')
              .append(function.path("arguments").asString()));
    }

    private static Wire of(List<String> frames) {
      Wire wire = new Wire();
      for (String frame : frames) {
        if (frame.equals("[DONE]")) {
          continue;
        }
        JsonNode event = Codec.MAPPER.readTree(frame);
        JsonNode message = event.at("/delta/message");
        switch (event.path("type").asString()) {
          case "message-start" -> wire.id = event.path("id").asString();
          case "content-start", "content-delta" ->
              wire.text.append(message.at("/content/text").asString(""));
          case "tool-plan-delta" -> wire.plan.append(message.path("tool_plan").asString());
          case "tool-call-start" -> wire.call(message.path("tool_calls"));
          case "tool-call-delta" ->
              wire.calls
                  .get(event.path("index").asInt())
                  .append(message.at("/tool_calls/function/arguments").asString());
          case "message-end" -> {
            wire.finish = event.at("/delta/finish_reason").asString();
            wire.usage = event.at("/delta/usage");
          }
          default -> {
            // Says nothing.
          }
        }
      }
      return wire;
    }

    private void compare(String name, Usage told) {
      assertThat(told.promptTokens())
          .as(name)
          .isEqualTo(usage.at("/billed_units/input_tokens").asLong());
      assertThat(told.completionTokens())
          .as(name)
          .isEqualTo(usage.at("/billed_units/output_tokens").asLong());
      assertThat(told.promptTokens()).as(name).isPositive();
    }
  }

  @Test
  void everyWholeAnswerSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : wholes) {
      Wire wire = Wire.of(Codec.MAPPER.readTree(recorded.text()));
      String name = recorded.name();

      ChatResponse response = Codec.answer(recorded.text());

      assertThat(response.id()).as(name).isEqualTo(wire.id);
      wire.compare(name, response.usage());
      Choice choice = response.choices().getFirst();
      StringBuilder thoughts = new StringBuilder();
      List<String> calls = new ArrayList<>();
      for (Part part : choice.message().parts()) {
        if (part instanceof Part.Thinking thinking) {
          thoughts.append(thinking.text());
        } else if (part instanceof Part.ToolCall call) {
          calls.add(call.id() + ' ' + call.name() + ' ' + call.arguments());
        }
      }
      assertThat(choice.message().text()).as(name).isEqualTo(wire.text.toString());
      assertThat(thoughts.toString()).as(name).isEqualTo(wire.plan.toString());
      assertThat(calls).as(name).isEqualTo(wire.calls.stream().map(Object::toString).toList());
      assertThat(choice.finish().providerReason()).as(name).isEqualTo(wire.finish);
    }
  }

  @Test
  void everyWholeAnswerComesOutAsItWentIn() {
    for (Recorded recorded : wholes) {
      Losses losses = new Losses();

      JsonNode written = Codec.write(Codec.answer(recorded.text()), losses);

      assertThat(losses.fields()).as(recorded.name()).isEmpty();
      assertThat(written).as(recorded.name()).isEqualTo(Codec.MAPPER.readTree(recorded.text()));
    }
  }

  @Test
  void everyStreamSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : streams) {
      Wire wire = Wire.of(recorded.frames());
      String name = recorded.name();

      Assembled answer = Assembled.of(Codec.events(recorded.frames(), Disguise.NONE));

      Assembled.Piece piece = answer.choices.get(0);
      assertThat(answer.last).as(name).isInstanceOf(ChatEvent.End.class);
      assertThat(answer.start.id()).as(name).isEqualTo(wire.id);
      wire.compare(name, answer.usage);
      assertThat(piece.text.toString()).as(name).isEqualTo(wire.text.toString());
      assertThat(piece.reasoning.toString()).as(name).isEqualTo(wire.plan.toString());
      assertThat(piece.calls.stream().map(Object::toString).toList())
          .as(name)
          .isEqualTo(wire.calls.stream().map(Object::toString).toList());
      assertThat(piece.finish.providerReason()).as(name).isEqualTo(wire.finish);
      assertThat(wire.text.length() + wire.calls.size()).as(name).isPositive();
    }
  }

  @Test
  void everyStreamWrittenAgainStillSaysTheSame() {
    for (Recorded recorded : streams) {
      List<ChatEvent> told = Codec.events(recorded.frames(), Disguise.NONE);
      Losses losses = new Losses();

      List<String> again = Codec.frames(told, losses);

      String name = recorded.name();
      assertThat(losses.fields()).as(name).isEmpty();
      Wire was = Wire.of(recorded.frames());
      Wire is = Wire.of(again);
      assertThat(is.id).as(name).isEqualTo(was.id);
      assertThat(is.text.toString()).as(name).isEqualTo(was.text.toString());
      assertThat(is.calls.toString()).as(name).isEqualTo(was.calls.toString());
      assertThat(is.finish).as(name).isEqualTo(was.finish);
      assertThat(is.usage).as(name).isEqualTo(was.usage);
      assertThat(
              Assembled.of(Codec.events(again, Disguise.NONE)).choices.get(0).reasoning.toString())
          .as(name)
          .isEqualTo(was.plan.toString());
    }
  }

  @Test
  void everyStreamThatIsCutEndsAsAFailure() {
    for (Recorded recorded : streams) {
      int all = recorded.frames().size();
      for (int kept = 0; kept < all - 1; kept++) {
        List<ChatEvent> events = Codec.events(recorded.frames().subList(0, kept), Disguise.NONE);
        boolean told = recorded.frames().get(Math.max(0, kept - 1)).contains("message-end");
        if (!told) {
          assertThat(events.getLast())
              .as(recorded.name() + " " + kept)
              .isInstanceOf(ChatEvent.Failure.class);
        }
      }
    }
  }

  @Test
  void bytesCutAnywhereTellTheSameStream() {
    for (Recorded recorded : streams) {
      List<ChatEvent> whole = Codec.events(recorded.frames(), Disguise.NONE);
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);
      for (int size : new int[] {1, 7, 61, 1000, bytes.length}) {
        assertThat(scanned(bytes, size)).as(recorded.name()).isEqualTo(whole);
      }
    }
  }

  private static List<ChatEvent> scanned(byte[] bytes, int size) {
    List<ChatEvent> events = new ArrayList<>();
    CohereEventDecoder decoder = new CohereEventDecoder(Disguise.NONE);
    PiecedStream.feed(bytes, size, (data, from, to) -> decoder.frame(data, from, to, events::add));
    decoder.close(events::add);
    return events;
  }

  @Test
  void noCutOfAnAnswerOrAnEventDoesAnyHarm() {
    for (Recorded recorded : wholes) {
      byte[] bytes = recorded.text().strip().getBytes(StandardCharsets.UTF_8);
      for (int to = 1; to < bytes.length; to += Math.max(1, bytes.length / 60)) {
        try {
          CohereAnswers.decode(bytes, 0, to, Disguise.NONE);
          fail(recorded.name() + " cut at " + to + " was taken for whole");
        } catch (MalformedJson | MisshapenJson e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
    for (Recorded recorded : streams) {
      for (String frame : recorded.frames()) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        for (int to = 1; to < bytes.length; to += Math.max(1, bytes.length / 12)) {
          try {
            new CohereEventDecoder(Disguise.NONE).frame(bytes, 0, to, _ -> {});
            fail(recorded.name() + " cut at " + to + " was taken for whole");
          } catch (MalformedJson | MisshapenJson e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        }
      }
    }
  }

  @Test
  void everyRequestComesOutAsItWentIn() {
    for (Recorded recorded : chats) {
      ChatRequest read = Codec.request(recorded.request().toString());

      Codec.Written written = Codec.write(read, Codec.ABLE);

      String name = recorded.name();
      assertThat(written.losses()).as(name).isEmpty();
      assertThat(Codec.request(written.text())).as(name).isEqualTo(read);
      assertThat(plain(written.json())).as(name).isEqualTo(plain(recorded.request()));
    }
  }

  /** Without what says nothing. */
  private static JsonNode plain(JsonNode request) {
    ObjectNode copy = (ObjectNode) request.deepCopy();
    if (!copy.path("stream").asBoolean(true)) {
      copy.remove("stream");
    }
    copy.path("messages")
        .forEach(message -> {
          if (message.path("content").isNull()) {
            ((ObjectNode) message).remove("content");
          }
        });
    return copy;
  }

  @Test
  void everyErrorIsRead() {
    List<Recorded> errors =
        Recordings.all().stream()
            .filter(one -> one.provider().equals("cohere") && one.status() >= 400)
            .toList();
    assertThat(errors).isNotEmpty();
    for (Recorded recorded : errors) {
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);

      assertThat(CohereErrors.read(bytes, 0, bytes.length).message())
          .as(recorded.name())
          .isEqualTo(Codec.MAPPER.readTree(recorded.text()).path("message").asString());
    }
  }
}
