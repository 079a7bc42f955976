package dev.sluice.protocol.converse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Heard;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.anthropic.AnthropicEventDecoder;
import dev.sluice.protocol.converse.Recordings.Recorded;
import dev.sluice.protocol.eventstream.BrokenEventStream;
import dev.sluice.protocol.eventstream.MessageReader;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.rewording.Disguise;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** Real answers and streams through the codec. */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class RecordedAnswersTest {

  private static List<Recorded> all = List.of();
  private static List<Recorded> wholes = List.of();
  private static List<Recorded> streams = List.of();

  @BeforeAll
  static void load() throws IOException {
    all = Recordings.load();
    List<Recorded> ours = all.stream().filter(Recorded::isConverse).toList();
    wholes = ours.stream().filter(r -> r.status() == 200 && r.stream().length == 0).toList();
    streams = ours.stream().filter(r -> r.stream().length > 0).toList();
    assertThat(wholes).hasSizeGreaterThan(70);
    assertThat(streams).hasSizeGreaterThan(10);
  }

  @Test
  void everyWholeAnswerSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : wholes) {
      WireAnswer wire = WireAnswer.of(Recordings.MAPPER.readTree(recorded.body()));

      ChatResponse response = Codec.answer(recorded.body());

      String name = recorded.name();
      usage(name, wire, response.usage());
      assertThat(response.choices()).as(name).hasSize(1);
      Choice choice = response.choices().getFirst();
      Heard<JsonNode> heard = heard();
      choice.message().parts().forEach(heard::part);
      compare(name, heard, wire);
      finish(name, wire, choice.finish());
    }
  }

  @Test
  void everyWholeAnswerComesOutAsItWentIn() {
    for (Recorded recorded : wholes) {
      Losses losses = new Losses();

      JsonNode written = Codec.write(Codec.answer(recorded.body()), losses);

      assertThat(losses.fields()).as(recorded.name()).isEmpty();
      JsonNode expected = Codec.withoutTypes(Recordings.MAPPER.readTree(recorded.body()));
      assertThat(written).as(recorded.name()).isEqualTo(expected);
    }
  }

  @Test
  void everyStreamSaysInTheModelWhatItSaidOnTheWire() {
    for (Recorded recorded : streams) {
      WireAnswer wire = WireAnswer.of(recorded.events());

      List<ChatEvent> events = Codec.events(recorded.stream(), recorded.stream().length);

      Assembled answer = Assembled.of(events);
      String name = recorded.name();
      assertThat(answer.last).as(name).isInstanceOf(ChatEvent.End.class);
      usage(name, wire, answer.usage);
      Heard<JsonNode> heard = heard();
      heard.stream(answer, events);
      compare(name, heard, wire);
      finish(name, wire, answer.choices.get(0).finish);
      assertThat(extras(events)).as(name).containsAll(wire.rest.propertyNames());
    }
  }

  private static List<String> extras(List<ChatEvent> events) {
    List<String> names = new ArrayList<>();
    for (ChatEvent event : events) {
      if (event instanceof ChatEvent.Extra extra) {
        extra.rest().members().stream().map(Rest.Member::name).forEach(names::add);
      }
    }
    return names;
  }

  @Test
  void bytesCutAnywhereTellTheSameStream() {
    for (Recorded recorded : streams) {
      List<ChatEvent> whole = Codec.events(recorded.stream(), recorded.stream().length);
      for (int size : new int[] {1, 7, 61, 1000}) {
        assertThat(Codec.events(recorded.stream(), size)).as(recorded.name()).isEqualTo(whole);
      }
    }
  }

  @Test
  void everyStreamThatIsCutEndsAsAFailureEvenIfOnlyItsUsageIsMissing() {
    for (Recorded recorded : streams) {
      List<Integer> ends = Codec.ends(recorded.stream());
      int complete = ends.get(ends.size() - 2);
      for (int to = 0; to < recorded.stream().length; to += 37) {
        byte[] cut = java.util.Arrays.copyOf(recorded.stream(), to);
        List<ChatEvent> events = new ArrayList<>();
        boolean broken = false;
        try {
          events.addAll(Codec.events(cut, 512));
        } catch (BrokenEventStream _) {
          broken = true;
        }
        assertThat(broken).as(recorded.name()).isEqualTo(to > 0 && !ends.contains(to));
        if (!broken) {
          assertThat(events.getLast()).as(recorded.name()).isInstanceOf(ChatEvent.Failure.class);
        }
      }
      List<ChatEvent> events =
          Codec.events(java.util.Arrays.copyOf(recorded.stream(), complete), 512);
      assertThat(events.getLast()).as(recorded.name()).isInstanceOf(ChatEvent.Failure.class);
    }
  }

  @Test
  void noCutOfAnAnswerDoesAnyHarm() {
    for (Recorded recorded : wholes) {
      byte[] bytes = recorded.body().getBytes(StandardCharsets.UTF_8);
      for (int to = 1; to < bytes.length - 3; to += Math.max(1, bytes.length / 60)) {
        try {
          ConverseAnswers.decode(bytes, 0, to, Disguise.NONE);
          fail(recorded.name() + " cut at " + to + " was taken for whole");
        } catch (MalformedJson | MisshapenJson e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }

  @Test
  void everyErrorIsRead() {
    List<Recorded> errors = all.stream().filter(r -> r.isConverse() && r.status() >= 400).toList();
    assertThat(errors).hasSizeGreaterThan(2);
    for (Recorded recorded : errors) {
      byte[] bytes = recorded.body().getBytes(StandardCharsets.UTF_8);
      JsonNode error = Recordings.MAPPER.readTree(recorded.body());

      ProviderError read = ConverseErrors.read(null, bytes, 0, bytes.length);

      assertThat(read.message()).as(recorded.name()).isEqualTo(error.path("message").asString());
      boolean unknown = error.path("message").asString().contains("identifier is invalid");
      assertThat(read.code()).as(recorded.name()).isEqualTo(unknown ? "model_not_found" : null);
    }
  }

  @Test
  void wrappedStreamsOfAnthropicsProtocolAreUnwrappedAtAnySplit() {
    List<Recorded> wrapped =
        all.stream()
            .filter(r -> r.isInvokedStream() && r.endpoint().contains("anthropic"))
            .filter(r -> r.request().has("messages"))
            .toList();
    assertThat(wrapped).hasSizeGreaterThan(5);
    for (Recorded recorded : wrapped) {
      List<ChatEvent> whole = unwrapped(recorded.stream(), recorded.stream().length);

      Assembled answer = Assembled.of(whole);
      assertThat(answer.last).as(recorded.name()).isInstanceOf(ChatEvent.End.class);
      assertThat(answer.choices.get(0).finish).as(recorded.name()).isNotNull();
      assertThat(answer.usage.completionTokens()).as(recorded.name()).isPositive();
      for (int size : new int[] {1, 61, 1000}) {
        assertThat(unwrapped(recorded.stream(), size)).as(recorded.name()).isEqualTo(whole);
      }
    }
  }

  private static List<ChatEvent> unwrapped(byte[] stream, int size) {
    List<ChatEvent> events = new ArrayList<>();
    AnthropicEventDecoder decoder = new AnthropicEventDecoder(Disguise.NONE);
    InvokedStream chunks = new InvokedStream(decoder::frame);
    MessageReader reader =
        new MessageReader(
            Recordings.MESSAGE_BYTES_MAX, message -> chunks.message(message, events::add));
    for (int at = 0; at < stream.length; at += size) {
      reader.feed(stream, at, Math.min(stream.length, at + size));
    }
    reader.end();
    decoder.close(events::add);
    return events;
  }

  private static Heard<JsonNode> heard() {
    return new Heard<>(piece -> Recordings.MAPPER.readTree(piece.json().text()));
  }

  private static void compare(String name, Heard<JsonNode> heard, WireAnswer wire) {
    assertThat(heard.text.toString()).as(name).isEqualTo(wire.text.toString());
    assertThat(heard.thoughts.toString()).as(name).isEqualTo(wire.thoughts.toString());
    assertThat(heard.seals).as(name).isEqualTo(wire.seals);
    assertThat(heard.calls).as(name).isEqualTo(wire.calls);
    assertThat(heard.foreign).as(name).isEqualTo(wire.foreign);
  }

  private static void usage(String name, WireAnswer wire, Usage usage) {
    if (wire.usage.isMissingNode()) {
      assertThat(usage).as(name).isEqualTo(Usage.NONE);
      return;
    }
    long read = wire.count("cacheReadInputTokens");
    long written = wire.count("cacheWriteInputTokens");
    assertThat(usage.promptTokens())
        .as(name)
        .isEqualTo(wire.count("inputTokens") + Math.max(0, read) + Math.max(0, written));
    assertThat(usage.cachedTokens()).as(name).isEqualTo(read);
    assertThat(usage.cacheWriteTokens()).as(name).isEqualTo(written);
    assertThat(usage.completionTokens()).as(name).isEqualTo(wire.count("outputTokens"));
    assertThat(usage.totalTokens())
        .as(name)
        .isEqualTo(usage.promptTokens() + usage.completionTokens());
    assertThat(usage.origin()).as(name).isEqualTo(Usage.Origin.REPORTED);
  }

  private static void finish(String name, WireAnswer wire, Finish finish) {
    FinishReason expected =
        switch (wire.stopReason) {
          case "end_turn", "stop_sequence" -> FinishReason.STOP;
          case "max_tokens" -> FinishReason.LENGTH;
          case "tool_use" -> FinishReason.TOOL_CALLS;
          case "guardrail_intervened" -> FinishReason.CONTENT_FILTER;
          default -> throw new AssertionError(name + ": " + wire.stopReason);
        };
    assertThat(finish.reason()).as(name).isEqualTo(expected);
    assertThat(finish.providerReason()).as(name).isEqualTo(wire.stopReason);
  }
}
