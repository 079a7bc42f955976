package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Heard;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.sse.PiecedStream;
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

/** Real answers and streams through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedAnswersTest {

  private static List<Recorded> wholes = List.of();
  private static List<Recorded> streams = List.of();
  private static List<Recorded> errors = List.of();

  @BeforeAll
  static void load() {
    List<Recorded> all = Recordings.ofClaude();
    wholes = all.stream().filter(r -> r.status() == 200 && r.frames().isEmpty()).toList();
    streams = all.stream().filter(r -> !r.frames().isEmpty()).toList();
    errors = all.stream().filter(r -> r.status() >= 400).toList();
    assertThat(wholes).hasSizeGreaterThan(120);
    assertThat(streams).hasSizeGreaterThan(60);
    assertThat(errors).hasSizeGreaterThan(3);
  }

  @Test
  void everyWholeAnswerSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : wholes) {
      WireAnswer wire = WireAnswer.of(Recordings.MAPPER.readTree(recorded.text()));

      ChatResponse response = Codec.answer(recorded.text());

      String name = recorded.name();
      assertThat(response.id()).as(name).isEqualTo(wire.id);
      assertThat(response.model()).as(name).isEqualTo(wire.model);
      usage(name, wire, response.usage());
      assertThat(response.choices()).as(name).hasSize(1);
      Choice choice = response.choices().getFirst();
      Heard<String> heard = heard();
      choice.message().parts().forEach(heard::part);
      compare(name, heard, wire);
      assertThat(choice.message().citations())
          .as(name)
          .extracting(Citation::quote)
          .isEqualTo(wire.quotes);
      finish(name, wire, choice.finish());
    }
  }

  @Test
  void everyWholeAnswerComesOutAsItWentIn() {
    for (Recorded recorded : wholes) {
      Losses losses = new Losses();

      JsonNode written = Codec.write(Codec.answer(recorded.text()), losses);

      assertThat(losses.fields()).as(recorded.name()).isEmpty();
      assertThat(withoutNulls(written))
          .as(recorded.name())
          .isEqualTo(withoutNulls(Recordings.MAPPER.readTree(recorded.text())));
    }
  }

  @Test
  void everyStreamSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : streams) {
      WireAnswer wire = WireAnswer.of(recorded.frames());

      List<ChatEvent> events = Codec.events(recorded.frames(), Disguise.NONE);

      Assembled answer = Assembled.of(events);
      String name = recorded.name();
      assertThat(answer.last).as(name).isInstanceOf(ChatEvent.End.class);
      assertThat(answer.start.id()).as(name).isEqualTo(wire.id);
      assertThat(answer.start.model()).as(name).isEqualTo(wire.model);
      usage(name, wire, answer.usage);
      Heard<String> heard = heard();
      heard.stream(answer, events);
      compare(name, heard, wire);
      finish(name, wire, answer.choices.get(0).finish);
    }
  }

  @Test
  void everyStreamWrittenAgainStillSaysTheSame() {
    for (Recorded recorded : streams) {
      Losses losses = new Losses();

      List<String> again = Codec.frames(Codec.events(recorded.frames(), Disguise.NONE), losses);

      String name = recorded.name();
      assertThat(losses.fields()).as(name).isEmpty();
      WireAnswer was = WireAnswer.of(recorded.frames());
      WireAnswer is = WireAnswer.of(again);
      assertThat(is.text.toString()).as(name).isEqualTo(was.text.toString());
      assertThat(is.thoughts.toString()).as(name).isEqualTo(was.thoughts.toString());
      assertThat(is.seals).as(name).isEqualTo(was.seals);
      assertThat(is.calls).as(name).isEqualTo(was.calls);
      assertThat(is.foreign).as(name).isEqualTo(was.foreign);
      assertThat(is.stopReason).as(name).isEqualTo(was.stopReason);
      assertThat(is.stopSequence).as(name).isEqualTo(was.stopSequence);
      was.usage.properties().stream()
          .filter(member -> !member.getValue().isNull())
          .forEach(member ->
              assertThat(is.usage.path(member.getKey())).as(name).isEqualTo(member.getValue()));
      assertThat(Assembled.of(Codec.events(again, Disguise.NONE)).usage)
          .as(name)
          .isEqualTo(Assembled.of(Codec.events(recorded.frames(), Disguise.NONE)).usage);
    }
  }

  @Test
  void everyStreamThatIsCutEndsAsAFailureAndKeepsItsUsage() {
    for (Recorded recorded : streams) {
      int all = recorded.frames().size();
      for (int kept : new int[] {1, all / 4, all / 2, all - 2, all - 1}) {
        List<ChatEvent> events =
            Codec.events(recorded.frames().subList(0, Math.max(1, kept)), Disguise.NONE);

        assertThat(events.getLast()).as(recorded.name()).isInstanceOf(ChatEvent.Failure.class);
        Usage usage = Assembled.of(events).usage;
        assertThat(usage.promptTokens()).as(recorded.name()).isPositive();
        if (kept == 1) {
          assertThat(usage.completionTokens()).as(recorded.name()).isEqualTo(Usage.UNKNOWN);
        }
      }
    }
  }

  @Test
  void bytesCutAnywhereTellTheSameStream() {
    for (Recorded recorded : streams) {
      if (recorded.isBinary()) {
        continue;
      }
      List<ChatEvent> whole = Codec.events(recorded.frames(), Disguise.NONE);
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);
      for (int size : new int[] {1, 7, 61, 1000, bytes.length}) {
        assertThat(scanned(bytes, size)).as(recorded.name()).isEqualTo(whole);
      }
    }
  }

  private static List<ChatEvent> scanned(byte[] bytes, int size) {
    List<ChatEvent> events = new ArrayList<>();
    AnthropicEventDecoder decoder = new AnthropicEventDecoder(Disguise.NONE);
    PiecedStream.feed(bytes, size, (data, from, to) -> decoder.frame(data, from, to, events::add));
    decoder.close(events::add);
    return events;
  }

  @Test
  void noCutOfAnAnswerOrAnEventDoesAnyHarm() {
    for (Recorded recorded : wholes) {
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);
      for (int to = 1; to < bytes.length - 1; to += Math.max(1, bytes.length / 60)) {
        try {
          AnthropicAnswers.decode(bytes, 0, to, Disguise.NONE);
          fail(recorded.name() + " cut at " + to + " was taken for whole");
        } catch (MalformedJson | MisshapenJson e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
    for (Recorded recorded : streams) {
      for (String frame : recorded.frames().subList(0, Math.min(8, recorded.frames().size()))) {
        byte[] bytes = frame.stripTrailing().getBytes(StandardCharsets.UTF_8);
        for (int to = 1; to < bytes.length; to += Math.max(1, bytes.length / 12)) {
          try {
            new AnthropicEventDecoder(Disguise.NONE).frame(bytes, 0, to, _ -> {});
            fail(recorded.name() + " cut at " + to + " was taken for whole");
          } catch (MalformedJson | MisshapenJson e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        }
      }
    }
  }

  @Test
  void everyErrorIsRead() {
    for (Recorded recorded : errors) {
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);
      JsonNode error = Recordings.MAPPER.readTree(recorded.text()).path("error");

      ProviderError read = AnthropicErrors.read(bytes, 0, bytes.length);

      assertThat(read.type()).as(recorded.name()).isEqualTo(error.path("type").asString());
      assertThat(read.message()).as(recorded.name()).isEqualTo(error.path("message").asString());
      assertThat(read.code())
          .as(recorded.name())
          .isEqualTo(recorded.status() == 404 ? "model_not_found" : null);
    }
  }

  /** Hears, and shows a block of the protocol's own as the wire does. */
  private static Heard<String> heard() {
    return new Heard<>(piece -> {
      ObjectNode block = (ObjectNode) Recordings.MAPPER.readTree(piece.json().text());
      JsonNode input = block.remove("input");
      return block + (piece.type().endsWith("_use") ? " " + input : "");
    });
  }

  private static void compare(String name, Heard<String> heard, WireAnswer wire) {
    assertThat(heard.text.toString()).as(name).isEqualTo(wire.text.toString());
    assertThat(heard.thoughts.toString()).as(name).isEqualTo(wire.thoughts.toString());
    assertThat(heard.seals).as(name).isEqualTo(wire.seals);
    assertThat(heard.calls).as(name).isEqualTo(wire.calls);
    assertThat(heard.foreign).as(name).isEqualTo(wire.foreign);
  }

  private static void usage(String name, WireAnswer wire, Usage usage) {
    long read = wire.count("cache_read_input_tokens");
    long written = wire.count("cache_creation_input_tokens");
    assertThat(usage.promptTokens())
        .as(name)
        .isEqualTo(wire.count("input_tokens") + Math.max(0, read) + Math.max(0, written));
    assertThat(usage.cachedTokens()).as(name).isEqualTo(read);
    assertThat(usage.cacheWriteTokens()).as(name).isEqualTo(written);
    assertThat(usage.cacheWriteHourTokens())
        .as(name)
        .isEqualTo(wire.usage.path("cache_creation").path("ephemeral_1h_input_tokens").asLong(-1));
    assertThat(usage.completionTokens()).as(name).isEqualTo(wire.count("output_tokens"));
    assertThat(usage.reasoningTokens())
        .as(name)
        .isEqualTo(wire.usage.path("output_tokens_details").path("thinking_tokens").asLong(-1));
    assertThat(usage.webSearches())
        .as(name)
        .isEqualTo(wire.usage.path("server_tool_use").path("web_search_requests").asLong(-1));
    assertThat(usage.origin()).as(name).isEqualTo(Usage.Origin.REPORTED);
  }

  private static void finish(String name, WireAnswer wire, Finish finish) {
    FinishReason expected =
        switch (wire.stopReason) {
          case "end_turn", "stop_sequence" -> FinishReason.STOP;
          case "max_tokens" -> FinishReason.LENGTH;
          case "tool_use" -> FinishReason.TOOL_CALLS;
          default -> throw new AssertionError(name + ": " + wire.stopReason);
        };
    assertThat(finish.reason()).as(name).isEqualTo(expected);
    assertThat(finish.providerReason()).as(name).isEqualTo(wire.stopReason);
    assertThat(finish.stopSequence() == null ? "" : finish.stopSequence())
        .as(name)
        .isEqualTo(wire.stopSequence);
  }

  private static JsonNode withoutNulls(JsonNode node) {
    return RecordedRequestsTest.withoutNulls(node);
  }
}
