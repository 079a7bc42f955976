package dev.sluice.protocol.converse;

import static dev.sluice.protocol.converse.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.CacheHint;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of messages, media and caching, from OpenAI's words into this protocol's. */
class MessageCasesTest {

  private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";
  private static final String OK = "{\"role\":\"assistant\",\"content\":\"ok\"}";
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";

  private static String request(String... messages) {
    return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
  }

  private static Codec.Written said(String... messages) {
    return fromOpenAi(request(messages));
  }

  private static String call(String id) {
    return "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\""
        + id
        + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
  }

  private static String result(String id, String text) {
    return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"" + text + "\"}";
  }

  private static Consumer<GatewayException> refuses(String path) {
    return e ->
        assertThat(((Fault.InvalidRequest) e.fault()).violations().getFirst().path())
            .isEqualTo(path);
  }

  @Test
  @DisplayName("cases 1 and 3: instructions stand apart, the developer's among them")
  void leadingInstructionsAreTheSystems() {
    Codec.Written written =
        said(
            "{\"role\":\"system\",\"content\":\"a\"}",
            "{\"role\":\"developer\",\"content\":\"b\"}",
            HI);

    assertThat(written.at("/system")).hasToString("[{\"text\":\"a\"},{\"text\":\"b\"}]");
    assertThat(written.at("/messages"))
        .hasToString("[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 1: where a model has no place for instructions, the user says them")
  void instructionsOfModelsWithoutASystem() {
    ConverseAbilities able = Codec.ABLE;
    ConverseAbilities plain =
        new ConverseAbilities(
            100,
            4,
            able.sampling(),
            able.topK(),
            able.thinking(),
            able.schemas(),
            able.tools(),
            ConverseAbilities.Instructing.REFUSED,
            able.cachePoints(),
            able.media());

    Codec.Written written =
        fromOpenAi(request("{\"role\":\"system\",\"content\":\"a\"}", HI), plain);

    assertThat(written.json().has("system")).isFalse();
    assertThat(written.at("/messages/0/content"))
        .hasToString("[{\"text\":\"<system>\\na\\n</system>\"},{\"text\":\"hi\"}]");
  }

  @Test
  @DisplayName("case 2: instructions in the middle stay in the middle")
  void lateInstructionsStayWhereTheyAre() {
    String json = request(HI, OK, HI, "{\"role\":\"system\",\"content\":\"now short\"}");

    assertThat(fromOpenAi(json).at("/messages/3"))
        .hasToString("{\"role\":\"system\",\"content\":[{\"text\":\"now short\"}]}");
    assertThat(fromOpenAi(json, Codec.NOVA).at("/messages/2/content/1/text").asString())
        .isEqualTo("<system>\nnow short\n</system>");
    Codec.Written top =
        Codec.write(
            Codec.openAi(json),
            new ConverseRequestOptions(
                Codec.ABLE, Instructions.AT_THE_TOP, Shortage.LESS_THINKING, Unanswered.FAILED));
    assertThat(top.at("/system/0/text").asString()).isEqualTo("now short");
  }

  @Test
  @DisplayName("cases 4 and 5: turns alternate and begin with the user's; history may begin else")
  void turnsAlternateAndTheUserComesFirst() {
    assertThat(said(HI, HI, OK, OK, HI).at("/messages").size()).isEqualTo(3);
    assertThat(said(OK, HI).at("/messages/0"))
        .hasToString("{\"role\":\"user\",\"content\":[{\"text\":\".\"}]}");
    assertThatThrownBy(() -> said())
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"));
    assertThatThrownBy(() -> said("{\"role\":\"user\",\"content\":\" \"}"))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"));
  }

  @Test
  @DisplayName("case 6: an answer that is to be continued has no white space behind")
  void thePrefillIsTrimmed() {
    assertThat(
            said(HI, "{\"role\":\"assistant\",\"content\":\"Once \"}")
                .at("/messages/1/content/0/text")
                .asString())
        .isEqualTo("Once");
  }

  @Test
  @DisplayName("case 17: all results of a turn in one turn, in front, then what the user says")
  void resultsComeFirstAndTogether() {
    String calls =
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
            + "{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}},"
            + "{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"x\\\":1.0}\"}}]}";

    Codec.Written written = said(HI, calls, result("b", "2"), HI, result("a", "1"));

    assertThat(written.at("/messages").size()).isEqualTo(3);
    assertThat(written.at("/messages/1/content/1/toolUse/input")).hasToString("{\"x\":1.0}");
    assertThat(written.at("/messages/2/content"))
        .hasToString(
            "[{\"toolResult\":{\"toolUseId\":\"b\",\"content\":[{\"text\":\"2\"}]}},"
                + "{\"toolResult\":{\"toolUseId\":\"a\",\"content\":[{\"text\":\"1\"}]}},"
                + "{\"text\":\"hi\"}]");
  }

  @Test
  @DisplayName("case 20: a failed tool says so, and an empty result says something")
  void resultsSayHowTheToolFared() {
    Message.ToolResult failed =
        new Message.ToolResult(
            "a", null, List.of(), Message.ToolResult.Outcome.FAILURE, null, Rest.NONE);
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .message(Message.Assistant.of(new Part.ToolCall("a", "f", "{}")))
            .message(failed)
            .build();

    assertThat(Codec.write(request, Codec.ABLE).at("/messages/2/content/0/toolResult"))
        .hasToString(
            "{\"toolUseId\":\"a\",\"content\":[{\"text\":\"(no output)\"}],\"status\":\"error\"}");
    Codec.Written least = Codec.write(request, ConverseAbilities.LEAST);
    assertThat(least.at("/messages/2/content/0/toolResult").has("status")).isFalse();
    assertThat(least.losses()).containsExactly("messages.is_error");
  }

  @Test
  @DisplayName("case 21: images in results, or behind them where results can't hold them")
  void imagesInResults() {
    Part image = new Part.Image(new Media.Inline("image/jpeg", PNG));
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .message(Message.Assistant.of(new Part.ToolCall("a", "f", "{}")))
            .message(
                new Message.ToolResult(
                    "a",
                    null,
                    List.of(image),
                    Message.ToolResult.Outcome.UNSTATED,
                    null,
                    Rest.NONE))
            .message(Message.User.of("and?"))
            .build();

    // By its bytes it is another image than the client says.
    assertThat(
            Codec.write(request, Codec.ABLE)
                .at("/messages/2/content/0/toolResult/content/0/image/format")
                .asString())
        .isEqualTo("png");
    Codec.Written behind = Codec.write(request, ConverseAbilities.LEAST);
    assertThat(behind.at("/messages/2/content/0/toolResult/content/0/text").asString())
        .isEqualTo("(see below)");
    assertThat(behind.at("/messages/2/content/1").has("image")).isTrue();
    assertThat(behind.at("/messages/2/content/2/text").asString()).isEqualTo("and?");
  }

  @Test
  @DisplayName("case 22: calls without a result get one, results without a call are refused")
  void missingAndOrphanedResults() {
    Codec.Written written = said(HI, call("a"), HI);

    assertThat(written.at("/messages/2/content/0/toolResult/status").asString()).isEqualTo("error");
    assertThat(written.at("/messages/2/content/1/text").asString()).isEqualTo("hi");
    assertThatThrownBy(() -> said(HI, result("zz", "1")))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[1].tool_call_id"));
  }

  @Test
  @DisplayName("case 16: ids that the protocol refuses are replaced, the call's and the result's")
  void idsAreReplacedTogether() {
    String odd = "call with spaces";
    Codec.Written written = said(HI, call(odd), result(odd, "1"), call("x.y:z-1"));

    String id = written.at("/messages/1/content/0/toolUse/toolUseId").asString();
    assertThat(id).matches("[a-zA-Z0-9]{9}");
    assertThat(written.at("/messages/2/content/0/toolResult/toolUseId").asString()).isEqualTo(id);
    assertThat(written.at("/messages/3/content/0/toolUse/toolUseId").asString())
        .isEqualTo("x.y:z-1");
  }

  @Test
  @DisplayName("cases 30 and 31: images by their bytes or from S3, never by another address")
  void imagesByAddress() {
    String image =
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}";

    assertThat(said(image.formatted("data:image/jpeg;base64," + PNG)).at("/messages/0/content/0"))
        .hasToString("{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"" + PNG + "\"}}}");
    assertThat(said(image.formatted("s3://bucket/a/b.JPG")).at("/messages/0/content/0/image"))
        .hasToString(
            "{\"format\":\"jpeg\",\"source\":{\"s3Location\":{\"uri\":\"s3://bucket/a/b.JPG\"}}}");
    for (String url : List.of("https://example.com/a.png", "s3://bucket/a.tiff")) {
      assertThatThrownBy(() -> said(image.formatted(url)))
          .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
    }
  }

