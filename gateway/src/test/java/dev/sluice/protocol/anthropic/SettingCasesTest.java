package dev.sluice.protocol.anthropic;

import static dev.sluice.protocol.anthropic.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Disclosure;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Sampling;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Platform;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
import dev.sluice.recorded.Recordings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hard cases of sampling, limits, reasoning, structured output and the rest of a request. */
class SettingCasesTest {

  private static final String MESSAGES =
      "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String TOOL =
      "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]";
  private static final String SCHEMA =
      "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}}}";

  private static Codec.Written asked(String members, AnthropicAbilities abilities) {
    return fromOpenAi("{" + MESSAGES + "," + members + "}", abilities);
  }

  private static Codec.Written asked(String members) {
    return asked(members, Codec.ABLE);
  }

  private static AnthropicAbilities able(Sampling sampling) {
    AnthropicAbilities all = Codec.ABLE;
    return new AnthropicAbilities(
        all.outputTokensMax(),
        sampling,
        all.reasoning(),
        all.efforts(),
        all.display(),
        all.schemas(),
        all.strictTools(),
        all.lateInstructions(),
        all.addresses(),
        all.toolNameMax());
  }

  private static AnthropicRequestOptions options(
      Platform platform, AnthropicAbilities abilities, Shortage shortage, Users users) {
    return new AnthropicRequestOptions(
        platform,
        abilities,
        Instructions.IN_PLACE,
        shortage,
        Unanswered.FAILED,
        users,
        List.of("beta-1"));
  }

  @Test
  @DisplayName("case 35: the answer's limit is always said: the client's, or the model's")
  void limits() {
    assertThat(asked("\"n\":1", Codec.BUDGETED).at("/max_tokens").asLong()).isEqualTo(64_000);
    assertThat(asked("\"n\":1").at("/max_tokens").asLong()).isEqualTo(4_096);
    assertThat(asked("\"max_tokens\":7").at("/max_tokens").asLong()).isEqualTo(7);
    assertThat(asked("\"max_tokens\":7,\"max_completion_tokens\":9").at("/max_tokens").asLong())
        .isEqualTo(9);
    assertThat(asked("\"max_tokens\":999999", Codec.BUDGETED).at("/max_tokens").asLong())
        .isEqualTo(64_000);
  }

  @Test
  @DisplayName("case 36: a budget of thinking is at least 1024 and leaves room for the answer")
  void budgets() {
    Codec.Written fits =
        asked("\"reasoning\":{\"max_tokens\":2000},\"max_tokens\":3000", Codec.BUDGETED);
    assertThat(fits.at("/thinking/budget_tokens").asLong()).isEqualTo(2000);
    assertThat(fits.losses()).isEmpty();

    Codec.Written capped =
        asked("\"reasoning\":{\"max_tokens\":5000},\"max_tokens\":5000", Codec.BUDGETED);
    assertThat(capped.at("/thinking/budget_tokens").asLong()).isEqualTo(4000);
    assertThat(capped.at("/max_tokens").asLong()).isEqualTo(5000);
    assertThat(capped.losses()).containsExactly("reasoning.max_tokens");

    assertThat(
            asked("\"reasoning\":{\"max_tokens\":1},\"max_tokens\":3000", Codec.BUDGETED)
                .at("/thinking/budget_tokens")
                .asLong())
        .isEqualTo(1024);

    Codec.Written tooSmall =
        asked("\"reasoning_effort\":\"high\",\"max_tokens\":100", Codec.BUDGETED);
    assertThat(tooSmall.at("/thinking/type").asString()).isEqualTo("disabled");
    assertThat(tooSmall.losses()).containsExactly("reasoning_effort");
  }

