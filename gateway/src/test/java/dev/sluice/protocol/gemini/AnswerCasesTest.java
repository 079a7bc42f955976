package dev.sluice.protocol.gemini;

import static dev.sluice.protocol.gemini.Codec.answer;
import static dev.sluice.protocol.gemini.Codec.encoded;
import static dev.sluice.protocol.gemini.Codec.frame;
import static dev.sluice.protocol.gemini.Codec.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.Citation;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.chat.Signature;
import dev.sluice.chat.Usage;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.gemini.GeminiReading.ToolTokens;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The hard cases of whole answers. */
class AnswerCasesTest {

  private static final String STOP = ",\"finishReason\":\"STOP\"";

  private static Choice only(String parts, String members) {
    return answer(frame(parts, members)).choices().getFirst();
  }

  private static Usage usage(String members, ToolTokens toolTokens) {
    return answer(
            "{\"candidates\":[],\"usageMetadata\":" + json(members) + "}",
            new GeminiReading(GeminiToolNames.NONE, toolTokens))
        .usage();
  }

  @Test
  @DisplayName("case 16: ids are kept, and calls without any get one that stays the same")
  void callIds() {
    String parts =
        "{\"functionCall\":{\"name\":\"f\",\"id\":\"own\"}},"
            + "{\"functionCall\":{\"name\":\"f\",\"id\":\"\"}},{\"functionCall\":{\"name\":\"f\"}}";

    var calls = only(parts, STOP).message().toolCalls();

    assertThat(calls).extracting(Part.ToolCall::id).doesNotHaveDuplicates().contains("own");
    assertThat(calls.get(1).id()).matches("[0-9A-Za-z]{9}");
    assertThat(only(parts, STOP).message().toolCalls()).isEqualTo(calls);
  }

  @Test
  @DisplayName(
      "case 24: arguments keep the model's own text; a call without any has an empty object")
  void arguments() {
    var calls =
        only(
                "{\"functionCall\":{\"name\":\"f\",\"args\":{\"n\": 1e2, \"u\":\"\\u00e9\"}}},"
                    + "{\"functionCall\":{\"name\":\"g\"}}",
                STOP)
            .message()
            .toolCalls();

    assertThat(calls)
        .extracting(Part.ToolCall::arguments)
        .containsExactly("{\"n\": 1e2, \"u\":\"\\u00e9\"}", "{}");
  }

  @Test
  @DisplayName("case 27: what the provider ran itself is never a call, and its sources are cited")
  void serverTools() {
    Choice choice =
        only(
            "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}},"
                + "{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\",\"output\":\"1\"}},"
                + "{\"toolCall\":{\"toolType\":\"GOOGLE_SEARCH\",\"id\":\"x\"}},"
                + "{\"text\":\"né one two\"}",
            STOP
                + ",\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"u0\","
                + "\"title\":\"t0\"}},{\"retrievedContext\":{\"text\":\"q\",\"title\":\"t1\"}}],"
                + "\"groundingSupports\":[{\"segment\":{\"startIndex\":4,\"endIndex\":7},"
                + "\"groundingChunkIndices\":[0]}],\"webSearchQueries\":[\"a\",\"b\"]}");

    assertThat(choice.message().toolCalls()).isEmpty();
    assertThat(choice.message().parts())
        .filteredOn(Part.Foreign.class::isInstance)
        .extracting(part -> ((Part.Foreign) part).type())
        .containsExactly("executableCode", "codeExecutionResult", "toolCall");
    assertThat(choice.finish().reason()).isEqualTo(FinishReason.STOP);
    // Bytes 4 to 7 are characters 3 to 6, since one letter takes two bytes.
    assertThat(choice.message().citations())
        .containsExactly(
            new Citation("u0", "t0", null, 3, 6, Rest.NONE),
            new Citation(null, "t1", "q", -1, -1, Rest.NONE));
    assertThat(choice.message().text().substring(3, 6)).isEqualTo("one");
  }

  @Test
  @DisplayName("case 40: several candidates keep their numbers and their own calls")
  void several() {
    ChatResponse response =
        answer(
            "{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"functionCall\":{\"name\":"
                + "\"f\"}}]},\"finishReason\":\"STOP\"},{\"index\":0,\"content\":{\"parts\":["
                + "{\"text\":\"a\"}]},\"finishReason\":\"MAX_TOKENS\"}]}");

    assertThat(response.choices()).extracting(Choice::index).containsExactly(1, 0);
    assertThat(response.choices())
        .extracting(choice -> choice.finish().reason())
        .containsExactly(FinishReason.TOOL_CALLS, FinishReason.LENGTH);
  }