  @Test
  @DisplayName("case 33: documents have a format, a plain name of their own, and company")
  void documentsAreNamed() {
    Part pdf =
        new Part.File(
            new Media.Inline("application/pdf", "JVBERi0="), "a/b  c.pdf", null, Rest.NONE);
    Part note = new Part.File(new Media.Written("text/plain", "hi"), null, null, Rest.NONE);
    ChatRequest request =
        ChatRequest.builder("")
            .message(new Message.User(List.of(pdf, pdf, note), null, Rest.NONE))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/messages/0/content/0/document"))
        .hasToString(
            "{\"format\":\"pdf\",\"name\":\"a-b c-pdf\",\"source\":{\"bytes\":\"JVBERi0=\"}}");
    assertThat(written.at("/messages/0/content/1/document/name").asString())
        .isEqualTo("a-b c-pdf 2");
    assertThat(written.at("/messages/0/content/2/document"))
        .hasToString("{\"format\":\"txt\",\"name\":\"document\",\"source\":{\"bytes\":\"aGk=\"}}");
    // The provider refuses a document without a word to it.
    assertThat(written.at("/messages/0/content/3/text").asString()).isEqualTo(".");
    FromOpenAiTest.obeysTheProtocol("documents", written.json());

    Part uploaded = new Part.File(new Media.Uploaded("file_1", "openai"), null, null, Rest.NONE);
    ChatRequest foreign =
        ChatRequest.builder("")
            .message(new Message.User(List.of(uploaded), null, Rest.NONE))
            .build();
    assertThatThrownBy(() -> Codec.write(foreign, Codec.ABLE)).isInstanceOf(GatewayException.class);
  }