  @Test
  @DisplayName("case 36: or the limit is raised, as far as the model allows")
  void raisedLimits() {
    AnthropicRequestOptions raise =
        options(Platform.ANTHROPIC, Codec.BUDGETED, Shortage.MORE_TOKENS, Users.AS_GIVEN);
    ChatRequest.Delivery whole = ChatRequest.Delivery.WHOLE;
    ChatRequest request =
        Codec.openAi("{" + MESSAGES + ",\"reasoning_effort\":\"high\",\"max_tokens\":100}");
    assertThat(request.delivery()).isEqualTo(whole);

    Codec.Written raised = Codec.write(request, raise);

    assertThat(raised.at("/thinking/budget_tokens").asLong()).isEqualTo(13_188);
    assertThat(raised.at("/max_tokens").asLong()).isEqualTo(16_484);
    Codec.Written most =
        Codec.write(
            request.toBuilder().tokensMax(60_000L).reasoning(budget(70_000)).build(), raise);
    assertThat(most.at("/max_tokens").asLong()).isEqualTo(64_000);
    assertThat(most.at("/thinking/budget_tokens").asLong()).isLessThan(64_000);
    Codec.Written absurd =
        Codec.write(request.toBuilder().reasoning(budget(Long.MAX_VALUE)).build(), raise);
    assertThat(absurd.at("/max_tokens").asLong()).isEqualTo(64_000);
  }

  private static ReasoningSettings budget(long tokens) {
    return new ReasoningSettings(Mode.ON, null, tokens, Disclosure.UNSTATED);
  }

  @Test
  @DisplayName("case 37: temperature is clamped, and left out where the model refuses it")
  void temperatures() {
    Codec.Written hot = asked("\"temperature\":1.70");
    assertThat(hot.at("/temperature").toString()).isEqualTo("1");
    assertThat(hot.losses()).containsExactly("temperature");
    assertThat(asked("\"temperature\":0.70").text()).contains("\"temperature\":0.70");

    Codec.Written both = asked("\"temperature\":0.5,\"top_p\":0.9", able(Sampling.EITHER));
    assertThat(both.json().has("top_p")).isFalse();
    assertThat(both.losses()).containsExactly("top_p");
    assertThat(asked("\"top_p\":0.9", able(Sampling.EITHER)).at("/top_p").asDouble())
        .isEqualTo(0.9);

    Codec.Written none = asked("\"temperature\":0.5,\"top_p\":0.9,\"top_k\":5", Codec.ADAPTIVE);
    assertThat(none.losses()).containsExactly("temperature", "top_p", "top_k");
    assertThat(none.json().has("temperature")).isFalse();
    assertThat(asked("\"temperature\":1,\"top_p\":1.0", Codec.ADAPTIVE).losses()).isEmpty();
  }

  @Test
  @DisplayName("case 37: while it thinks, a model takes no temperature and no top-k")
  void thinkingAndSampling() {
    Codec.Written written =
        asked(
            "\"reasoning_effort\":\"low\",\"temperature\":0.5,\"top_p\":0.96,\"top_k\":5",
            Codec.BUDGETED);

    assertThat(written.losses()).containsExactly("temperature", "top_k");
    assertThat(written.at("/top_p").asDouble()).isEqualTo(0.96);
    assertThat(asked("\"reasoning_effort\":\"low\",\"top_p\":0.5", Codec.BUDGETED).losses())
        .containsExactly("top_p");
  }

  @Test
  @DisplayName("case 38: what the protocol has no word for is listed, unless it changes nothing")
  void unknownSampling() {
    Codec.Written written =
        asked(
            "\"top_k\":5,\"min_p\":0.1,\"repetition_penalty\":1.1,\"seed\":1,\"frequency_penalty\":0.1,\"presence_penalty\":0.2,\"logit_bias\":{\"1\":2}");

    assertThat(written.at("/top_k").asLong()).isEqualTo(5);
    assertThat(written.losses())
        .containsExactlyInAnyOrder(
            "min_p",
            "repetition_penalty",
            "seed",
            "frequency_penalty",
            "presence_penalty",
            "logit_bias");
    assertThat(asked("\"top_k\":-1,\"repetition_penalty\":1.0,\"frequency_penalty\":0").losses())
        .isEmpty();
  }

