package dev.sluice.protocol.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.Tool;
import dev.sluice.json.MisshapenJson;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hard cases of requests, by what a client of OpenAI's protocol asks. */
class RequestCasesTest {

  private static final String F =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}}}";
  private static final String G = "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}";
  private static final String TOOLS = "\"tools\":[" + F + "," + G + "]";

  @Test
  @DisplayName("cases 1, 2, 3: instructions stay where they are, the developer's as the system's")
  void instructionsStayWhereTheyAreAndDevelopersAreTheSystem() {
    Codec.Written written =
        Codec.fromOpenAi(
            """
            {"messages":[{"role":"system","content":"a"},{"role":"user","content":"q"},
             {"role":"developer","content":"b"}]}\
            """);

    assertThat(written.json().path("messages").toString())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"q\"},"
                + "{\"role\":\"system\",\"content\":\"b\"}]");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 11: functions without parameters get an empty schema, no tools are no list")
  void functionsWithoutParametersGetAnEmptySchemaAndNoToolsAreNotSent() {
    assertThat(Codec.asking(TOOLS).at("/tools/1/function/parameters").toString())
        .isEqualTo("{\"type\":\"object\",\"properties\":{}}");
    assertThat(Codec.asking("\"tools\":[]").json().has("tools")).isFalse();
  }

  @ParameterizedTest
  @DisplayName("case 13: a tool that must be called is the only one offered")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"auto\" | | f g",
        "\"none\" | NONE | f g",
        "\"required\" | REQUIRED | f g",
        "{\"type\":\"function\",\"function\":{\"name\":\"g\"}} | REQUIRED | g"
      })
  void aNamedToolIsTheOnlyOneThatIsOffered(String choice, String word, String names) {
    Codec.Written written = Codec.asking(TOOLS + ",\"tool_choice\":" + choice);

    assertThat(written.json().path("tool_choice").asString(null)).isEqualTo(word);
    assertThat(
            written.json().path("tools").valueStream().map(t -> t.at("/function/name").asString()))
        .containsExactly(names.split(" "));
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 13: of allowed tools no others are offered")
  void onlySomeToolsMeansThatOnlyTheyAreOffered() {
    Codec.Written written =
        Codec.asking(
            TOOLS
                + """
                ,"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required",
                 "tools":[{"type":"function","function":{"name":"f"}}]}}\
                """);

    assertThat(written.json().path("tools").size()).isOne();
    assertThat(written.at("/tool_choice").asString()).isEqualTo("REQUIRED");
  }

  @Test
  @DisplayName("case 13: an old model that must not call is offered nothing")
  void anOldModelThatMustNotCallIsOfferedNothing() {
    Codec.Written none =
        Codec.fromOpenAi(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
                + TOOLS
                + ",\"tool_choice\":\"none\"}",
            CohereAbilities.LEAST);
    Codec.Written required =
        Codec.fromOpenAi(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
                + TOOLS
                + ",\"tool_choice\":\"required\"}",
            CohereAbilities.LEAST);

    assertThat(none.json().has("tools")).isFalse();
    assertThat(required.json().has("tool_choice")).isFalse();
    assertThat(required.losses()).containsExactly("tool_choice");
  }

  @Test
  @DisplayName("case 14: one call at a time can't be asked for, and that is said")
  void oneCallAtATimeCannotBeAskedFor() {
    assertThat(Codec.asking(TOOLS + ",\"parallel_tool_calls\":false").losses())
        .containsExactly("parallel_tool_calls");
    assertThat(Codec.asking(TOOLS + ",\"parallel_tool_calls\":true").losses()).isEmpty();
  }

  @Test
  @DisplayName("case 15: strict is one word for all tools")
  void strictIsOneWordForAllToolsAndNeedsARequiredParameter() {
    String strictF = F.replace("\"name\":\"f\"", "\"name\":\"f\",\"strict\":true");
    String strictG = G.replace("\"name\":\"g\"", "\"name\":\"g\",\"strict\":true");

    Codec.Written one = Codec.asking("\"tools\":[" + strictF + "]");
    Codec.Written mixed = Codec.asking("\"tools\":[" + strictF + "," + G + "]");
    Codec.Written bare = Codec.asking("\"tools\":[" + strictG + "]");

    assertThat(one.at("/strict_tools").asBoolean()).isTrue();
    assertThat(one.losses()).isEmpty();
    assertThat(mixed.json().has("strict_tools")).isFalse();
    assertThat(mixed.losses()).containsExactly("tools.strict");
    assertThat(bare.losses()).containsExactly("tools.strict");
  }

  @Test
  @DisplayName("case 12: hard names are disguised alike in tools, calls and answers")
  void hardNamesAreDisguisedTheSameInToolsCallsAndAnswers() {
    Codec.Written written =
        Codec.fromOpenAi(
            """
            {"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[
              {"id":"1","type":"function","function":{"name":"a.b/c","arguments":""}}]},
              {"role":"tool","tool_call_id":"1","content":"r"}],
             "tools":[{"type":"function","function":{"name":"a.b/c"}}]}\
            """);

    String name = written.at("/tools/0/function/name").asString();
    assertThat(name).matches("[A-Za-z0-9_-]{1,64}").isNotEqualTo("a.b/c");
    assertThat(written.at("/messages/1/tool_calls/0/function/name").asString()).isEqualTo(name);
    assertThat(written.at("/messages/1/tool_calls/0/function/arguments").asString())
        .isEqualTo("{}");
    String answer =
        "{\"finish_reason\":\"TOOL_CALL\",\"message\":{\"tool_calls\":[{\"id\":\"x\",\"function\":"
            + "{\"name\":\""
            + name
            + "\",\"arguments\":\"{}\"}}]}}";
    assertThat(
            Codec.answer(answer, written.disguise())
                .choices()
                .getFirst()
                .message()
                .toolCalls()
                .getFirst()
                .name())
        .isEqualTo("a.b/c");
  }

  @Test
  @DisplayName("cases 16, 17, 21: results keep their call's id, and images in them follow")
  void resultsKeepTheIdOfTheirCallAndImagesInThemFollow() {
    Codec.Written written =
        Codec.fromOpenAi(
            """
            {"messages":[{"role":"user","content":"q"},
             {"role":"assistant","content":null,"tool_calls":[
              {"id":"call one","type":"function","function":{"name":"f","arguments":"{}"}},
              {"id":"call two","type":"function","function":{"name":"f","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"call two","content":[{"type":"text","text":"2"},
               {"type":"image_url","image_url":{"url":"https://example.com/i.png"}}]},
             {"role":"tool","tool_call_id":"call one","content":"1"}]}\
            """);

    assertThat(written.at("/messages/1").has("content")).isFalse();
    assertThat(written.at("/messages/2/tool_call_id").asString()).isEqualTo("call two");
    assertThat(written.at("/messages/2/content").asString()).isEqualTo("2");
    assertThat(written.at("/messages/3/tool_call_id").asString()).isEqualTo("call one");
    assertThat(written.at("/messages/4/role").asString()).isEqualTo("user");
    assertThat(written.at("/messages/4/content/0/image_url/url").asString())
        .isEqualTo("https://example.com/i.png");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 33: files of plain text are documents")
  void plainTextFilesBecomeDocuments() {
    Codec.Written written =
        Codec.fromOpenAi(
            """
            {"messages":[{"role":"user","content":[{"type":"text","text":"q"},
             {"type":"file","file":{"filename":"a.txt",
               "file_data":"data:text/plain;base64,aMOpIQ=="}}]}]}\
            """);

    assertThat(written.at("/documents").toString())
        .isEqualTo("[{\"data\":{\"title\":\"a.txt\",\"text\":\"hé!\"}}]");
    assertThat(written.at("/messages/0/content").asString()).isEqualTo("q");
  }

  @ParameterizedTest
  @DisplayName("cases 33 and 34: what can't be read is refused by its place")
  @ValueSource(
      strings = {
        "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,JVBERg==\"}}",
        "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}",
        "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"aa\",\"format\":\"wav\"}}",
        "{\"type\":\"video_url\",\"video_url\":{\"url\":\"https://example.com/v\"}}"
      })
  void whatTheProviderCannotReadIsRefusedByItsPlace(String part) {
    assertThatThrownBy(() ->
            Codec.fromOpenAi("{\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}"))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("messages[0].content[0]");
  }

  @ParameterizedTest
  @DisplayName("case 5: a conversation in which there is nothing to answer is refused")
  @ValueSource(
      strings = {"{\"messages\":[]}", "{\"messages\":[{\"role\":\"assistant\",\"content\":\"\"}]}"})
  void nothingToAnswerIsRefused(String request) {
    assertThatThrownBy(() -> Codec.fromOpenAi(request))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("messages");
  }

  @Test
  @DisplayName("cases 35, 37, 38, 39: limits and sampling have names and ranges of their own")
  void limitsAndSamplingHaveNamesAndRangesOfTheirOwn() {
    Codec.Written written =
        Codec.asking(
            """
            "max_completion_tokens":7,"max_tokens":9,"stop":["a","b","c","d","e","f"],
            "temperature":1.5,"top_p":1,"top_k":600,"seed":42,"frequency_penalty":-1,
            "presence_penalty":0.5,"logit_bias":{"1":1},"min_p":0.1,"n":2,"logprobs":true,
            "top_logprobs":2\
            """);

    assertThat(written.at("/max_tokens").asInt()).isEqualTo(7);
    assertThat(written.at("/stop_sequences").size()).isEqualTo(5);
    assertThat(written.at("/temperature").asInt()).isOne();
    assertThat(written.at("/p").asString()).isEqualTo("0.99");
    assertThat(written.at("/k").asInt()).isEqualTo(500);
    assertThat(written.at("/seed").asInt()).isEqualTo(42);
    assertThat(written.at("/frequency_penalty").asInt()).isZero();
    assertThat(written.at("/presence_penalty").asString()).isEqualTo("0.5");
    assertThat(written.losses())
        .containsExactlyInAnyOrder(
            "stop",
            "temperature",
            "top_k",
            "frequency_penalty",
            "logit_bias",
            "min_p",
            "n",
            "logprobs",
            "top_logprobs");
    assertThat(written.json().has("logprobs")).isFalse();
  }

  @Test
  @DisplayName("cases 45 and 46: a form is an object, with a schema or without")
  void formsAreAskedForAsJsonObjectsWithASchema() {
    Codec.Written schema =
        Codec.asking(
            """
            "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,
             "schema":{"type":"object","properties":{"a":{"maximum":1e2}},"required":["a"]}}}\
            """);
    Codec.Written object = Codec.asking("\"response_format\":{\"type\":\"json_object\"}");

    assertThat(schema.at("/response_format/type").asString()).isEqualTo("json_object");
    assertThat(schema.text()).contains("\"json_schema\":{\"type\":\"object\"").contains("1e2");
    assertThat(object.at("/response_format").toString()).isEqualTo("{\"type\":\"json_object\"}");
    assertThat(schema.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 48: tools go before a form where the model does not take both")
  void toolsGoBeforeAFormWhereTheyCannotStandTogether() {
    Codec.Written written =
        Codec.fromOpenAi(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],"
                + TOOLS
                + ",\"response_format\":{\"type\":\"json_object\"}}",
            CohereAbilities.CURRENT);

    assertThat(written.json().has("response_format")).isFalse();
    assertThat(written.losses()).containsExactly("response_format");
  }

  @ParameterizedTest
  @DisplayName("case 42: effort is a budget")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"reasoning_effort\":\"high\" | {\"type\":\"enabled\",\"token_budget\":16384}",
        "\"reasoning_effort\":\"none\" | {\"type\":\"disabled\"}",
        "\"reasoning\":{\"max_tokens\":300,\"effort\":\"low\"}"
            + " | {\"type\":\"enabled\",\"token_budget\":300}",
        "\"thinking\":{\"type\":\"disabled\"} | {\"type\":\"disabled\"}"
      })
  void effortBecomesABudget(String members, String thinking) {
    Codec.Written written = Codec.asking(members);

    assertThat(written.at("/thinking").toString()).isEqualTo(thinking);
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 42: a model that can't think is not asked to")
  void aModelThatCannotThinkIsNotAskedTo() {
    String request =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"reasoning_effort\":\"%s\"}";

    Codec.Written high = Codec.fromOpenAi(request.formatted("high"), CohereAbilities.CURRENT);
    Codec.Written none = Codec.fromOpenAi(request.formatted("none"), CohereAbilities.CURRENT);

    assertThat(high.json().has("thinking")).isFalse();
    assertThat(high.losses()).containsExactly("reasoning_effort");
    assertThat(none.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 50: thoughts go back as thoughts, or as the plan of calls")
  void thoughtsGoBackAsThoughtsOrAsThePlanOfCalls() {
    String request =
        """
        {"messages":[{"role":"user","content":"q"},{"role":"assistant","reasoning_content":"hm",
         "content":"t","tool_calls":[{"id":"1","type":"function",
          "function":{"name":"f","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"1","content":"r"},
         {"role":"assistant","reasoning_content":"so","content":"done"}]}\
        """;

    Codec.Written thinking = Codec.fromOpenAi(request);
    Codec.Written planning = Codec.fromOpenAi(request, CohereAbilities.CURRENT);

    assertThat(thinking.at("/messages/1/content").toString())
        .isEqualTo(
            "[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"t\"}]");
    assertThat(planning.at("/messages/1/tool_plan").asString()).isEqualTo("hm");
    assertThat(planning.at("/messages/1/content").asString()).isEqualTo("t");
    assertThat(planning.losses()).containsExactly("messages.reasoning_content");
  }

  @Test
  @DisplayName("case 7: a turn in which nothing is said is left out")
  void aTurnOfTheModelInWhichNothingIsSaidIsLeftOut() {
    Codec.Written written =
        Codec.fromOpenAi(
            """
            {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":""},
             {"role":"user","content":""}]}\
            """);

    assertThat(written.json().path("messages").size()).isEqualTo(2);
    assertThat(written.at("/messages/1/content").asString("?")).isEmpty();
  }

  @Test
  @DisplayName("case 29: tools of free text are wrapped and unwrapped")
  void freeTextToolsAreWrappedAndUnwrapped() {
    Codec.Written written =
        Codec.asking("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"grep\"}}]");

    assertThat(written.at("/tools/0/function/parameters/required/0").asString()).isEqualTo("input");
    Part.ToolCall call =
        Codec.answer(
                """
                {"finish_reason":"TOOL_CALL","message":{"tool_calls":[{"id":"1",
                 "function":{"name":"grep","arguments":"{\\"input\\":\\"a\\\\nb\\"}"}}]}}\
                """,
                written.disguise())
            .choices()
            .getFirst()
            .message()
            .toolCalls()
            .getFirst();
    assertThat(call.kind()).isEqualTo(Part.ToolCall.Kind.CUSTOM);
    assertThat(call.arguments()).isEqualTo("a\nb");
  }

  @Test
  @DisplayName("case 70: everything else that a client can say is listed")
  void everythingElseThatAClientCanSayIsListed() {
    Codec.Written written =
        Codec.asking(
            """
            "user":"u","service_tier":"flex","store":true,"metadata":{"a":"b"},"verbosity":"low",
            "x_unknown":1,"modalities":["text","audio"],"audio":{"voice":"a"},
            "prediction":{"type":"content"},"prompt_cache_key":"k"\
            """);

    assertThat(written.losses())
        .containsExactlyInAnyOrder(
            "user",
            "service_tier",
            "store",
            "metadata",
            "verbosity",
            "x_unknown",
            "modalities",
            "audio",
            "prediction",
            "prompt_cache_key");
    assertThat(written.json().propertyNames()).containsExactly("messages");
  }

  @Test
  void itsOwnRequestsAreReadAndWrittenAsTheyCame() {
    String request =
        """
        {"model":"m","messages":[{"role":"system","content":"s"},
         {"role":"user","content":[{"type":"text","text":"q"},
          {"type":"image_url","image_url":{"url":"https://example.com/i","detail":"low"}}]},
         {"role":"assistant","content":[{"type":"thinking","thinking":"hm"},
           {"type":"text","text":"t"}],"tool_plan":"plan","tool_calls":[{"id":"c","type":"function",
           "function":{"name":"f","arguments":"{ }"}}],"citations":[{"start":0,"end":1,
           "content_index":1,"text":"t","sources":[{"type":"document","id":"d","document":
           {"id":"d","title":"T","snippet":"S"}}],"type":"TEXT_CONTENT"}]},
         {"role":"tool","tool_call_id":"c","content":[{"type":"document","document":
          {"id":"1","data":{"text":"x"}}}]}],
         "documents":["plain",{"id":"d","data":{"title":"T","snippet":"S","n":1}},
          {"data":{"title":"T","text":"x"}}],
         "tools":[{"type":"function","function":{"name":"f","description":"d",
          "parameters":{"type":"object","required":["a"]}}}],"strict_tools":true,
         "tool_choice":"REQUIRED","temperature":0.30,"p":0.75,"k":5,"seed":1,
         "frequency_penalty":0.1,"presence_penalty":0.2,"max_tokens":5,"stop_sequences":["x"],
         "response_format":{"type":"json_object","json_schema":{"type":"object"}},
         "thinking":{"type":"enabled","token_budget":100},"stream":true,
         "safety_mode":"OFF","citation_options":{"mode":"FAST"},"logprobs":true,"priority":1}\
        """;

    ChatRequest read = Codec.request(request);
    Codec.Written written = Codec.write(read, Codec.ABLE);

    assertThat(written.losses()).isEmpty();
    assertThat(written.json()).isEqualTo(Codec.MAPPER.readTree(request));
    assertThat(Codec.request(written.text())).isEqualTo(read);
    assertThat(read.reasoning().mode()).isEqualTo(ReasoningSettings.Mode.ON);
    assertThat(((Tool.Function) read.tools().tools().getFirst()).strict()).isTrue();
  }

  @Test
  void documentsAreFilesOfTextToEveryOtherProvider() {
    ChatRequest read =
        Codec.request(
            """
            {"messages":[{"role":"user","content":"q"}],
             "documents":["plain",{"id":"d","data":{"title":"T","snippet":"S","n":1.50}}]}\
            """);

    List<Part> parts = ((Message.User) read.messages().getFirst()).parts();
    assertThat(parts).hasSize(3);
    Part.File second = (Part.File) parts.get(1);
    assertThat(((Media.Written) ((Part.File) parts.getFirst()).source()).text()).isEqualTo("plain");
    assertThat(second.name()).isEqualTo("T");
    assertThat(((Media.Written) second.source()).text()).isEqualTo("S\nn: 1.50");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | messages",
        "{\"messages\":[{\"content\":\"q\"}]} | messages[0].role",
        "{\"messages\":[{\"role\":\"x\",\"content\":\"q\"}]} | messages[0]",
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"q\"}]} | messages[0].tool_call_id",
        "{\"messages\":[],\"k\":1.5} | k",
        "{\"messages\":[],\"tools\":[{\"function\":{}}]} | tools[0].function.name"
      })
  void whatIsNoRequestIsRefusedByTheField(String json, String path) {
    assertThatThrownBy(() -> Codec.request(json))
        .isInstanceOfSatisfying(MisshapenJson.class, e -> assertThat(e.path()).isEqualTo(path));
  }
}
