package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Part;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
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

/** Real answers of servers that speak OpenAI's protocol, through the codec. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedAnswersTest {

  private static List<Recorded> recordings = List.of();

  @BeforeAll
  static void load() {
    recordings = Recordings.ofOpenAi();
    assertThat(recordings).hasSizeGreaterThan(300);
  }

  @Test
  void everyWholeAnswerSaysInTheModelWhatItSaidOnTheWire() {
    int checked = 0;
    for (Recorded recorded : recordings) {
      if (recorded.status() != 200 || !recorded.frames().isEmpty()) {
        continue;
      }
      JsonNode root = Recordings.MAPPER.readTree(recorded.text());
      byte[] bytes = recorded.text().getBytes(StandardCharsets.UTF_8);
      if (!root.has("choices")) {
        continue;
      }

      ChatResponse response = OpenAiAnswers.decode(bytes, 0, bytes.length);

      checked++;
      assertThat(response.id()).as(recorded.name()).isEqualTo(root.path("id").asString());
      assertThat(response.model()).as(recorded.name()).isEqualTo(root.path("model").asString());
      usage(recorded.name(), root.path("usage"), response.usage());
      assertThat(response.choices()).hasSameSizeAs(root.path("choices"));
      for (int i = 0; i < response.choices().size(); i++) {
        choice(recorded.name(), root.path("choices").get(i), response.choices().get(i));
      }
      // Unknown fields may change their order once, when those of an object come together.
      ChatResponse settled = again(response);
      assertThat(again(settled)).as(recorded.name()).isEqualTo(settled);
      assertThat(settled.choices()).as(recorded.name()).isEqualTo(response.choices());
      assertThat(settled.usage()).as(recorded.name()).isEqualTo(response.usage());
      nothingIsLost(recorded.name(), root, response);
    }
    assertThat(checked).isGreaterThan(250);
  }

  private static ChatResponse again(ChatResponse response) {
    JsonWriter out = write(response);
    return OpenAiAnswers.decode(out.toBytes(), 0, out.length());
  }

  private static JsonWriter write(ChatResponse response) {
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    boolean old =
        response.choices().stream()
            .anyMatch(choice ->
                choice.finish() != null && choice.finish().reason() == FinishReason.FUNCTION_CALL);
    OpenAiAnswers.encode(
        response,
        new OpenAiAnswerOptions(
            "made-up",
            7,
            null,
            old ? ToolSettings.Style.FUNCTIONS : ToolSettings.Style.TOOLS,
            OpenAiAnswerOptions.Thoughts.DETAILS,
            OpenAiAnswerOptions.StreamUsage.REPORT),
        out,
        losses);
    assertThat(losses.fields()).isEmpty();
    return out;
  }

  /**
   * Every scalar of the answer must come out again under its own name, but for the finish words.
   */
  private static void nothingIsLost(String name, JsonNode before, ChatResponse response) {
    JsonNode after = Recordings.MAPPER.readTree(write(response).toString());
    List<String> had = new ArrayList<>();
    List<String> has = new ArrayList<>();
    leaves("", before, had);
    leaves("", after, has);
    had.removeAll(has);
    // Mistral's parts of thoughts become what other clients know.
    had.removeIf(leaf -> leaf.contains("message.content["));
    // A thought's index is its place among all pieces, where some servers count otherwise.
    had.removeIf(leaf -> leaf.matches(".*reasoning_details\\[\\d+]\\.index=.*"));
    // Together's word becomes "stop", and stands beside it.
    had.remove(".choices[0].finish_reason=\"eos\"");
    // A whole answer's calls stand in order; their numbers say nothing.
    had.removeIf(leaf -> leaf.matches(".*tool_calls\\[\\d+]\\.index=.*"));
    assertThat(had).as(name).isEmpty();
  }

  private static void leaves(String path, JsonNode node, List<String> to) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(member -> leaves(path + '.' + member.getKey(), member.getValue(), to));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        leaves(path + '[' + i + ']', array.get(i), to);
      }
    } else if (!node.isNull() && !node.asString("").isEmpty()) {
      to.add(path.replace(".reasoning_content", ".reasoning") + '=' + node);
    }
  }

  private static void choice(String name, JsonNode wire, Choice choice) {
    JsonNode message = wire.path("message");
    assertThat(choice.message().text()).as(name).isEqualTo(text(message.path("content")));
    StringBuilder refusal = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    for (Part part : choice.message().parts()) {
      if (part instanceof Part.Refusal piece) {
        refusal.append(piece.text());
      } else if (part instanceof Part.Thinking piece) {
        reasoning.append(piece.text());
      }
    }
    assertThat(refusal.toString()).as(name).isEqualTo(message.path("refusal").asString(""));
    assertThat(reasoning.toString()).as(name).isEqualTo(reasoning(message));
    List<String> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      calls.add(
          call.path("id").asString()
              + ' '
              + call.path("function").path("name").asString()
              + ' '
              + call.path("function").path("arguments").asString(""));
    }
    if (!message.path("function_call").isObject()) {
      assertThat(choice.message().toolCalls())
          .as(name)
          .extracting(call -> call.id() + ' ' + call.name() + ' ' + call.arguments())
          .isEqualTo(calls);
    }
    assertThat(word(choice.finish())).as(name).isEqualTo(wire.path("finish_reason").asString());
  }

  private static String text(JsonNode content) {
    if (!content.isArray()) {
      return content.asString("");
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asString("")));
    return text.toString();
  }

  private static String reasoning(JsonNode message) {
    String plain = message.path("reasoning_content").asString("");
    plain = plain.isEmpty() ? message.path("reasoning").asString("") : plain;
    StringBuilder parts = new StringBuilder(plain);
    if (message.path("content").isArray()) {
      for (JsonNode part : message.path("content")) {
        part.path("thinking").forEach(piece -> parts.append(piece.path("text").asString("")));
      }
    }
    return parts.toString();
  }

  private static String word(Finish finish) {
    if (finish == null) {
      return "";
    }
    String own = finish.providerReason();
    String word = Finishes.word(finish, ToolSettings.Style.TOOLS);
    if (finish.reason() == FinishReason.FUNCTION_CALL) {
      return "function_call";
    }
    return "eos".equals(own) ? own : word;
  }

  private static void usage(String name, JsonNode wire, Usage usage) {
    assertThat(usage.promptTokens()).as(name).isEqualTo(count(wire.path("prompt_tokens")));
    assertThat(usage.completionTokens()).as(name).isEqualTo(count(wire.path("completion_tokens")));
    assertThat(usage.totalTokens()).as(name).isEqualTo(count(wire.path("total_tokens")));
    long cached = count(wire.path("prompt_tokens_details").path("cached_tokens"));
    for (String spelling :
        List.of("num_cached_tokens", "cached_tokens", "prompt_cache_hit_tokens")) {
      cached = cached == Usage.UNKNOWN ? count(wire.path(spelling)) : cached;
    }
    assertThat(usage.cachedTokens()).as(name).isEqualTo(cached);
    assertThat(usage.reasoningTokens())
        .as(name)
        .isEqualTo(count(wire.path("completion_tokens_details").path("reasoning_tokens")));
  }

  private static long count(JsonNode node) {
    return node.isNumber() ? node.asLong() : Usage.UNKNOWN;
  }

  @Test
  void everyStreamSaysInTheModelWhatItSaidOnTheWire() {
    int checked = 0;
    for (Recorded recorded : recordings) {
      if (recorded.frames().isEmpty()) {
        continue;
      }
      checked++;
      List<ChatEvent> events = events(recorded.frames());
      Assembled answer = Assembled.of(events);
      WireStream wire = WireStream.of(recorded.frames());

      assertThat(answer.last)
          .as(recorded.name())
          .isInstanceOf(wire.error ? ChatEvent.Failure.class : ChatEvent.End.class);
      usage(recorded.name(), wire.usage, answer.usage);
      for (Map.Entry<Integer, WireStream.Piece> entry : wire.choices.entrySet()) {
        Assembled.Piece piece = answer.choices.getOrDefault(entry.getKey(), new Assembled.Piece());
        WireStream.Piece expected = entry.getValue();
        assertThat(piece.text.toString()).as(recorded.name()).isEqualTo(expected.text.toString());
        assertThat(piece.reasoning.toString())
            .as(recorded.name())
            .isEqualTo(expected.reasoning.toString());
        assertThat(piece.refusal.toString())
            .as(recorded.name())
            .isEqualTo(expected.refusal.toString());
        assertThat(piece.calls).as(recorded.name()).hasToString(expected.calls.values().toString());
        assertThat(word(piece.finish)).as(recorded.name()).isEqualTo(expected.finish);
      }
      reencoded(recorded, events, answer);
    }
    assertThat(checked).isGreaterThan(70);
  }

  private static List<ChatEvent> events(List<String> frames) {
    List<ChatEvent> events = new ArrayList<>();
    OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    for (String frame : frames) {
      byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
      decoder.frame(bytes, 0, bytes.length, events::add);
    }
    decoder.close(events::add);
    return events;
  }

  /** Written again and read again, the stream still says the same. */
  private static void reencoded(Recorded recorded, List<ChatEvent> events, Assembled answer) {
    List<String> frames = new ArrayList<>();
    Losses losses = new Losses();
    OpenAiChunkEncoder encoder =
        new OpenAiChunkEncoder(
            new OpenAiAnswerOptions(
                "made-up",
                7,
                null,
                ToolSettings.Style.TOOLS,
                OpenAiAnswerOptions.Thoughts.DETAILS,
                OpenAiAnswerOptions.StreamUsage.REPORT),
            losses);
    ChunkSink sink =
        new ChunkSink() {
          @Override
          public void chunk(JsonWriter chunk) {
            frames.add(chunk.toString());
          }

          @Override
          public void done() {
            frames.add("[DONE]");
          }
        };
    events.forEach(event -> encoder.encode(event, sink));
    if (answer.last instanceof ChatEvent.Failure) {
      assertThat(frames).as(recorded.name()).doesNotContain("[DONE]");
      return;
    }

    Assembled back = Assembled.of(events(frames));

    assertThat(losses.fields()).as(recorded.name()).isEmpty();
    assertThat(back.usage).as(recorded.name()).isEqualTo(answer.usage);
    assertThat(back.start.id()).as(recorded.name()).isEqualTo(answer.start.id());
    for (Map.Entry<Integer, Assembled.Piece> entry : answer.choices.entrySet()) {
      Assembled.Piece was = entry.getValue();
      Assembled.Piece is = back.choices.get(entry.getKey());
      assertThat(is.text.toString()).as(recorded.name()).isEqualTo(was.text.toString());
      assertThat(is.reasoning.toString()).as(recorded.name()).isEqualTo(was.reasoning.toString());
      assertThat(is.signatures).as(recorded.name()).isEqualTo(was.signatures);
      assertThat(is.refusal.toString()).as(recorded.name()).isEqualTo(was.refusal.toString());
      assertThat(is.calls).as(recorded.name()).hasToString(was.calls.toString());
      assertThat(is.citations).as(recorded.name()).isEqualTo(was.citations);
      assertThat(is.finish).as(recorded.name()).isEqualTo(was.finish);
    }
  }

  @Test
  void everyStreamThatIsCutEndsAsAFailure() {
    for (Recorded recorded : recordings) {
      int frames = recorded.frames().size();
      for (int kept : new int[] {frames / 4, frames / 2}) {
        if (kept == 0 || recorded.frames().subList(0, kept).toString().contains("_reason\":\"")) {
          continue;
        }
        List<ChatEvent> events = events(recorded.frames().subList(0, kept));
        assertThat(events.getLast()).as(recorded.name()).isInstanceOf(ChatEvent.Failure.class);
      }
    }
  }

  @Test
  void noCutOfAFrameOrAnAnswerDoesAnyHarm() {
    for (Recorded recorded : recordings) {
      String text = recorded.frames().isEmpty() ? recorded.text() : recorded.frames().getFirst();
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int step = Math.max(1, bytes.length / 60);
      for (int to = 1; to < bytes.length - 1; to += step) {
        try {
          if (recorded.frames().isEmpty()) {
            OpenAiAnswers.decode(bytes, 0, to);
          } else {
            new OpenAiChunkDecoder().frame(bytes, 0, to, _ -> {});
          }
          fail(recorded.name() + " cut at " + to + " was taken for whole");
        } catch (MalformedJson | MisshapenJson e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }
}