  @Test
  @DisplayName("case 39: stop is a list, without blank entries")
  void stops() {
    assertThat(asked("\"stop\":\"END\"").at("/stop_sequences")).hasToString("[\"END\"]");
    Codec.Written blank = asked("\"stop\":[\"\\n\",\"END\"]");
    assertThat(blank.at("/stop_sequences")).hasToString("[\"END\"]");
    assertThat(blank.losses()).containsExactly("stop");
    assertThat(asked("\"stop\":[\" \"]").json().has("stop_sequences")).isFalse();
  }

  @Test
  @DisplayName("cases 40, 41: several answers and log probabilities are listed")
  void choicesAndProbabilities() {
    assertThat(asked("\"n\":2,\"logprobs\":true,\"top_logprobs\":3").losses())
        .containsExactly("n", "logprobs", "top_logprobs");
    assertThat(asked("\"n\":1,\"logprobs\":false").losses()).isEmpty();
    assertThat(asked("\"top_logprobs\":3").json().has("top_k")).isFalse();
  }

  @Test
  @DisplayName("case 42: effort is a word or a budget, as the model has it")
  void efforts() {
    Codec.Written adaptive = asked("\"reasoning_effort\":\"high\"", Codec.ADAPTIVE);
    assertThat(adaptive.at("/thinking")).hasToString("{\"type\":\"adaptive\"}");
    assertThat(adaptive.at("/output_config")).hasToString("{\"effort\":\"high\"}");
    assertThat(
            asked("\"reasoning_effort\":\"xhigh\"", Codec.ADAPTIVE)
                .at("/output_config/effort")
                .asString())
        .isEqualTo("high");
    assertThat(
            asked("\"reasoning_effort\":\"minimal\"", Codec.ADAPTIVE)
                .at("/output_config/effort")
                .asString())
        .isEqualTo("low");

    Codec.Written budgeted = asked("\"reasoning_effort\":\"medium\"", Codec.BUDGETED);
    assertThat(budgeted.at("/thinking"))
        .hasToString("{\"type\":\"enabled\",\"budget_tokens\":8192}");
    assertThat(budgeted.json().has("output_config")).isFalse();

    assertThat(asked("\"reasoning_effort\":\"none\"").at("/thinking"))
        .hasToString("{\"type\":\"disabled\"}");
    Codec.Written thoughtless = asked("\"reasoning_effort\":\"low\"", AnthropicAbilities.LEAST);
    assertThat(thoughtless.json().has("thinking")).isFalse();
    assertThat(thoughtless.losses()).containsExactly("reasoning_effort");
  }

  @Test
  @DisplayName("case 42: an explicit budget is kept where the model takes one")
  void explicitBudgets() {
    String budget = "\"reasoning\":{\"max_tokens\":3000},\"max_tokens\":9000";

    assertThat(asked(budget).at("/thinking"))
        .hasToString("{\"type\":\"enabled\",\"budget_tokens\":3000}");
    Codec.Written adaptive = asked(budget, Codec.ADAPTIVE);
    assertThat(adaptive.at("/thinking")).hasToString("{\"type\":\"adaptive\"}");
    assertThat(adaptive.at("/output_config/effort").asString()).isEqualTo("medium");
    assertThat(adaptive.losses()).containsExactly("reasoning.max_tokens");
  }

  @Test
  @DisplayName("case 42: who must not think does not try its hardest")
  void disabledThinkingIsNoGreatEffort() {
    ChatRequest request =
        Codec.openAi("{" + MESSAGES + "}").toBuilder()
            .reasoning(new ReasoningSettings(Mode.OFF, Effort.MAX, null, Disclosure.UNSTATED))
            .build();

    Codec.Written written = Codec.write(request, Codec.ABLE);

    assertThat(written.at("/thinking/type").asString()).isEqualTo("disabled");
    assertThat(written.at("/output_config/effort").asString()).isEqualTo("high");
  }

