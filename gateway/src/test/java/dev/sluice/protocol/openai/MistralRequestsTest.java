package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.recorded.Recordings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What Mistral wants otherwise than OpenAI does. */
class MistralRequestsTest {

  private static final String USER = "{\"role\":\"user\",\"content\":\"q\"}";
  private static final String CALL =
      "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"ID\",\"type\":\"function\","
          + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
  private static final String RESULT =
      "{\"role\":\"tool\",\"tool_call_id\":\"ID\",\"content\":\"r\"}";
  private static final String F = "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
  private static final String DESCRIBED =
      "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}";
  private static final String G = "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}";

  /** What became of a request. */
  private record Written(JsonNode json, List<String> losses) {

    JsonNode at(String pointer) {
      return json.at(pointer);
    }
  }

  private static Written mistral(String request) {
    byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
    ChatRequest read = OpenAiRequests.decode(bytes, 0, bytes.length);
    JsonWriter out = new JsonWriter();
    Losses losses = new Losses();
    OpenAiRequests.encode(read, OpenAiRequestOptions.MISTRAL, out, losses);
    return new Written(Recordings.MAPPER.readTree(out.toString()), losses.fields());
  }

  private static String messages(String... messages) {
    return "{\"messages\":[" + String.join(",", messages) + "]}";
  }

  private static Written asking(String members) {
    return mistral("{\"messages\":[" + USER + "]," + members + "}");
  }

  private static boolean needs(String request) {
    byte[] bytes = ("xx" + request + "yy").getBytes(StandardCharsets.UTF_8);
    return OpenAiDeviations.MISTRAL.needsAdjusting(bytes, 2, bytes.length - 2);
  }

  @Test
  @DisplayName("case 16: a call and its result get the same id of nine letters and digits")
  void callsAndTheirResultsGetTheSameIdOfNineLettersAndDigits() {
    Written written =
        mistral(
            messages(
                USER,
                CALL.replace("ID", "call_with_a_long_id"),
                RESULT.replace("ID", "call_with_a_long_id"),
                CALL.replace("ID", "call_with_a_long_ie"),
                RESULT.replace("ID", "call_with_a_long_ie")));

    String id = written.at("/messages/1/tool_calls/0/id").asString();
    assertThat(id).matches("[a-zA-Z0-9]{9}");
    assertThat(written.at("/messages/2/tool_call_id").asString()).isEqualTo(id);
    assertThat(written.at("/messages/3/tool_calls/0/id").asString()).isNotEqualTo(id);
    assertThat(mistral(messages(USER, CALL.replace("ID", "abcDEF123"))).json().toString())
        .contains("\"abcDEF123\"");
  }

  @ParameterizedTest
  @DisplayName("case 4: nobody but the assistant speaks after a tool")
  @ValueSource(strings = {USER, "{\"role\":\"system\",\"content\":\"s\"}"})
  void nobodyButTheAssistantSpeaksAfterATool(String next) {
    Written written = mistral(messages(USER, CALL, RESULT, RESULT, next));

    assertThat(written.json().path("messages").valueStream().map(m -> m.path("role").asString()))
        .containsExactly(
            "user",
            "assistant",
            "tool",
            "tool",
            "assistant",
            Recordings.MAPPER.readTree(next).path("role").asString());
    assertThat(written.at("/messages/4/content").asString()).isNotBlank();
  }

