package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.ToolSettings;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class OpenAiAnswersTest {

  static OpenAiAnswerOptions options(ToolSettings.Style style) {
    return new OpenAiAnswerOptions(
        "made-up",
        7,
        null,
        style,
        OpenAiAnswerOptions.Thoughts.DETAILS,
        OpenAiAnswerOptions.StreamUsage.REPORT);
  }

  private static ChatResponse decode(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return OpenAiAnswers.decode(bytes, 2, bytes.length - 2);
  }

  private static Message.Assistant message(String members) {
    return decode("{\"id\":\"r\",\"choices\":[{\"message\":{" + members + "}}]}")
        .choices()
        .getFirst()
        .message();
  }

  private static String encode(ChatResponse response, OpenAiAnswerOptions options) {
    JsonWriter out = new JsonWriter();
    OpenAiAnswers.encode(response, options, out, new Losses());
    return out.toString();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncode(@ForAll("answers") ChatResponse response) {
    String json = encode(response, options(ToolSettings.Style.TOOLS));

    JsonMapper.builder().build().readTree(json);
    assertThat(decode(json)).isEqualTo(response);
  }

  /** Answers as the protocol can say them: one text at most, and nothing hangs on it. */
  @Provide
  Arbitrary<ChatResponse> answers() {
    ChatModels models = new ChatModels(OpenAi.PROTOCOL);
    Arbitrary<Message.Assistant> message =
        models
            .assistant()
            .map(turn -> {
              Message.Assistant assistant = (Message.Assistant) turn;
              boolean[] said = {false};
              List<Part> parts =
                  assistant.parts().stream()
                      .filter(part -> {
                        boolean again = part instanceof Part.Text && said[0];
                        said[0] |= part instanceof Part.Text;
                        return !again;
                      })
                      .map(part ->
                          part instanceof Part.Text text ? new Part.Text(text.text()) : part)
                      .toList();
              return new Message.Assistant(
                  parts,
                  assistant.name(),
                  assistant.citations(),
                  assistant.audio(),
                  assistant.rest());
            })
            .filter(turn -> turn.name() == null)
            .filter(turn -> turn.parts().stream().noneMatch(OpenAiAnswersTest::isPlainThought));
    Arbitrary<Finish> finish =
        Arbitraries.of(
            new Finish(FinishReason.STOP),
            new Finish(FinishReason.STOP, null, "END"),
            new Finish(FinishReason.LENGTH, "model_length", null),
            new Finish(FinishReason.TOOL_CALLS),
            new Finish(FinishReason.CONTENT_FILTER, "SAFETY", null),
            new Finish(FinishReason.ERROR));
    Arbitrary<Choice> choice =
        Combinators.combine(
                Arbitraries.integers().between(0, 3),
                message,
                finish.injectNull(0.2),
                ChatModels.object().injectNull(0.7),
                models.rest())
            .as(Choice::new);
    return Combinators.combine(
            Arbitraries.of("chatcmpl-1"),
            Arbitraries.longs().between(0, 1L << 40),
            ChatModels.text(),
            Arbitraries.of("flex").injectNull(0.5),
            choice.list().ofMaxSize(3),
            ChatModels.usage(),
            models.rest(),
            models.rest())
        .as(ChatResponse::new);
  }

  /** A lone thought without a seal needs no details, and then loses what hangs on it. */
  private static boolean isPlainThought(Part part) {
    return part instanceof Part.Thinking thinking && thinking.signature() == null;
  }

  @ParameterizedTest
  @DisplayName("case 7: nothing said is no part")
  @ValueSource(
      strings = {
        "\"content\":null",
        "\"content\":\"\"",
        "\"role\":\"assistant\"",
        "\"content\":[],\"tool_calls\":null,\"annotations\":null,\"audio\":null",
      })
  void nothingSaidIsNoPart(String members) {
    assertThat(message(members)).isEqualTo(Message.Assistant.of());
  }

  @Test
  @DisplayName("case 63: a message that was kept back is an empty one")
  void aMessageThatWasKeptBackIsEmpty() {
    ChatResponse response =
        decode(
            "{\"id\":\"r\",\"choices\":[{\"index\":0,\"message\":null,\"finish_reason\":"
                + "\"content_filter\",\"content_filter_results\":{\"hate\":{\"filtered\":true}}}]}");

    Choice choice = response.choices().getFirst();
    assertThat(choice.message().parts()).isEmpty();
    assertThat(choice.finish()).isEqualTo(new Finish(FinishReason.CONTENT_FILTER));
    assertThat(choice.rest().find("content_filter_results"))
        .isEqualTo(new Json("{\"hate\":{\"filtered\":true}}"));
  }

  @Test
  void oddServersAreUnderstood() {
    ChatResponse response =
        decode(
            "{\"id\":42,\"created\":1.7e9,\"model\":null,\"choices\":[{\"index\":\"0\",\"message\":"
                + "{\"content\":\"x\",\"refusal\":7},\"finish_reason\":24,\"stop_reason\":\"END\"}],"
                + "\"usage\":null,\"service_tier\":{}}");

    assertThat(response.id()).isEqualTo("42");
    assertThat(response.createdSeconds()).isEqualTo(1_700_000_000L);
    assertThat(response.model()).isNull();
    assertThat(response.usage()).isEqualTo(Usage.NONE);
    assertThat(response.choices().getFirst().finish())
        .isEqualTo(new Finish(FinishReason.OTHER, "24", "END"));
  }

  @Test
  @DisplayName("case 16: calls without ids get some that differ and last")
  void callsWithoutIdsGetOnesThatDifferAndLast() {
    String call = "{\"function\":{\"name\":\"f\",\"arguments\":{\"a\": 1e2}}}";
    String members =
        "\"tool_calls\":["
            + call
            + ","
            + call.replace("{\"function", "{\"id\":\"\",\"function")
            + "]";

    List<Part.ToolCall> calls = message(members).toolCalls();

    assertThat(calls).extracting(Part.ToolCall::arguments).containsOnly("{\"a\": 1e2}");
    assertThat(calls.get(0).id()).matches("[0-9A-Za-z]{9}").isNotEqualTo(calls.get(1).id());
    assertThat(message(members).toolCalls()).isEqualTo(calls);
  }

  @Test
  void anEmptyFinishReasonIsNone() {
    ChatResponse response = decode("{\"choices\":[{\"message\":{},\"finish_reason\":\"\"}]}");

    assertThat(response.choices().getFirst().finish()).isNull();
  }

  @Test
  @DisplayName("case 62: an unknown reason is a stop, and keeps its word")
  void anUnknownFinishIsStopForTheClientAndKeepsItsWord() {
    String json =
        encode(
            decode("{\"choices\":[{\"message\":{},\"finish_reason\":\"weird\"}]}"),
            options(ToolSettings.Style.TOOLS));

    assertThat(json)
        .contains("\"finish_reason\":\"stop\",\"native_finish_reason\":\"weird\"")
        .startsWith("{\"id\":\"made-up\",\"object\":\"chat.completion\",\"created\":7,");
  }

  @Test
  @DisplayName("case 28: clients of old get their function_call")
  void clientsOfOldGetTheirFunctionCall() {
    ChatResponse response =
        new ChatResponse(
            "r",
            1,
            "m",
            null,
            List.of(
                new Choice(
                    0,
                    Message.Assistant.of(new Part.ToolCall("c", "f", "{}")),
                    new Finish(FinishReason.TOOL_CALLS),
                    null,
                    Rest.NONE)),
            Usage.NONE,
            Rest.NONE,
            Rest.NONE);

    assertThat(encode(response, options(ToolSettings.Style.FUNCTIONS)))
        .contains(
            "\"content\":null,\"refusal\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}")
        .contains("\"finish_reason\":\"function_call\"")
        .doesNotContain("tool_calls");
  }

  @ParameterizedTest
  @DisplayName("case 55: cached tokens are found under all their names")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt_tokens_details\":{\"cached_tokens\":3},\"cached_tokens\":9 | 3",
        "\"cached_tokens\":9,\"prompt_tokens_details\":{\"cached_tokens\":0} | 0",
        "\"prompt_tokens_details\":{\"cached_tokens\":null},\"num_cached_tokens\":4 | 4",
        "\"prompt_cache_hit_tokens\":5 | 5",
        "\"cache_read_input_tokens\":6 | 6",
        "\"prompt_tokens_details\":null | -1",
      })
  void cachedTokensAreFoundInAllSpellings(String members, long cached) {
    Usage usage =
        decode("{\"choices\":[],\"usage\":{\"prompt_tokens\":10," + members + "}}").usage();

    assertThat(usage.cachedTokens()).isEqualTo(cached);
    assertThat(usage.uncachedTokens()).isEqualTo(10 - Math.max(0, cached));
  }

  @Test
  @DisplayName("case 58: nought is not unknown")
  void zeroIsNotUnknown() {
    String json =
        encode(
            decode(
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":0}}}"),
            options(ToolSettings.Style.TOOLS));

    assertThat(json)
        .endsWith(
            "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0}}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"x\"",
        "null",
        "{}",
        "{\"error\":{\"message\":\"x\"}}",
        "{\"choices\":{}}",
        "{\"choices\":[1]}",
        "{\"choices\":[{\"message\":[]}]}",
        "{\"choices\":[]}{}",
        "<html>502</html>",
        "{\"choices\":[{\"message\":{\"content\":\"\ud800",
      })
  void whatIsNoAnswerIsRefused(String json) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class)
        .hasMessageNotContaining("502");
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aCutOrSpoiledAnswerIsRefusedAndNothingWorse(
      @ForAll("answers") ChatResponse response, @ForAll int place, @ForAll byte spoiler) {
    byte[] json =
        encode(response, options(ToolSettings.Style.TOOLS)).getBytes(StandardCharsets.UTF_8);
    int at = Math.floorMod(place, json.length);

    assertThatThrownBy(() -> OpenAiAnswers.decode(json, 0, at))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      OpenAiAnswers.decode(json, 0, json.length);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