  @Test
  @DisplayName("case 42: thoughts are shown or omitted as the client wants, where that can be said")
  void disclosure() {
    String shown = "\"reasoning\":{\"effort\":\"low\",\"exclude\":false}";
    String hidden = "\"reasoning\":{\"effort\":\"low\",\"exclude\":true}";

    assertThat(asked(shown).at("/thinking/display").asString()).isEqualTo("summarized");
    assertThat(asked(hidden).at("/thinking/display").asString()).isEqualTo("omitted");
    assertThat(asked(hidden, Codec.BUDGETED).losses()).containsExactly("reasoning.exclude");
  }

  @Test
  @DisplayName("case 43: the end user's id is hashed, and what else there is of metadata listed")
  void users() {
    ChatRequest request =
        Codec.openAi("{" + MESSAGES + ",\"user\":\"ann@example.com\",\"metadata\":{\"a\":\"b\"}}");
    AnthropicRequestOptions hashed =
        options(Platform.ANTHROPIC, Codec.ABLE, Shortage.LESS_THINKING, Users.HASHED);

    Codec.Written written = Codec.write(request, hashed);

    assertThat(written.at("/metadata/user_id").asString())
        .isEqualTo(Codec.write(request, hashed).at("/metadata/user_id").asString())
        .matches("[0-9a-f]{64}");
    assertThat(written.losses()).containsExactly("metadata");
    assertThat(Codec.write(request, Codec.ABLE).at("/metadata/user_id").asString())
        .isEqualTo("ann@example.com");
    assertThat(
            asked("\"user\":\"a\",\"safety_identifier\":\"b\"").at("/metadata/user_id").asString())
        .isEqualTo("b");
  }

  @Test
  @DisplayName("case 44: the service tier is said in the provider's words")
  void tiers() {
    assertThat(asked("\"service_tier\":\"auto\"").at("/service_tier").asString()).isEqualTo("auto");
    assertThat(asked("\"service_tier\":\"default\"").at("/service_tier").asString())
        .isEqualTo("standard_only");
    assertThat(asked("\"service_tier\":\"flex\"").losses()).containsExactly("service_tier");
    assertThat(
            Codec.answer(
                    "{\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1,\"service_tier\":\"priority\"}}")
                .tier())
        .isEqualTo("priority");
  }

  @Test
  @DisplayName("case 45: a schema is the protocol's own where the model knows it")
  void nativeSchemas() {
    Codec.Written written = asked(SCHEMA);

    assertThat(written.at("/output_config/format"))
        .hasToString(
            "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}}");
    assertThat(written.losses()).isEmpty();
    // Beside tools, too (case 48).
    Codec.Written withTools = asked(SCHEMA + "," + TOOL);
    assertThat(withTools.at("/output_config/format/type").asString()).isEqualTo("json_schema");
    assertThat(withTools.at("/tools").size()).isEqualTo(1);
  }