  @Test
  @DisplayName("case 41: log probabilities come in the field's form, and go back")
  void logprobs() {
    String wire =
        "{\"topCandidates\":[{\"candidates\":[{\"token\":\"a\",\"tokenId\":5,"
            + "\"logProbability\":-0.10},{\"token\":\"b\",\"logProbability\":-2}]}],"
            + "\"chosenCandidates\":[{\"token\":\"a\",\"tokenId\":5,\"logProbability\":-0.10}]}";

    Choice choice = only("{\"text\":\"a\"}", STOP + ",\"logprobsResult\":" + wire);

    assertThat(choice.logprobs().text())
        .isEqualTo(
            "{\"content\":[{\"token\":\"a\",\"logprob\":-0.10,\"bytes\":null,\"token_id\":5,"
                + "\"top_logprobs\":[{\"token\":\"a\",\"logprob\":-0.10,\"bytes\":null,"
                + "\"token_id\":5},{\"token\":\"b\",\"logprob\":-2,\"bytes\":null}]}]}");
    JsonNode back =
        encoded(
            answer(frame("{\"text\":\"a\"}", STOP + ",\"logprobsResult\":" + wire)), new Losses());
    assertThat(back.at("/candidates/0/logprobsResult/chosenCandidates/0/tokenId").asInt())
        .isEqualTo(5);
    assertThat(back.at("/candidates/0/logprobsResult/topCandidates/0/candidates")).hasSize(2);
  }

  @Test
  @DisplayName("case 44: the tier that was used is told in the field's words")
  void tier() {
    assertThat(answer("{\"usageMetadata\":{\"serviceTier\":\"standard\"}}").tier())
        .isEqualTo("default");
    assertThat(answer("{\"usageMetadata\":{\"trafficType\":\"ON_DEMAND_PRIORITY\"}}").tier())
        .isEqualTo("priority");
    assertThat(answer("{\"usageMetadata\":{\"promptTokenCount\":1}}").tier()).isNull();
  }

  @Test
  @DisplayName("case 50: a part is a thought by its mark alone")
  void thoughts() {
    Message.Assistant message =
        only(
                "{\"text\":\"hm\",\"thought\":true},{\"text\":\"THOUGHT: no\"},"
                    + "{\"text\":\"x\",\"thought\":false}",
                STOP)
            .message();

    assertThat(message.parts())
        .containsExactly(
            new Part.Thinking("hm", Part.Thinking.Form.SUMMARY, null, Rest.NONE),
            new Part.Text("THOUGHT: no"),
            new Part.Text("x"));
  }

  @Test
  @DisplayName("case 52: signatures stay on the part that they came with")
  void signatures() {
    Signature seal = new Signature("c2ln", Signature.GEMINI);
    String parts =
        "{\"text\":\"a\",\"thoughtSignature\":\"c2ln\"},"
            + "{\"functionCall\":{\"name\":\"f\"},\"thought_signature\":\"c2ln\"},"
            + "{\"functionCall\":{\"name\":\"f\"}},"
            + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"aGk=\"},"
            + "\"thoughtSignature\":\"c2ln\"}";

    ChatResponse response = answer(frame(parts, STOP));
    Message.Assistant message = response.choices().getFirst().message();

    assertThat(((Part.Text) message.parts().getFirst()).signature()).isEqualTo(seal);
    assertThat(message.toolCalls())
        .extracting(Part.ToolCall::signature)
        .containsExactly(seal, null);
    assertThat(encoded(response, new Losses()).at("/candidates/0/content/parts/3"))
        .isEqualTo(
            json(
                "{'inlineData':{'mimeType':'image/png','data':'aGk='},'thoughtSignature':'c2ln'}"));
  }

