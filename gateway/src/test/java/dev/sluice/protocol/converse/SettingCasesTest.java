package dev.sluice.protocol.converse;

import static dev.sluice.protocol.converse.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Tool;
import dev.sluice.chat.ToolChoice;
import dev.sluice.protocol.converse.ConverseAbilities.CachePoints;
import dev.sluice.protocol.converse.ConverseAbilities.Choices;
import dev.sluice.protocol.converse.ConverseAbilities.Instructing;
import dev.sluice.protocol.converse.ConverseAbilities.Parallel;
import dev.sluice.protocol.converse.ConverseAbilities.Sampling;
import dev.sluice.protocol.converse.ConverseAbilities.Schemas;
import dev.sluice.protocol.converse.ConverseAbilities.Status;
import dev.sluice.protocol.converse.ConverseAbilities.Strict;
import dev.sluice.protocol.converse.ConverseAbilities.Thinking;
import dev.sluice.protocol.converse.ConverseAbilities.Tools;
import dev.sluice.protocol.converse.ConverseAbilities.TopK;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of tools and settings, from OpenAI's words into this protocol's. */
class SettingCasesTest {

  private static final String F =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}";
  private static final String G = "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}";
  private static final String SCHEMA =
      "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
          + "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}}}";

  private static String with(String... members) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
        + String.join(",", members)
        + "}";
  }

  private static ConverseAbilities choosing(Choices choices) {
    return new ConverseAbilities(
        1000,
        2,
        Sampling.EITHER,
        TopK.K,
        new Thinking(
            Thinking.Kind.WORD,
            "reasoning_effort",
            Set.of(
                dev.sluice.chat.ReasoningSettings.Effort.LOW,
                dev.sluice.chat.ReasoningSettings.Effort.HIGH),
            ""),
        Schemas.NONE,
        new Tools(choices, Strict.REFUSED, Parallel.FIXED, Status.REFUSED, Set.of()),
        Instructing.FIRST,
        CachePoints.NONE,
        Set.of());
  }

  @Test
  @DisplayName("case 11: tools have a schema, none are no list, an empty description is not sent")
  void definitions() {
    assertThat(fromOpenAi(with("\"tools\":[]")).json().has("toolConfig")).isFalse();
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .tool(new Tool.Function("f", "", null))
            .tool(new Tool.Function("g", "does", new Json("{\"properties\":{\"a\":{}}}")))
            .build();

    assertThat(Codec.write(request, Codec.ABLE).at("/toolConfig/tools"))
        .hasToString(
            "[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":{\"json\":{\"type\":\"object\",\"properties\":{}}}}},"
                + "{\"toolSpec\":{\"name\":\"g\",\"description\":\"does\",\"inputSchema\":{\"json\":{\"type\":\"object\",\"properties\":{\"a\":{}}}}}}]");
  }

  @Test
  @DisplayName("case 12: long and odd names are shortened, and restored in the answer")
  void names() {
    String name = "mcp.server/" + "x".repeat(70);
    Codec.Written written =
        fromOpenAi(with("\"tools\":[" + F.replace("\"f\"", "\"" + name + "\"") + "]"));
    String wire = written.at("/toolConfig/tools/0/toolSpec/name").asString();

    assertThat(wire).matches("[a-zA-Z0-9_-]{1,64}");
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\""
                + wire
                + "\",\"input\":{}}}]}},\"stopReason\":\"tool_use\"}",
            written.disguise());
    assertThat(answer.choices().getFirst().message().toolCalls().getFirst().name()).isEqualTo(name);
  }

  @Test
  @DisplayName("case 13: choices of tools, as far as a model takes them")
  void choices() {
    String tools = "\"tools\":[" + F + "," + G + "]";
    String named = "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}";

    assertThat(fromOpenAi(with(tools, "\"tool_choice\":\"auto\"")).at("/toolConfig/toolChoice"))
        .hasToString("{\"auto\":{}}");
    assertThat(fromOpenAi(with(tools, "\"tool_choice\":\"required\"")).at("/toolConfig/toolChoice"))
        .hasToString("{\"any\":{}}");
    assertThat(fromOpenAi(with(tools, named)).at("/toolConfig/toolChoice"))
        .hasToString("{\"tool\":{\"name\":\"g\"}}");
    Codec.Written none = fromOpenAi(with(tools, "\"tool_choice\":\"none\""));
    assertThat(none.json().has("toolConfig")).isFalse();
    assertThat(none.losses()).isEmpty();

    Codec.Written any = fromOpenAi(with(tools, named), choosing(Choices.ANY));
    assertThat(any.at("/toolConfig/tools").size()).isEqualTo(1);
    assertThat(any.at("/toolConfig/tools/0/toolSpec/name").asString()).isEqualTo("g");
    assertThat(any.at("/toolConfig/toolChoice")).hasToString("{\"any\":{}}");

    Codec.Written auto =
        fromOpenAi(with(tools, "\"tool_choice\":\"required\""), choosing(Choices.AUTO));
    assertThat(auto.at("/toolConfig").has("toolChoice")).isFalse();
    assertThat(auto.losses()).containsExactly("tool_choice");
  }

  @Test
  @DisplayName("case 13: only allowed tools are offered")
  void allowedTools() {
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .tool(new Tool.Function("f", null, null))
            .tool(new Tool.Function("g", null, null))
            .toolChoice(new ToolChoice.Allowed(ToolChoice.Allowed.Mode.REQUIRED, List.of("g")))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/toolConfig/tools").size()).isEqualTo(1);
    assertThat(written.at("/toolConfig/toolChoice")).hasToString("{\"any\":{}}");
  }

  @Test
  @DisplayName("case 14: several calls at once are forbidden where a model hears of it")
  void parallelCalls() {
    String json = with("\"tools\":[" + F + "]", "\"parallel_tool_calls\":false");

    assertThat(fromOpenAi(json).at("/additionalModelRequestFields"))
        .hasToString("{\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}}");
    assertThat(fromOpenAi(json, Codec.NOVA).losses()).containsExactly("parallel_tool_calls");
  }

  @Test
  @DisplayName("case 15: strict tools where a model takes them")
  void strictTools() {
    String json = with("\"tools\":[" + F.replace("\"name\"", "\"strict\":true,\"name\"") + "]");

    assertThat(fromOpenAi(json).at("/toolConfig/tools/0/toolSpec/strict").asBoolean()).isTrue();
    assertThat(fromOpenAi(json, Codec.NOVA).losses()).containsExactly("tools.function.strict");
  }

  @Test
  @DisplayName("case 23: tools of the history are made known again")
  void historyWithoutTools() {
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .message(Message.Assistant.of(new Part.ToolCall("a", "f", "{}")))
            .message(Message.ToolResult.of("a", "1"))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);
    assertThat(written.at("/toolConfig"))
        .hasToString(
            "{\"tools\":[{\"toolSpec\":{\"name\":\"f\",\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}]}");
    assertThat(written.losses()).isEmpty();

    // Nor can they be withheld: there is no word for "none".
    Codec.Written none =
        Codec.write(
            request.toBuilder()
                .tool(new Tool.Function("f", "does", null))
                .tool(new Tool.Function("g", null, null))
                .toolChoice(new ToolChoice.None())
                .build(),
            Codec.ABLE);
    assertThat(none.at("/toolConfig/tools").size()).isEqualTo(1);
    assertThat(none.at("/toolConfig/tools/0/toolSpec/description").asString()).isEqualTo("does");
    assertThat(none.losses()).containsExactly("tool_choice");
  }

  @Test
  @DisplayName("case 24: arguments are an object, whatever the model wrote")
  void arguments() {
    for (String[] pair :
        new String[][] {
          {"", "{}"},
          {"{\"a\": 1e2}", "{\"a\": 1e2}"},
          {"{\"cut", "{\"_raw\":\"{\\\"cut\"}"},
          {"[1]", "{\"_raw\":\"[1]\"}"}
        }) {
      ChatRequest request =
          ChatRequest.builder("")
              .message(Message.User.of("hi"))
              .message(Message.Assistant.of(new Part.ToolCall("a", "f", pair[0])))
              .message(Message.ToolResult.of("a", "1"))
              .build();

      assertThat(Codec.write(request, Codec.ABLE).text()).contains("\"input\":" + pair[1] + "}");
    }
  }

  @Test
  @DisplayName("case 29: tools that take free text take it within an object")
  void freeText() {
    ChatRequest request =
        ChatRequest.builder("")
            .message(Message.User.of("hi"))
            .tool(new Tool.Custom("grep", null, null, null, dev.sluice.chat.Rest.NONE))
            .build();
    Codec.Written written = Codec.write(request, Codec.ABLE);

    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"grep\",\"input\":{\"input\":\"a b\"}}}]}},\"stopReason\":\"tool_use\"}",
            written.disguise());

    Part.ToolCall call = answer.choices().getFirst().message().toolCalls().getFirst();
    assertThat(call.kind()).isEqualTo(Part.ToolCall.Kind.CUSTOM);
    assertThat(call.arguments()).isEqualTo("a b");
  }

  @Test
  @DisplayName("case 35: no limit is made up, and none is beyond the model's")
  void tokensMax() {
    assertThat(fromOpenAi(with("\"n\":1")).json().has("inferenceConfig")).isFalse();
    assertThat(
            fromOpenAi(with("\"max_completion_tokens\":99999"), Codec.NOVA)
                .at("/inferenceConfig/maxTokens")
                .asInt())
        .isEqualTo(10_000);
  }

  @Test
  @DisplayName("case 36: a budget leaves room for the answer")
  void budgets() {
    Codec.Written written =
        fromOpenAi(with("\"max_tokens\":5000", "\"reasoning\":{\"max_tokens\":8000}"));

    assertThat(written.at("/additionalModelRequestFields/thinking/budget_tokens").asInt())
        .isBetween(1024, 4999);
    assertThat(written.at("/inferenceConfig/maxTokens").asInt()).isEqualTo(5000);
    assertThat(written.losses()).containsExactly("reasoning.max_tokens");
    assertThat(
            fromOpenAi(with("\"reasoning\":{\"max_tokens\":8000}"))
                .at("/additionalModelRequestFields/thinking"))
        .hasToString("{\"type\":\"enabled\",\"budget_tokens\":8000}");
  }

  @Test
  @DisplayName("case 37: the temperature ends at 1, and goes with top-p only where it may")
  void temperature() {
    Codec.Written hot = fromOpenAi(with("\"temperature\":1.5", "\"top_p\":0.9"));
    assertThat(hot.at("/inferenceConfig")).hasToString("{\"temperature\":1,\"topP\":0.9}");
    assertThat(hot.losses()).containsExactly("temperature");
    Codec.Written either =
        fromOpenAi(with("\"temperature\":0.5", "\"top_p\":0.9"), ConverseAbilities.CLAUDE);
    assertThat(either.at("/inferenceConfig")).hasToString("{\"temperature\":0.5}");
    assertThat(either.losses()).containsExactly("top_p");
  }

  @Test
  @DisplayName("case 38: top-k has a place with each model, or none; penalties and seeds have none")
  void topK() {
    String json = with("\"top_k\":5", "\"seed\":1", "\"presence_penalty\":1");

    assertThat(fromOpenAi(json).at("/additionalModelRequestFields")).hasToString("{\"top_k\":5}");
    assertThat(fromOpenAi(json, Codec.NOVA).at("/additionalModelRequestFields"))
        .hasToString("{\"inferenceConfig\":{\"topK\":5}}");
    assertThat(fromOpenAi(json, choosing(Choices.AUTO)).at("/additionalModelRequestFields"))
        .hasToString("{\"k\":5}");
    assertThat(fromOpenAi(json, ConverseAbilities.LEAST).losses())
        .containsExactlyInAnyOrder("top_k", "seed", "presence_penalty");
  }

  @Test
  @DisplayName("case 39: stop texts are not blank and not too many")
  void stop() {
    Codec.Written written =
        fromOpenAi(with("\"stop\":[\"a\",\" \",\"b\",\"c\"]"), choosing(Choices.AUTO));

    assertThat(written.at("/inferenceConfig/stopSequences")).hasToString("[\"a\",\"b\"]");
    assertThat(written.losses()).containsExactly("stop");
  }

  @Test
  @DisplayName("case 42: effort by budget, by word, or Nova's way")
  void effort() {
    String json = with("\"reasoning_effort\":\"low\"");

    assertThat(fromOpenAi(json).at("/additionalModelRequestFields"))
        .hasToString(
            "{\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\"}}");
    assertThat(fromOpenAi(json, Codec.NOVA).at("/additionalModelRequestFields"))
        .hasToString("{\"reasoningConfig\":{\"type\":\"enabled\",\"maxReasoningEffort\":\"low\"}}");
    assertThat(fromOpenAi(json, choosing(Choices.AUTO)).at("/additionalModelRequestFields"))
        .hasToString("{\"reasoning_effort\":\"low\"}");
    assertThat(fromOpenAi(json, ConverseAbilities.LEAST).losses())
        .containsExactly("reasoning_effort");
    assertThat(
            fromOpenAi(with("\"reasoning_effort\":\"none\""), Codec.NOVA)
                .at("/additionalModelRequestFields/reasoningConfig"))
        .hasToString("{\"type\":\"disabled\"}");
  }

  @Test
  @DisplayName("case 42: Nova at its hardest takes no limit and no temperature")
  void novaAtItsHardest() {
    Codec.Written hard =
        fromOpenAi(with("\"reasoning_effort\":\"high\"", "\"temperature\":0.5"), Codec.NOVA);
    assertThat(
            hard.at("/additionalModelRequestFields/reasoningConfig/maxReasoningEffort").asString())
        .isEqualTo("high");
    assertThat(hard.json().has("inferenceConfig")).isFalse();
    assertThat(hard.losses()).containsExactly("temperature");

    Codec.Written limited =
        fromOpenAi(with("\"reasoning_effort\":\"high\"", "\"max_tokens\":500"), Codec.NOVA);
    assertThat(
            limited
                .at("/additionalModelRequestFields/reasoningConfig/maxReasoningEffort")
                .asString())
        .isEqualTo("medium");
    assertThat(limited.at("/inferenceConfig/maxTokens").asInt()).isEqualTo(500);
    assertThat(limited.losses()).containsExactly("reasoning_effort");
  }

  @Test
  @DisplayName("case 43: what a client says of its users stays out of the operator's log")
  void users() {
    Codec.Written written = fromOpenAi(with("\"user\":\"ann\"", "\"metadata\":{\"a\":\"b\"}"));

    assertThat(written.text()).doesNotContain("ann").doesNotContain("requestMetadata");
    assertThat(written.losses()).containsExactly("user", "metadata");
  }

  @Test
  @DisplayName("case 44: tiers that there are, and the one that was used")
  void tiers() {
    assertThat(fromOpenAi(with("\"service_tier\":\"flex\"")).at("/serviceTier"))
        .hasToString("{\"type\":\"flex\"}");
    assertThat(fromOpenAi(with("\"service_tier\":\"auto\"")).json().has("serviceTier")).isFalse();
    assertThat(fromOpenAi(with("\"service_tier\":\"scale\"")).losses())
        .containsExactly("service_tier");
    assertThat(
            Codec.answer(
                    "{\"output\":{\"message\":{\"content\":[]}},\"serviceTier\":{\"type\":\"flex\"}}")
                .tier())
        .isEqualTo("flex");
  }

  @Test
  @DisplayName("case 45: a schema by its word, as a string, or by a tool whose input is the answer")
  void schemas() {
    assertThat(fromOpenAi(with(SCHEMA)).at("/outputConfig"))
        .hasToString(
            "{\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"schema\":"
                + "\"{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{},\\\"additionalProperties\\\":false}\",\"name\":\"n\"}}}}");

    Codec.Written byTool = fromOpenAi(with(SCHEMA), ConverseAbilities.CLAUDE);
    assertThat(byTool.at("/toolConfig/toolChoice")).hasToString("{\"tool\":{\"name\":\"json\"}}");
    ChatResponse answer =
        Codec.answer(
            "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"json\",\"input\":{\"a\": 1}}}]}},\"stopReason\":\"tool_use\"}",
            byTool.disguise());
    assertThat(answer.choices().getFirst().message().text()).isEqualTo("{\"a\": 1}");
    assertThat(answer.choices().getFirst().finish().reason()).isEqualTo(FinishReason.STOP);

    assertThat(fromOpenAi(with(SCHEMA), ConverseAbilities.LEAST).losses())
        .containsExactly("response_format");
    assertThatThrownBy(() ->
            new ConverseAbilities(
                1,
                1,
                Sampling.ALL,
                TopK.K,
                Thinking.NONE,
                Schemas.BY_TOOL,
                Tools.LEAST,
                Instructing.FIRST,
                CachePoints.NONE,
                Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("case 46: some object or other, by a tool")
  void anyObject() {
    Codec.Written written = fromOpenAi(with("\"response_format\":{\"type\":\"json_object\"}"));

    assertThat(written.at("/toolConfig/tools/0/toolSpec/inputSchema/json"))
        .hasToString("{\"type\":\"object\",\"additionalProperties\":true}");
    // Not where there are other tools, which could be called no more.
    assertThat(
            fromOpenAi(
                    with("\"response_format\":{\"type\":\"json_object\"}", "\"tools\":[" + F + "]"))
                .losses())
        .containsExactly("response_format");
  }

  @Test
  @DisplayName("case 70: unknown fields stay with their own protocol")
  void unknownFields() {
    String json =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"},{\"guardContent\":{\"text\":{\"text\":\"x\"}}}]}],"
            + "\"guardrailConfig\":{\"trace\":\"enabled\"},\"inferenceConfig\":{\"new\":1},\"outputConfig\":{\"new\":2},"
            + "\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"adaptive\",\"display\":\"omitted\"},\"new\":3},"
            + "\"toolConfig\":{\"tools\":[{\"systemTool\":{\"name\":\"nova_code_interpreter\"}}],\"new\":4}}";
    ChatRequest request = Codec.request(json);

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.json()).isEqualTo(Recordings.MAPPER.readTree(json));
    assertThat(written.losses()).isEmpty();
    assertThat(request.output().format()).isNull();
    assertThat(fromOpenAi(with("\"x_vendor\":1")).losses()).containsExactly("x_vendor");
  }

  @Test
  @DisplayName("case 70: a form that is no schema is left alone")
  void oddForms() {
    String form = "{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"schema\":\"{\"}}}";
    ChatRequest request =
        Codec.request(
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}],\"outputConfig\":{\"textFormat\":"
                + form
                + "}}");

    assertThat(request.output().format())
        .isEqualTo(new ResponseFormat.Foreign("converse", new Json(form)));
    assertThat(Codec.write(request, Codec.ABLE).at("/outputConfig/textFormat")).hasToString(form);
  }
}