  @Test
  @DisplayName("case 34: sounds and films go where a model takes them")
  void soundsAndFilms() {
    Part film = new Part.Video(new Media.Inline("video/mp4", "AAAA"), null, Rest.NONE);
    ChatRequest request =
        ChatRequest.builder("").message(new Message.User(List.of(film), null, Rest.NONE)).build();

    assertThat(Codec.write(request, Codec.NOVA).at("/messages/0/content/0"))
        .hasToString("{\"video\":{\"format\":\"mp4\",\"source\":{\"bytes\":\"AAAA\"}}}");
    assertThatThrownBy(() -> Codec.write(request, ConverseAbilities.CLAUDE))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
  }

  @Test
  @DisplayName("case 51: thoughts go back sealed, in their order, and only to who sealed them")
  void thoughtsGoBack() {
    Signature claude = new Signature("c2ln", Signature.CLAUDE);
    Signature gemini = new Signature("Zm9v", Signature.GEMINI);
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .message(
                Message.Assistant.of(
                    new Part.Thinking("hm", Part.Thinking.Form.FULL, claude, Rest.NONE),
                    new Part.SealedThinking(claude, Rest.NONE),
                    new Part.Thinking("no", Part.Thinking.Form.FULL, gemini, Rest.NONE),
                    new Part.Thinking("unsigned"),
                    new Part.Text("ok")))
            .message(Message.User.of("go on"))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/messages/1/content"))
        .hasToString(
            "[{\"reasoningContent\":{\"reasoningText\":{\"text\":\"hm\",\"signature\":\"c2ln\"}}},"
                + "{\"reasoningContent\":{\"redactedContent\":\"c2ln\"}},{\"text\":\"ok\"}]");
    assertThat(written.losses())
        .containsExactly("messages.reasoning_details", "messages.reasoning_content");
    // Another maker's model takes none of them, nor does one that seals nothing.
    assertThat(Codec.write(request, Codec.NOVA).at("/messages/1/content"))
        .hasToString("[{\"text\":\"ok\"}]");
    assertThat(Codec.write(request, ConverseAbilities.LEAST).at("/messages/1/content"))
        .hasToString("[{\"text\":\"ok\"}]");
  }

  @Test
  @DisplayName("case 68: a cache point is a block of its own behind the one marked")
  void cachePointsStandBehind() {
    CacheHint hour = new CacheHint(java.time.Duration.ofHours(1));
    ChatRequest request =
        ChatRequest.builder("")
            .message(
                new Message.System(
                    List.of(new Part.Text("s", hour, null, Rest.NONE)), null, Rest.NONE))
            .message(
                new Message.User(
                    List.of(
                        new Part.Text("a", CacheHint.DEFAULT, null, Rest.NONE), new Part.Text("b")),
                    null,
                    Rest.NONE))
            .tool(
                new dev.sluice.chat.Tool.Function(
                    "f", null, null, null, CacheHint.DEFAULT, Rest.NONE))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/system"))
        .hasToString("[{\"text\":\"s\"},{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}}]");
    assertThat(written.at("/messages/0/content"))
        .hasToString("[{\"text\":\"a\"},{\"cachePoint\":{\"type\":\"default\"}},{\"text\":\"b\"}]");
    assertThat(written.at("/toolConfig/tools/1"))
        .hasToString("{\"cachePoint\":{\"type\":\"default\"}}");
    assertThat(Codec.request(written.text()).messages()).isEqualTo(request.messages());
    Codec.Written nova = Codec.write(request, Codec.NOVA);
    assertThat(nova.at("/toolConfig/tools").size()).isEqualTo(1);
    assertThat(nova.losses()).containsExactly("cache_control");
    assertThat(Codec.write(request, ConverseAbilities.LEAST).text()).doesNotContain("cachePoint");
  }

  @Test
  @DisplayName("case 68: more than four cache points keep the first and the last ones")
  void noMoreCachePointsThanTheProviderTakes() {
    Part marked = new Part.Text("a", CacheHint.DEFAULT, null, Rest.NONE);
    ChatRequest request =
        ChatRequest.builder("")
            .message(
                new Message.User(
                    List.of(marked, marked, marked, marked, marked, marked), null, Rest.NONE))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.text().split("cachePoint", -1)).hasSize(5);
    assertThat(written.losses()).containsExactly("cache_control");
  }

  @Test
  @DisplayName("case 8: names are dropped, and said to be")
  void namesAreDropped() {
    assertThat(said("{\"role\":\"user\",\"name\":\"ann\",\"content\":\"hi\"}").losses())
        .containsExactly("messages.name");
  }
}