  @Test
  @DisplayName("case 54: thoughts count as completion, whether they stand beside it or within")
  void reasoningTokens() {
    Usage beside =
        usage(
            "{'promptTokenCount':10,'candidatesTokenCount':5,'thoughtsTokenCount':7,"
                + "'totalTokenCount':22}",
            ToolTokens.BESIDE);
    Usage within =
        usage(
            "{'promptTokenCount':10,'candidatesTokenCount':12,'thoughtsTokenCount':7,"
                + "'totalTokenCount':22}",
            ToolTokens.BESIDE);
    Usage thoughtsOnly =
        usage(
            "{'promptTokenCount':10,'thoughtsTokenCount':7,'totalTokenCount':17}",
            ToolTokens.BESIDE);

    assertThat(beside.completionTokens()).isEqualTo(12);
    assertThat(beside.reasoningTokens()).isEqualTo(7);
    assertThat(beside.answerTokens()).isEqualTo(5);
    assertThat(within.completionTokens()).isEqualTo(12);
    assertThat(thoughtsOnly.completionTokens()).isEqualTo(7);
  }

  @Test
  @DisplayName("case 55: the prompt includes what was cached")
  void cached() {
    Usage usage =
        usage(
            "{'promptTokenCount':100,'cachedContentTokenCount':60,'candidatesTokenCount':1,"
                + "'totalTokenCount':101,'promptTokensDetails':[{'modality':'TEXT','tokenCount':80},"
                + "{'modality':'AUDIO','tokenCount':20}]}",
            ToolTokens.BESIDE);

    assertThat(usage.promptTokens()).isEqualTo(100);
    assertThat(usage.cachedTokens()).isEqualTo(60);
    assertThat(usage.uncachedTokens()).isEqualTo(40);
    assertThat(usage.audioPromptTokens()).isEqualTo(20);
  }

