package dev.sluice.protocol.anthropic;

import static dev.sluice.protocol.anthropic.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Tool;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.rewording.Conversation;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of messages, media and caching, from OpenAI's words into this protocol's. */
class MessageCasesTest {

  private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";

  private static Codec.Written said(String... messages) {
    return fromOpenAi("{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}");
  }

  private static String call(String... ids) {
    String calls =
        List.of(ids).stream()
            .map(id ->
                "{\"id\":\""
                    + id
                    + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
            .collect(Collectors.joining(","));
    return "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + calls + "]}";
  }

  private static String result(String id, String text) {
    return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\",\"content\":\"" + text + "\"}";
  }

  private static AnthropicRequestOptions with(Instructions instructions, Unanswered unanswered) {
    return new AnthropicRequestOptions(
        Platform.ANTHROPIC,
        Codec.ABLE,
        instructions,
        Shortage.LESS_THINKING,
        unanswered,
        Users.AS_GIVEN,
        List.of());
  }

  @Test
  @DisplayName("case 1: instructions stand apart, block by block")
  void leadingInstructionsAreTheSystems() {
    Codec.Written written =
        said(
            "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]}",
            "{\"role\":\"developer\",\"content\":\"b\"}",
            HI);

    assertThat(written.at("/system"))
        .hasToString(
            "[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}},{\"type\":\"text\",\"text\":\"b\"}]");
    assertThat(written.at("/messages")).hasToString("[{\"role\":\"user\",\"content\":\"hi\"}]");
    assertThat(said("{\"role\":\"system\",\"content\":\"a\"}", HI).at("/system").asString())
        .isEqualTo("a");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName(
      "case 2: instructions in the middle stay in the middle, in the system's role or tagged")
  void lateInstructionsStayWhereTheyAre() {
    String late = "{\"role\":\"system\",\"content\":\"now short\"}";
    String answer = "{\"role\":\"assistant\",\"content\":\"ok\"}";
    String json = "{\"model\":\"m\",\"messages\":[" + String.join(",", HI, answer, HI, late) + "]}";

    assertThat(fromOpenAi(json).at("/messages/3"))
        .hasToString("{\"role\":\"system\",\"content\":\"now short\"}");
    assertThat(fromOpenAi(json, Codec.BUDGETED).at("/messages/2/content/1/text").asString())
        .isEqualTo("<system>\nnow short\n</system>");
    ChatRequest request = Codec.openAi(json);
    assertThat(
            Codec.write(request, with(Instructions.TAGGED, Unanswered.FAILED))
                .at("/messages/2/content/1/text")
                .asString())
        .isEqualTo("<system>\nnow short\n</system>");
    Codec.Written top = Codec.write(request, with(Instructions.AT_THE_TOP, Unanswered.FAILED));
    assertThat(top.at("/system").asString()).isEqualTo("now short");
    assertThat(top.at("/messages").size()).isEqualTo(3);
  }

  @Test
  @DisplayName("case 2: the system's role is not used where the provider refuses it")
  void lateInstructionsBetweenACallAndItsResultAreTagged() {
    Codec.Written written =
        said(HI, call("a"), "{\"role\":\"system\",\"content\":\"x\"}", result("a", "1"));

    assertThat(written.at("/messages/2/role").asString()).isEqualTo("user");
    assertThat(written.at("/messages/2/content/0/type").asString()).isEqualTo("tool_result");
    assertThat(written.at("/messages/2/content/1/text").asString()).contains("<system>");
    // Between two turns of the user's, too.
    assertThat(said(HI, "{\"role\":\"system\",\"content\":\"x\"}", HI).at("/messages").size())
        .isEqualTo(1);
  }

  @Test
  @DisplayName("case 3: the developer's role is the system's")
  void developersAreTheSystem() {
    assertThat(said("{\"role\":\"developer\",\"content\":\"a\"}", HI).at("/system").asString())
        .isEqualTo("a");
  }

  @Test
  @DisplayName("case 4: neighbouring turns of one role are one turn")
  void turnsAlternate() {
    String answer = "{\"role\":\"assistant\",\"content\":\"ok\"}";

    Codec.Written written = said(HI, HI, answer, answer, HI);

    assertThat(written.at("/messages").size()).isEqualTo(3);
    assertThat(written.at("/messages/0/content").size()).isEqualTo(2);
    assertThat(written.at("/messages/1/content").size()).isEqualTo(2);
  }

  @Test
  @DisplayName("case 5: the user comes first, and no messages are refused")
  void theUserComesFirst() {
    assertThat(said("{\"role\":\"assistant\",\"content\":\"ok\"}", HI).at("/messages/0"))
        .hasToString("{\"role\":\"user\",\"content\":\".\"}");
    assertThat(said("{\"role\":\"system\",\"content\":\"a\"}").at("/messages").size()).isEqualTo(1);
    assertThatThrownBy(() -> said())
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"));
    assertThatThrownBy(() -> said("{\"role\":\"user\",\"content\":\" \"}"))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"));
  }

  private static java.util.function.Consumer<GatewayException> refuses(String path) {
    return e ->
        assertThat(e.fault())
            .isInstanceOfSatisfying(
                Fault.InvalidRequest.class,
                fault -> assertThat(fault.violations().getFirst().path()).isEqualTo(path));
  }

  @Test
  @DisplayName("case 6: an answer to be continued ends without white space")
  void prefillIsTrimmed() {
    assertThat(said(HI, "{\"role\":\"assistant\",\"content\":\"{ \\n\"}").at("/messages/1"))
        .hasToString("{\"role\":\"assistant\",\"content\":\"{\"}");
    // In the middle it is the model's own.
    assertThat(
            said(HI, "{\"role\":\"assistant\",\"content\":\"{ \"}", HI)
                .at("/messages/1/content")
                .asString())
        .isEqualTo("{ ");
  }

  @Test
  @DisplayName("case 7: nothing empty is sent, but for a result, which says that it is")
  void emptyBlocksAreLeftOut() {
    Codec.Written written =
        said(
            "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"x\"}]}",
            "{\"role\":\"assistant\",\"content\":\"\"}",
            HI,
            "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
            result("a", ""));

    assertThat(written.at("/messages"))
        .hasToString(
            "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"hi\"}]},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"(no output)\"}]}]");
  }

  @Test
  @DisplayName("case 8: names of speakers are left out")
  void namesAreLeftOut() {
    Codec.Written written = said("{\"role\":\"user\",\"content\":\"hi\",\"name\":\"ann\"}");

    assertThat(written.json().toString()).doesNotContain("ann");
    assertThat(written.losses()).containsExactly("messages.name");
  }

  @Test
  @DisplayName("case 9: a content may be a string, a list or an object")
  void contentsOfAllForms() {
    Codec.Written written =
        said(
            HI,
            call("a", "b"),
            "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":{\"x\":1}}",
            "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":[{\"type\":\"text\",\"text\":\"y\"}]}");

    assertThat(written.at("/messages/2/content/0/content").asString()).isEqualTo("{\"x\":1}");
    assertThat(written.at("/messages/2/content/1/content").asString()).isEqualTo("y");
  }

  @Test
  @DisplayName("case 10: more turns than the provider takes are refused")
  void turnsAreBounded() {
    ChatRequest request =
        ChatRequest.builder("m")
            .messages(
                IntStream.rangeClosed(0, Conversation.TURNS_MAX)
                    .mapToObj(i ->
                        i % 2 == 0
                            ? Message.User.of("u")
                            : Message.Assistant.of(new Part.Text("a")))
                    .toList())
            .build();

    assertThatThrownBy(() -> Codec.write(request, Codec.ABLE))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"));
  }

  @Test
  @DisplayName("case 17: all results of a turn stand first in the user's next turn")
  void resultsComeFirst() {
    Codec.Written written = said(HI, call("a", "b"), HI, result("b", "2"), result("a", "1"), HI);

    assertThat(written.at("/messages/2/content").size()).isEqualTo(4);
    assertThat(written.at("/messages/2/content/0/tool_use_id").asString()).isEqualTo("b");
    assertThat(written.at("/messages/2/content/1/tool_use_id").asString()).isEqualTo("a");
    assertThat(written.at("/messages/2/content/2/text").asString()).isEqualTo("hi");
    assertThat(written.at("/messages").size()).isEqualTo(3);
  }

  @Test
  @DisplayName("case 20: a tool's failure is told, and its success only where it was said")
  void outcomes() {
    ChatRequest request =
        Codec.request(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]},"
                + "{\"role\":\"user\",\"content\":[{\"is_error\":true,\"tool_use_id\":\"a\",\"type\":\"tool_result\",\"content\":\"no\"}]}]}");

    assertThat(((Message.ToolResult) request.messages().getLast()).outcome())
        .isEqualTo(Message.ToolResult.Outcome.FAILURE);
    assertThat(Codec.write(request, Codec.ABLE).at("/messages/2/content/0/is_error").asBoolean())
        .isTrue();
    assertThat(said(HI, call("a"), result("a", "1")).at("/messages/2/content/0").has("is_error"))
        .isFalse();
  }

  @Test
  @DisplayName("case 22: a call without a result gets one that says so, or is refused")
  void unansweredCalls() {
    Codec.Written written =
        said(
            HI,
            call("a", "b"),
            result("a", "1"),
            HI,
            "{\"role\":\"assistant\",\"content\":\"ok\"}",
            HI);

    assertThat(written.at("/messages/2/content/1"))
        .hasToString(
            "{\"type\":\"tool_result\",\"tool_use_id\":\"b\",\"content\":\"The call was cancelled: it has no result.\",\"is_error\":true}");
    assertThat(written.at("/messages/2/content/2/text").asString()).isEqualTo("hi");
    assertThat(said(HI, call("a")).at("/messages/2/content/0/tool_use_id").asString())
        .isEqualTo("a");
    assertThatThrownBy(() ->
            Codec.write(
                Codec.openAi("{\"messages\":[" + HI + "," + call("a7") + "," + HI + "]}"),
                with(Instructions.IN_PLACE, Unanswered.REFUSED)))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages"))
        .hasMessageContaining("a7");
  }

  @Test
  @DisplayName("case 22: a result without a call is refused")
  void orphans() {
    assertThatThrownBy(() -> said(HI, result("z", "1")))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[1].tool_call_id"));
    assertThatThrownBy(() -> said(HI, call("a"), result("a", "1"), result("a", "2")))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[3].tool_call_id"));
    assertThatThrownBy(() ->
            said(
                HI, call("a"), HI, "{\"role\":\"assistant\",\"content\":\"ok\"}", result("a", "1")))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[4].tool_call_id"));
  }

  private static String marked(String text) {
    return "{\"type\":\"text\",\"text\":\""
        + text
        + "\",\"cache_control\":{\"type\":\"ephemeral\"}}";
  }

  @Test
  @DisplayName("case 68: four cache marks at most: the first and the last three")
  void cacheMarksAreBounded() {
    Codec.Written written =
        said(
            "{\"role\":\"system\",\"content\":[" + marked("a") + "," + marked("b") + "]}",
            "{\"role\":\"user\",\"content\":["
                + marked("c")
                + ","
                + marked("d")
                + ","
                + marked("e")
                + ","
                + marked("f")
                + "]}");

    assertThat(written.at("/system/0").has("cache_control")).isTrue();
    assertThat(written.at("/system/1").has("cache_control")).isFalse();
    assertThat(written.at("/messages/0/content/0").has("cache_control")).isFalse();
    assertThat(written.at("/messages/0/content/1").has("cache_control")).isTrue();
    assertThat(written.at("/messages/0/content/3").has("cache_control")).isTrue();
    assertThat(written.losses()).containsExactly("cache_control");
  }

  @Test
  @DisplayName(
      "case 68: a mark on the whole request takes one of the places; tools and results can be marked")
  void cacheMarksOfAllKinds() {
    ChatRequest request =
        Codec.request(
            "{\"cache_control\":{\"type\":\"ephemeral\"},\"messages\":[{\"role\":\"user\",\"content\":["
                + marked("a")
                + "]},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{},\"cache_control\":{\"type\":\"ephemeral\"}}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"1\",\"cache_control\":{\"type\":\"ephemeral\"}}]}],"
                + "\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"},\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}]}");

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/cache_control/type").asString()).isEqualTo("ephemeral");
    assertThat(written.at("/tools/0/cache_control/ttl").asString()).isEqualTo("1h");
    assertThat(written.at("/messages/0/content/0").has("cache_control")).isFalse();
    assertThat(written.at("/messages/1/content/0").has("cache_control")).isTrue();
    assertThat(written.at("/messages/2/content/0").has("cache_control")).isTrue();
  }

  @Test
  @DisplayName("case 51: thoughts go back sealed and in order; nobody else's seal does")
  void thoughtsAreReplayed() {
    String details =
        "[{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\",\"index\":0},"
            + "{\"type\":\"reasoning.encrypted\",\"data\":\"c2VhbGVk\",\"format\":\"anthropic-claude-v1\",\"index\":1}]";
    String turn =
        "{\"role\":\"assistant\",\"content\":\"ok\",\"reasoning_details\":"
            + details
            + ",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";

    Codec.Written written = said(HI, turn, result("a", "1"));

    assertThat(written.at("/messages/1/content"))
        .hasToString(
            "[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"redacted_thinking\",\"data\":\"c2VhbGVk\"},"
                + "{\"type\":\"text\",\"text\":\"ok\"},{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]");
    assertThat(written.losses()).isEmpty();

    Codec.Written foreign =
        said(HI, turn.replace("anthropic-claude-v1", "google-gemini-v1"), result("a", "1"));
    assertThat(foreign.at("/messages/1/content/0/type").asString()).isEqualTo("text");
    assertThat(foreign.losses()).containsExactly("messages.reasoning_details");

    Codec.Written unsigned =
        said(HI, "{\"role\":\"assistant\",\"content\":\"ok\",\"reasoning_content\":\"hm\"}", HI);
    assertThat(unsigned.at("/messages/1/content").asString()).isEqualTo("ok");
    assertThat(unsigned.losses()).containsExactly("messages.reasoning_content");
  }

  @Test
  @DisplayName("case 52: a seal of Gemini's on a call stays at home")
  void sealsOfCallsStayAtHome() {
    ChatRequest request =
        ChatRequest.builder("m")
            .message(Message.User.of("hi"))
            .message(
                Message.Assistant.of(
                    new Part.ToolCall(
                        "a",
                        "f",
                        Part.ToolCall.Kind.FUNCTION,
                        "{}",
                        new Signature("c2ln", Signature.GEMINI),
                        null,
                        Rest.NONE)))
            .message(Message.ToolResult.of("a", "1"))
            .tool(new Tool.Function("f", null, new Json("{\"type\":\"object\"}")))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.json().toString()).doesNotContain("c2ln");
    assertThat(written.losses()).containsExactly("messages.tool_calls.signature");
  }
}
