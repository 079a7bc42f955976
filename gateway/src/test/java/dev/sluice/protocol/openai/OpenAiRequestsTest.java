package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatModels;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Content;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Extensions;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Instructions;
import dev.sluice.protocol.openai.OpenAiRequestOptions.ReasoningField;
import dev.sluice.protocol.openai.OpenAiRequestOptions.Thoughts;
import dev.sluice.protocol.openai.OpenAiRequestOptions.TokensField;
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

class OpenAiRequestsTest {

  private static final OpenAiRequestOptions LOSSLESS =
      new OpenAiRequestOptions(
          TokensField.MAX_TOKENS,
          ReasoningField.OBJECT,
          Thoughts.DETAILS,
          Extensions.WRITE,
          Content.PARTS,
          Instructions.AS_GIVEN);

  private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";

  private static ChatRequest decode(String json) {
    byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
    return OpenAiRequests.decode(bytes, 2, bytes.length - 2);
  }

  private static ChatRequest with(String members) {
    return decode("{\"model\":\"m\",\"messages\":[" + HI + "]," + members + "}");
  }

  private static Message only(String message) {
    return decode("{\"messages\":[" + message + "]}").messages().getFirst();
  }

  private static String encode(ChatRequest request, OpenAiRequestOptions options, Losses losses) {
    JsonWriter out = new JsonWriter();
    OpenAiRequests.encode(request, options, out, losses);
    return out.toString();
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void decodeUndoesEncode(@ForAll("requests") ChatRequest request) {
    Losses losses = new Losses();

    String json = encode(request, LOSSLESS, losses);

    JsonMapper.builder().build().readTree(json);
    assertThat(decode(json)).isEqualTo(request);
    assertThat(losses.fields()).isEmpty();
  }

  @Provide
  Arbitrary<ChatRequest> requests() {
    ChatModels models = new ChatModels(OpenAi.PROTOCOL);
    Arbitrary<ReasoningSettings> reasoning =
        Combinators.combine(
                Arbitraries.of(Mode.UNSTATED, Mode.ON, Mode.OFF),
                Arbitraries.of(Effort.class).injectNull(0.5),
                Arbitraries.longs().between(0, 100_000).injectNull(0.5),
                Arbitraries.of(Disclosure.UNSTATED, Disclosure.SHOWN, Disclosure.HIDDEN))
            .as(ReasoningSettings::new);
    return Combinators.combine(
            models.message().list().ofMaxSize(5),
            models.tools().injectNull(0.5),
            ChatModels.sampling(),
            models.output(),
            reasoning,
            ChatModels.service(),
            Arbitraries.of(ChatRequest.Delivery.class),
            models.rest())
        .as((messages, tools, sampling, output, thinking, service, delivery, rest) ->
            new ChatRequest(
                "m",
                messages,
                tools == null ? ToolSettings.NONE : tools,
                sampling,
                output,
                thinking,
                service,
                delivery,
                rest));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void aCutOrSpoiledRequestIsRefusedAndNothingWorse(
      @ForAll("requests") ChatRequest request, @ForAll int place, @ForAll byte spoiler) {
    byte[] json = encode(request, LOSSLESS, new Losses()).getBytes(StandardCharsets.UTF_8);
    int at = Math.floorMod(place, json.length);

    assertThatThrownBy(() -> OpenAiRequests.decode(json, 0, at))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);

    json[at] = spoiler;
    try {
      OpenAiRequests.decode(json, 0, json.length);
    } catch (MalformedJson | MisshapenJson e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                            | ''",
        "{}                                                            | messages",
        "{\"messages\":{}}                                             | messages",
        "{\"messages\":[{}]}                                           | messages[0].role",
        "{\"messages\":[{\"role\":\"king\",\"content\":\"\"}]}         | messages[0]",
        "{\"messages\":[{\"role\":\"user\",\"content\":5}]}            | messages[0].content",
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"\"}]}         | messages[0].tool_call_id",
        "{\"messages\":[],\"temperature\":\"hot\"}                     | temperature",
        "{\"messages\":[],\"max_tokens\":1.5}                          | max_tokens",
        "{\"messages\":[],\"stop\":[\"a\",1]}                          | stop[1]",
        "{\"messages\":[],\"tools\":[{\"type\":\"function\"}]}         | tools[0].function",
        "{\"messages\":[],\"tools\":[{\"function\":{}}]}               | tools[0].function.name",
        "{\"messages\":[],\"temperature\":1e99999}                     | temperature",
      })
  void aWrongFieldIsNamed(String json, String path) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOfSatisfying(
            MisshapenJson.class,
            e -> {
              assertThat(e.path()).isEqualTo(path);
              assertThat(e.offset()).isBetween(0, json.length());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "nope", "{\"messages\":[]}x", "{\"messages\":[\"\u0001\"]}"})
  void whatIsNotJsonIsSaidToBeMalformed(String json) {
    assertThatThrownBy(() -> decode(json))
        .isInstanceOfAny(MalformedJson.class, MisshapenJson.class);
  }

  @Test
  void absurdNestingIsRefused() {
    assertThatThrownBy(() -> with("\"x\":" + "[".repeat(100_000)))
        .isInstanceOf(MalformedJson.class);
  }

  @Test
  @DisplayName("case 31: data that is no base 64 is refused where it stands")
  void badBase64UrlsAreRefusedWhereTheyStand() {
    String part = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png,abc\"}}";

    assertThatThrownBy(() -> only("{\"role\":\"user\",\"content\":[" + part + "]}"))
        .isInstanceOfSatisfying(
            MisshapenJson.class,
            e -> assertThat(e.path()).isEqualTo("messages[0].content[0].image_url.url"));
  }

  @Test
  @DisplayName("case 35: the newer limit goes before the older")
  void theNewTokenLimitGoesBeforeTheOld() {
    assertThat(with("\"max_completion_tokens\":5,\"max_tokens\":9").output().tokensMax())
        .isEqualTo(5);
    assertThat(with("\"max_completion_tokens\":null,\"max_tokens\":9").output().tokensMax())
        .isEqualTo(9);
  }

  @Test
  @DisplayName("case 28: functions of old become tools, and tools functions again")
  void functionsOfOldBecomeToolsAndBack() {
    String json =
        "{\"model\":\"m\",\"messages\":["
            + HI
            + ",{\"role\":\"assistant\",\"content\":null,"
            + "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
            + "{\"role\":\"function\",\"name\":\"f\",\"content\":\"42\"}],"
            + "\"functions\":[{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}],"
            + "\"function_call\":{\"name\":\"f\"}}";

    ChatRequest request = decode(json);

    Part.ToolCall call = ((Message.Assistant) request.messages().get(1)).toolCalls().getFirst();
    assertThat(call.id()).matches("[0-9A-Za-z]{9}");
    assertThat(((Message.ToolResult) request.messages().get(2)).callId()).isEqualTo(call.id());
    assertThat(request.tools().choice()).isEqualTo(new ToolChoice.Named("f"));
    assertThat(encode(request, LOSSLESS, new Losses())).isEqualTo(json);
  }

  @Test
  @DisplayName("cases 16 and 28: two calls of one function of old keep their own results")
  void twoCallsOfOneFunctionInTheOldStyleKeepTheirOwnResults() {
    String call =
        "{\"role\":\"assistant\",\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
    String result = "{\"role\":\"function\",\"name\":\"f\",\"content\":\"1\"}";

    List<Message> messages =
        decode("{\"messages\":[" + String.join(",", call, result, call, result) + "]}").messages();

    assertThat(((Message.ToolResult) messages.get(1)).callId())
        .isEqualTo(((Message.Assistant) messages.get(0)).toolCalls().getFirst().id());
    assertThat(((Message.ToolResult) messages.get(3)).callId())
        .isEqualTo(((Message.Assistant) messages.get(2)).toolCalls().getFirst().id())
        .isNotEqualTo(((Message.ToolResult) messages.get(1)).callId());
  }

  @Test
  @DisplayName("case 50: thoughts are understood in all words that servers have for them")
  void thoughtsAreUnderstoodInAllTheFamilysWords() {
    Part.Thinking plain = new Part.Thinking("hm");
    Part.Thinking signed =
        new Part.Thinking(
            "hm", Part.Thinking.Form.FULL, new Signature("s", Signature.CLAUDE), Rest.NONE);

    assertThat(only("{\"role\":\"assistant\",\"reasoning_content\":\"hm\"}").parts())
        .containsExactly(plain);
    assertThat(only("{\"role\":\"assistant\",\"reasoning\":\"hm\"}").parts())
        .containsExactly(plain);
    assertThat(
            only("{\"role\":\"assistant\",\"reasoning\":\"hm\",\"reasoning_details\":[{\"type\":"
                    + "\"reasoning.text\",\"text\":\"hm\",\"signature\":\"s\","
                    + "\"format\":\"anthropic-claude-v1\",\"index\":0}]}")
                .parts())
        .containsExactly(signed);
    assertThat(
            only("{\"role\":\"assistant\",\"thinking_blocks\":[{\"type\":\"thinking\","
                    + "\"thinking\":\"hm\",\"signature\":\"s\"},"
                    + "{\"type\":\"redacted_thinking\",\"data\":\"d\"}]}")
                .parts())
        .containsExactly(
            signed, new Part.SealedThinking(new Signature("d", Signature.CLAUDE), Rest.NONE));
    assertThat(
            only("{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
                    + "[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"x\"}]}")
                .parts())
        .containsExactly(plain, new Part.Text("x"));
  }

  @Test
  @DisplayName("case 70: OpenAI itself is sent nothing that it would refuse")
  void openAiItselfGetsNothingThatItWouldRefuse() {
    ChatRequest request =
        ChatRequest.builder("m")
            .message(
                new Message.System(
                    List.of(new Part.Text("s", CacheHint.DEFAULT, null, Rest.NONE)),
                    null,
                    Rest.NONE))
            .message(
                Message.Assistant.of(new Part.Thinking("hm"), new Part.ToolCall("c", "f", "{}")))
            .topK(5L)
            .tokensMax(7L)
            .rest(Rest.of("anthropic", "container", new Json("1")))
            .build();
    Losses losses = new Losses();

    String json = encode(request, OpenAiRequestOptions.OFFICIAL, losses);

    assertThat(json)
        .isEqualTo(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\","
                + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}],"
                + "\"max_completion_tokens\":7}");
    assertThat(losses.fields())
        .containsExactly("cache_control", "messages.reasoning_content", "top_k", "container");
  }

  @Test
  @DisplayName("case 21: a tool's images follow in a user's message, behind all results")
  void picturesFromToolsGoIntoAUsersMessageBehindAllResults() {
    Message.ToolResult picture =
        new Message.ToolResult(
            "a",
            null,
            List.of(
                new Part.Text("see"), new Part.Image(new Media.Remote("https://x/y.png", null))),
            Message.ToolResult.Outcome.UNSTATED,
            null,
            Rest.NONE);
    ChatRequest request =
        ChatRequest.builder("m")
            .message(picture)
            .message(Message.ToolResult.of("b", "2"))
            .message(Message.User.of("go on"))
            .build();

    String json = encode(request, OpenAiRequestOptions.OFFICIAL, new Losses());

    assertThat(json)
        .contains(
            "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"see\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"2\"},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"https://x/y.png\"}}]},"
                + "{\"role\":\"user\",\"content\":\"go on\"}");
  }

  @Test
  @DisplayName("case 9: servers that take only strings get them")
  void serversThatTakeOnlyStringsGetThem() {
    OpenAiRequestOptions strings =
        new OpenAiRequestOptions(
            TokensField.MAX_TOKENS,
            ReasoningField.EFFORT,
            Thoughts.OMIT,
            Extensions.DROP,
            Content.STRINGS,
            Instructions.AS_SYSTEM);
    ChatRequest request =
        ChatRequest.builder("m")
            .message(
                new Message.Developer(
                    List.of(new Part.Text("a"), new Part.Text("b")), null, Rest.NONE))
            .build();

    assertThat(encode(request, strings, new Losses()))
        .contains("{\"role\":\"system\",\"content\":\"a\\n\\nb\"}");
  }

  @Test
  @DisplayName("case 42: a budget is the nearest effort where none can be said")
  void aBudgetBecomesTheNearestEffortWhereNoBudgetCanBeSaid() {
    ChatRequest request =
        ChatRequest.builder("m")
            .reasoning(new ReasoningSettings(Mode.ON, null, 4096L, Disclosure.UNSTATED))
            .build();
    Losses losses = new Losses();

    assertThat(encode(request, OpenAiRequestOptions.OFFICIAL, losses))
        .contains("\"reasoning_effort\":\"medium\"");
    assertThat(losses.fields()).containsExactly("reasoning.max_tokens");
  }

  @Test
  @DisplayName("case 45: a schema beside json_object is a schema")
  void aSchemaBesideJsonObjectIsASchema() {
    assertThat(
            with("\"response_format\":{\"type\":\"json_object\",\"schema\":{}}").output().format())
        .isEqualTo(new ResponseFormat.Schema(null, null, new Json("{}"), null, Rest.NONE));
  }

  @Test
  @DisplayName("cases 9 and 11: tools need no type, and a result may be an object")
  void toolsNeedNoTypeAndAResultMayBeAnObject() {
    assertThat(with("\"tools\":[{\"function\":{\"name\":\"f\"}}]").tools().tools())
        .containsExactly(new Tool.Function("f", null, null));
    assertThat(only("{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":{\"a\": 1e2}}"))
        .isEqualTo(Message.ToolResult.of("c", "{\"a\": 1e2}"));
  }

  @Test
  @DisplayName("case 24: JSON that is carried is never written anew")
  void carriedJsonIsNeverRewritten() {
    String schema = "{ \"maximum\" : 1e2, \"x\":\"\\u00e9\\/\", \"n\":9007199254740993 }";
    ChatRequest request =
        with(
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                + schema
                + "}}],\"vendor\":"
                + schema);

    assertThat(encode(request, LOSSLESS, new Losses()))
        .contains("\"parameters\":" + schema)
        .contains("\"vendor\":" + schema);
  }

  @Test
  void faultsCanBeMadeOfWhatIsThrown() {
    try {
      with("\"n\":\"two\"");
    } catch (MisshapenJson e) {
      assertThat(Fault.InvalidRequest.of(e.path(), e.reason()).message())
          .isEqualTo("`n` must be a number, but is a string");
      return;
    }
    throw new AssertionError("nothing was thrown");
  }
}