  @Test
  @DisplayName("case 21: a tool's images come in the user's next message")
  void imagesFromToolsComeInTheUsersNextMessage() {
    Written written =
        mistral(
            messages(
                USER,
                CALL,
                RESULT.replace(
                    "\"r\"",
                    "[{\"type\":\"text\",\"text\":\"r\"},{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"https://example.com/i\"}}]"),
                USER));

    assertThat(written.at("/messages/2/content").asString()).isEqualTo("r");
    assertThat(written.at("/messages/3/role").asString()).isEqualTo("assistant");
    assertThat(written.at("/messages/4/content/0/image_url/url").asString())
        .isEqualTo("https://example.com/i");
    assertThat(written.at("/messages/4/content/1/text").asString()).isEqualTo("q");
    assertThat(written.json().path("messages").size()).isEqualTo(5);
  }

  @Test
  @DisplayName("case 6: an answer to be continued is marked")
  void anAnswerToBeContinuedIsMarked() {
    Written written = mistral(messages(USER, "{\"role\":\"assistant\",\"content\":\"So\"}"));

    assertThat(written.at("/messages/1/prefix").asBoolean()).isTrue();
    assertThat(
            mistral(messages(USER, "{\"role\":\"assistant\",\"content\":\"So\"}", USER))
                .at("/messages/1")
                .has("prefix"))
        .isFalse();
  }

  @ParameterizedTest
  @DisplayName("case 13: a must is any, and a named tool the only one")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"auto\" | auto | f g",
        "\"none\" | none | f g",
        "\"required\" | any | f g",
        "{\"type\":\"function\",\"function\":{\"name\":\"g\"}} | any | g",
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":["
            + "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}} | auto | f"
      })
  void aMustIsAnyAndANamedToolIsTheOnlyOne(String choice, String word, String names) {
    Written written = asking("\"tools\":[" + F + "," + G + "],\"tool_choice\":" + choice);

    assertThat(written.at("/tool_choice").asString()).isEqualTo(word);
    assertThat(
            written.json().path("tools").valueStream().map(t -> t.at("/function/name").asString()))
        .containsExactly(names.split(" "));
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("cases 35 and 38: limits and seeds have its own names")
  void namesOfLimitsAndSeedsAreItsOwn() {
    Written written =
        asking(
            "\"max_completion_tokens\":7,\"seed\":42,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}");

    assertThat(written.json().propertyNames())
        .containsExactly("messages", "max_tokens", "stream", "random_seed");
    assertThat(written.at("/random_seed").asInt()).isEqualTo(42);
    assertThat(written.losses()).isEmpty();
  }

  @Test
  void whatIsNullIsNotSaid() {
    Written written =
        mistral(
            """
            {"messages":[{"role":"user","content":"q","tool_calls":null},
              {"role":"assistant","content":"a","refusal":null,"audio":null,"annotations":null,
               "function_call":null,"tool_calls":null},{"role":"user","content":"q"}],
             "logit_bias":null,"response_format":null,"tool_choice":null,"seed":null}\
            """);

    assertThat(written.json().propertyNames()).containsExactly("messages");
    for (JsonNode message : written.json().path("messages")) {
      assertThat(message.propertyNames()).containsExactlyInAnyOrder("role", "content");
    }
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 37: a temperature beyond its range becomes the highest, and is listed")
  void temperaturesEndEarlier() {
    assertThat(asking("\"temperature\":1.5").losses()).isEmpty();
    Written written = asking("\"temperature\":1.8");

    assertThat(written.at("/temperature").decimalValue()).isEqualByComparingTo("1.5");
    assertThat(written.losses()).containsExactly("temperature");
  }

  @Test
  @DisplayName("case 11: a function without a schema gets that of no arguments")
  void aFunctionWithoutASchemaTakesNothing() {
    Written written = asking("\"tools\":[" + F + "," + DESCRIBED + "]");

    assertThat(written.at("/tools/0/function/parameters").toString())
        .isEqualTo("{\"type\":\"object\",\"properties\":{}}");
    assertThat(written.at("/tools/1/function/parameters").toString()).isEqualTo("{}");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 46: an object is asked for in words, too")
  void someJsonIsAskedForInWordsToo() {
    Written told = asking("\"response_format\":{\"type\":\"json_object\"}");
    Written after =
        mistral(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
                + USER
                + "],\"response_format\":{\"type\":\"json_object\"}}");
    Written known =
        mistral(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"in Json, please\"}],"
                + "\"response_format\":{\"type\":\"json_object\"}}");

    assertThat(told.at("/messages/0/role").asString()).isEqualTo("system");
    assertThat(told.at("/messages/0/content").asString()).contains("JSON");
    assertThat(after.at("/messages/0/content/1/text").asString()).contains("JSON");
    assertThat(after.json().path("messages").size()).isEqualTo(2);
    assertThat(known.json().path("messages").size()).isOne();
  }

  @Test
  void schemasAreAskedForInOpenAisWords() {
    Written written =
        asking(
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"schema\":{\"type\":\"object\"},\"strict\":true}}");

    assertThat(written.at("/response_format").toString())
        .isEqualTo(
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"schema\":{\"type\":\"object\"},\"strict\":true}}");
  }

  @Test
  @DisplayName("cases 33 and 34: documents and sound are strings")
  void documentsAndSoundAreStrings() {
    Written written =
        mistral(
            messages(
                """
                {"role":"user","content":[{"type":"file","file":{"filename":"a.pdf",
                  "file_data":"data:application/pdf;base64,JVBERg=="}},
                 {"type":"file","file":{"file_id":"f1"}},
                 {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}]}\
                """));

    assertThat(written.at("/messages/0/content").toString())
        .isEqualTo(
            "[{\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,JVBERg==\","
                + "\"document_name\":\"a.pdf\"},{\"type\":\"file\",\"file_id\":\"f1\"},"
                + "{\"type\":\"input_audio\",\"input_audio\":\"UklG\"}]");
  }

  @Test
  @DisplayName("cases 8 and 19: tools keep their names, and nobody else has one")
  void toolsKeepTheirNamesAndNobodyElseHasOne() {
    Written written =
        mistral(
            messages(
                "{\"role\":\"user\",\"name\":\"ann\",\"content\":\"q\"}",
                CALL,
                RESULT.replace("\"role\"", "\"name\":\"f\",\"role\"")));

    assertThat(written.at("/messages/0").has("name")).isFalse();
    assertThat(written.at("/messages/2/name").asString()).isEqualTo("f");
    assertThat(written.losses()).containsExactly("messages.name");
  }

  @Test
  @DisplayName("case 50: thoughts go back as parts")
  void thoughtsGoBackAsParts() {
    Written written =
        mistral(
            messages(
                USER,
                "{\"role\":\"assistant\",\"reasoning_content\":\"hm\",\"content\":\"a\"}",
                USER));

    assertThat(written.at("/messages/1/content").toString())
        .isEqualTo(
            "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},"
                + "{\"type\":\"text\",\"text\":\"a\"}]");
    assertThat(written.at("/messages/1").has("reasoning_content")).isFalse();
  }

  @ParameterizedTest
  @DisplayName("case 42: effort is all or nothing")
  @CsvSource({"none, none", "minimal, none", "low, high", "medium, high", "xhigh, high"})
  void effortIsAllOrNothing(String asked, String told) {
    assertThat(asking("\"reasoning_effort\":\"" + asked + "\"").at("/reasoning_effort").asString())
        .isEqualTo(told);
  }

  @Test
  @DisplayName("cases 38 and 70: what it does not know is left out and listed")
  void whatItDoesNotKnowIsLeftOutAndListed() {
    Written written =
        asking(
            """
            "user":"u","store":false,"service_tier":"flex","logprobs":true,"top_logprobs":2,
            "logit_bias":{"1":1},"verbosity":"low","modalities":["text"],"top_k":4,
            "safety_identifier":"s","prompt_cache_key":"k","safe_prompt":true,"n":1,
            "presence_penalty":0.1\
            """);

    assertThat(written.json().propertyNames())
        .containsExactlyInAnyOrder(
            "messages", "prompt_cache_key", "safe_prompt", "n", "presence_penalty");
    assertThat(written.losses())
        .containsExactlyInAnyOrder(
            "user",
            "store",
            "service_tier",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "verbosity",
            "top_k",
            "safety_identifier");
  }

  @Test
  @DisplayName("case 28: functions of old are tools")
  void oldFunctionsAreTools() {
    Written written =
        mistral(
            """
            {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,
              "function_call":{"name":"f","arguments":"{}"}},
              {"role":"function","name":"f","content":"r"}],
             "functions":[{"name":"f","parameters":{"type":"object"}}],"function_call":"auto"}\
            """);

    assertThat(written.at("/tools/0/function/name").asString()).isEqualTo("f");
    assertThat(written.at("/messages/1/tool_calls/0/id").asString())
        .isEqualTo(written.at("/messages/2/tool_call_id").asString())
        .hasSize(9);
    assertThat(written.json().has("functions")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"seed\":1",
        "\"max_completion_tokens\":1",
        "\"stream_options\":{\"include_usage\":true}",
        "\"tool_choice\":\"required\"",
        "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
        "\"tools\":[]",
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]",
        "\"user\":\"u\"",
        "\"logprobs\":true",
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"reasoning_effort\":\"low\"",
        "\"reasoning\":{\"effort\":\"low\"}",
        "\"functions\":[]",
        "\"seed\":null",
        "\"logit_bias\":null",
        "\"response_format\":null",
        "\"tool_choice\":null",
        "\"temperature\":1.51",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":null}}]",
        "\"tools\":[" + F + "]"
      })
  void fieldsThatNeedAdjusting(String member) {
    assertThat(needs("{\"messages\":[" + USER + "]," + member + "}")).isTrue();
    assertThat(needs("{" + member + ",\"messages\":[" + USER + "]}")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"user\",\"name\":\"a\",\"content\":\"q\"}",
        "{\"role\":\"developer\",\"content\":\"q\"}",
        "{\"role\":\"user\",\"content\":\"q\",\"tool_calls\":null}",
        "{\"role\":\"assistant\",\"content\":\"q\",\"refusal\":null},"
            + "{\"role\":\"user\",\"content\":\"q\"}",
        "{\"content\":\"q\",\"role\":\"assistant\"}",
        "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"q\"}",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\"}]}",
        "{\"role\":\"assistant\",\"reasoning_content\":\"a\",\"prefix\":true}",
        "{\"role\":\"tool\",\"tool_call_id\":\"abcDEF123\",\"content\":\"\"}," + USER,
        "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{}}]}"
      })
  void messagesThatNeedAdjusting(String message) {
    assertThat(needs(messages(USER, message))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[" + USER + "],\"max_tokens\":1,\"stream\":true,\"top_p\":null}",
        "{\"messages\":[" + USER + "],\"tool_choice\":\"any\",\"tools\":[" + DESCRIBED + "]}",
        "{\"messages\":[" + USER + "],\"temperature\":1.5}",
        "{\"messages\":[" + USER + "],\"random_seed\":1,\"safe_prompt\":true,\"x_new\":{}}",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"prefix\":true}]}",
        "{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"abcDEF123\"}]},"
            + "{\"role\":\"tool\",\"name\":\"f\",\"tool_call_id\":\"abcDEF123\"},"
            + "{\"role\":\"assistant\",\"content\":\"a\"},"
            + USER
            + "]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document_url\","
            + "\"document_url\":\"https://example.com\"}]}]}",
        "{\"messages\":[",
        "[]",
        "{\"messages\":7}"
      })
  void requestsThatGoAsTheyAre(String request) {
    assertThat(needs(request)).isFalse();
  }

  @Test
  void whoDeviatesInNothingNeverNeedsAnything() {
    byte[] bytes = "{\"seed\":1}".getBytes(StandardCharsets.UTF_8);

    assertThat(OpenAiDeviations.NONE.needsAdjusting(bytes, 0, bytes.length)).isFalse();
  }
}