  @Test
  @DisplayName("case 45: else a tool that must be called, whose input is the answer")
  void schemasByTool() {
    Codec.Written written = asked(SCHEMA + ",\"reasoning_effort\":\"low\"", Codec.BUDGETED);

    assertThat(written.at("/tools/0/name").asString()).isEqualTo("json");
    assertThat(written.at("/tools/0/input_schema/required")).hasToString("[\"a\"]");
    assertThat(written.at("/tool_choice"))
        .hasToString("{\"type\":\"tool\",\"name\":\"json\",\"disable_parallel_tool_use\":true}");
    // A model that is forced can't think by the token.
    assertThat(written.at("/thinking/type").asString()).isEqualTo("disabled");
    assertThat(written.losses()).containsExactly("reasoning_effort");

    ChatResponse answer =
        Codec.answer(
            "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json\",\"input\":{\"a\": 1.0}}],\"stop_reason\":\"tool_use\",\"usage\":{}}",
            written.disguise());
    assertThat(answer.choices().getFirst().message().parts())
        .containsExactly(new Part.Text("{\"a\": 1.0}"));
    assertThat(answer.choices().getFirst().finish().reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  @DisplayName("case 45: a stream whose answer is a tool's input streams the answer")
  void streamedSchemasByTool() {
    Disguise disguise = asked(SCHEMA, Codec.BUDGETED).disguise();

    List<dev.sluice.chat.ChatEvent> events =
        Codec.events(
            List.of(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json\",\"input\":{}}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":3}}",
                "{\"type\":\"message_stop\"}"),
            disguise);

    dev.sluice.chat.Assembled answer = dev.sluice.chat.Assembled.of(events);
    assertThat(answer.choices.get(0).text).hasToString("{\"a\":1}");
    assertThat(answer.choices.get(0).calls).isEmpty();
    assertThat(answer.choices.get(0).finish.reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  @DisplayName("case 46: any object is asked for by a tool, unless there are others (case 48)")
  void anyObject() {
    String object = "\"response_format\":{\"type\":\"json_object\"}";

    Codec.Written written = asked(object);
    assertThat(written.at("/tools/0/input_schema"))
        .hasToString("{\"type\":\"object\",\"additionalProperties\":true}");
    assertThat(written.json().has("output_config")).isFalse();

    Codec.Written withTools = asked(object + "," + TOOL);
    assertThat(withTools.at("/tools/0/name").asString()).isEqualTo("f");
    assertThat(withTools.losses()).containsExactly("response_format");
    assertThat(asked("\"response_format\":{\"type\":\"text\"}").losses()).isEmpty();
  }

  @Test
  @DisplayName("case 69: each platform has its version, its place for betas and its own fields")
  void platforms() {
    ChatRequest request =
        Codec.openAi("{" + MESSAGES + ",\"stream\":true}").toBuilder()
            .rest(Codec.request("{\"anthropic_beta\":[\"x\"],\"messages\":[]}").rest())
            .build();

    Codec.Written anthropic =
        Codec.write(request, AnthropicRequestOptions.of(Platform.ANTHROPIC, Codec.ABLE));
    assertThat(anthropic.at("/model").asString()).isEqualTo("m");
    assertThat(anthropic.at("/stream").asBoolean()).isTrue();
    assertThat(anthropic.json().has("anthropic_version")).isFalse();
    assertThat(anthropic.json().has("anthropic_beta")).isFalse();

    Codec.Written vertex =
        Codec.write(request, AnthropicRequestOptions.of(Platform.VERTEX, Codec.ABLE));
    assertThat(vertex.at("/anthropic_version").asString()).isEqualTo("vertex-2023-10-16");
    assertThat(vertex.json().has("model")).isFalse();
    assertThat(vertex.at("/stream").asBoolean()).isTrue();

    Codec.Written bedrock =
        Codec.write(
            request, options(Platform.BEDROCK, Codec.ABLE, Shortage.LESS_THINKING, Users.HASHED));
    assertThat(bedrock.at("/anthropic_version").asString()).isEqualTo("bedrock-2023-05-31");
    assertThat(bedrock.at("/anthropic_beta")).hasToString("[\"beta-1\"]");
    assertThat(bedrock.json().has("model")).isFalse();
    assertThat(bedrock.json().has("stream")).isFalse();
  }

  @Test
  @DisplayName("case 70: unknown fields stay with their protocol")
  void unknownFields() {
    Codec.Written openAi = asked("\"x_vendor\":1");
    assertThat(openAi.json().has("x_vendor")).isFalse();
    assertThat(openAi.losses()).containsExactly("x_vendor");

    String ours =
        "{\"model\":\"m\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"new_block\",\"x\":1.0}],\"y\":1e2}],"
            + "\"thinking\":{\"type\":\"new\",\"z\":1},\"output_config\":{\"task_budget\":{\"total\":5}},\"context_management\":{\"edits\":[]}}";
    Codec.Written same = Codec.write(Codec.request(ours), Codec.ABLE);
    assertThat(same.losses()).isEmpty();
    assertThat(same.json()).isEqualTo(Recordings.MAPPER.readTree(ours));
    assertThat(same.text()).contains("1e2").contains("1.0");
  }
}