  @Test
  @DisplayName("case 58: nought and missing are not the same")
  void zeroAndMissing() {
    Usage missing = usage("{'promptTokenCount':10}", ToolTokens.BESIDE);
    Usage nought = usage("{'promptTokenCount':10,'totalTokenCount':10}", ToolTokens.BESIDE);
    Usage told =
        usage(
            "{'promptTokenCount':0,'candidatesTokenCount':0,'totalTokenCount':0}",
            ToolTokens.BESIDE);

    assertThat(missing.completionTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(nought.completionTokens()).isZero();
    assertThat(told.promptTokens()).isZero();
    assertThat(told.cachedTokens()).isEqualTo(Usage.UNKNOWN);
    assertThat(answer("{\"candidates\":[]}").usage().isReported()).isFalse();
  }

  @Test
  @DisplayName(
      "tokens that the provider's tools fed in are in the total, and in the prompt if asked")
  void toolTokens() {
    String wire =
        "{'promptTokenCount':10,'toolUsePromptTokenCount':30,'candidatesTokenCount':5,"
            + "'totalTokenCount':45}";

    assertThat(usage(wire, ToolTokens.BESIDE).promptTokens()).isEqualTo(10);
    assertThat(usage(wire, ToolTokens.IN_PROMPT).promptTokens()).isEqualTo(40);
    ChatResponse counted =
        answer(
            "{\"candidates\":[],\"usageMetadata\":" + json(wire) + "}",
            new GeminiReading(GeminiToolNames.NONE, ToolTokens.IN_PROMPT));
    assertThat(encoded(counted, new Losses()).path("usageMetadata")).isEqualTo(json(wire));
  }

  @ParameterizedTest(name = "case 62: {0} ends as {1}")
  @CsvSource({
    "STOP, STOP",
    "1, STOP",
    "MAX_TOKENS, LENGTH",
    "2, LENGTH",
    "SAFETY, CONTENT_FILTER",
    "RECITATION, CONTENT_FILTER",
    "BLOCKLIST, CONTENT_FILTER",
    "PROHIBITED_CONTENT, CONTENT_FILTER",
    "SPII, CONTENT_FILTER",
    "LANGUAGE, CONTENT_FILTER",
    "IMAGE_SAFETY, CONTENT_FILTER",
    "MODEL_ARMOR, CONTENT_FILTER",
    "MALFORMED_FUNCTION_CALL, ERROR",
    "OTHER, OTHER",
    "NEVER_HEARD_OF, OTHER"
  })
  void finishes(String word, FinishReason reason) {
    Choice choice = only("{\"text\":\"a\"}", ",\"finishReason\":\"" + word + "\"");

    assertThat(choice.finish().reason()).isEqualTo(reason);
    if (reason != FinishReason.STOP) {
      assertThat(choice.finish().providerReason()).isNotNull();
      assertThat(Finishes.word(choice.finish())).isEqualTo(word.equals("2") ? "MAX_TOKENS" : word);
    }
  }

  @Test
  @DisplayName("case 62: calls make a stop into tool_calls, and the provider's word is kept")
  void calledTools() {
    Finish finish = only("{\"functionCall\":{\"name\":\"f\"}}", STOP).finish();

    assertThat(finish).isEqualTo(new Finish(FinishReason.TOOL_CALLS, "STOP", null));
    assertThat(only("{\"text\":\"a\"}", "").finish()).isNull();
    assertThat(
            only("{\"functionCall\":{\"name\":\"f\"}}", ",\"finishReason\":\"MAX_TOKENS\"")
                .finish()
                .reason())
        .isEqualTo(FinishReason.LENGTH);
  }

  @Test
  @DisplayName("case 63: a blocked prompt is an empty choice that was filtered")
  void blocked() {
    String wire =
        "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"modelVersion\":\"g\","
            + "\"responseId\":\"r\",\"usageMetadata\":{\"promptTokenCount\":5,"
            + "\"totalTokenCount\":5}}";

    ChatResponse response = answer(wire);

    assertThat(response.choices()).hasSize(1);
    assertThat(response.choices().getFirst().message().parts()).isEmpty();
    assertThat(response.choices().getFirst().finish())
        .isEqualTo(new Finish(FinishReason.CONTENT_FILTER, "PROHIBITED_CONTENT", null));
    JsonNode back = encoded(response, new Losses());
    assertThat(back.has("candidates")).isFalse();
    assertThat(back.path("promptFeedback")).isEqualTo(json("{'blockReason':'PROHIBITED_CONTENT'}"));
  }

  @Test
  @DisplayName("an answer without parts is empty, one without candidates has failed, never null")
  void emptyAnswers() {
    Choice noParts =
        answer(
                "{\"candidates\":[{\"content\":{\"role\":\"model\"},\"finishReason\":\"MAX_TOKENS\"}]}")
            .choices()
            .getFirst();
    ChatResponse noCandidates = answer("{\"responseId\":\"r\",\"usageMetadata\":{}}");

    assertThat(noParts.message().parts()).isEmpty();
    assertThat(noParts.finish().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(noCandidates.choices()).hasSize(1);
    assertThat(noCandidates.choices().getFirst().finish().reason()).isEqualTo(FinishReason.ERROR);
  }

  @Test
  @DisplayName("case 70: unknown fields and words come back")
  void unknownFields() {
    String wire =
        "{'candidates':[{'content':{'parts':[{'text':'a','x':1}],'role':'model','y':2},"
            + "'finishReason':'STOP','index':0,'citationMetadata':{'citations':[{'startIndex':0,"
            + "'endIndex':1,'uri':'u','license':'l'}]},'safetyRatings':[]}],'modelVersion':'g',"
            + "'createTime':'2026-03-21T18:11:55.919086Z','responseId':'r','z':{'a':1}}";

    ChatResponse response = answer(json(wire).toString());
    Losses losses = new Losses();

    assertThat(response.createdSeconds()).isEqualTo(1774116715);
    assertThat(encoded(response, losses)).isEqualTo(json(wire));
    assertThat(losses.fields()).isEmpty();
    assertThat(response.choices().getFirst().message().citations()).hasSize(1);
  }

  @Test
  @DisplayName("case 71: the model is called what the client knows, or what the provider says")
  void model() {
    ChatResponse response = answer(frame("{\"text\":\"a\"}", STOP));
    dev.sluice.json.JsonWriter out = new dev.sluice.json.JsonWriter();

    GeminiAnswers.encode(
        response,
        new GeminiAnswerOptions("made-up", "alias", GeminiRequestOptions.CallIdField.OMIT),
        out,
        new Losses());

    assertThat(response.model()).isEqualTo("g");
    assertThat(out.toString()).contains("\"modelVersion\":\"alias\"");
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    assertThatThrownBy(() -> answer("{\"error\":{\"code\":400}}"))
        .isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> answer("{}")).isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> answer("[]")).isInstanceOf(MisshapenJson.class);
    assertThatThrownBy(() -> answer("{\"candidates\":[")).isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> answer("{\"candidates\":[]} x")).isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> answer("{\"candidates\":[{\"index\":999999}]}"))
        .isInstanceOf(MisshapenJson.class);
  }
}
