package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What YoMo's front door takes, and what it makes of it. */
class YomoRequestTest {

  private static final String SETTINGS =
      RunningGateway.PORTS
          + "dialects: { yomo: { default_model: demo/echo, listen: 0, hosts: [ yomo.* ] } }\n";
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String EMPTY_ANSWER = "{\"object\":\"chat.completion\",\"choices\":[]}";
  private static final PageSchema ANSWER = PageSchema.named("yomo-answer");

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.with(SETTINGS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  @DisplayName("yomo §7: a body without model is answered by the configured default")
  void aBodyWithoutModelIsAnswered() {
    HttpResponse<String> answer = post("{" + MESSAGES + "}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(ANSWER.problems(answer.body())).isEmpty();
    assertThat(answer.body()).contains("\"hi\"");
  }

  @Test
  @DisplayName("yomo trap 17: without a configured default a request has to name its model")
  void withoutADefaultAModelHasToBeNamed() {
    try (RunningGateway plain = RunningGateway.plain()) {
      for (String model : new String[] {"", "\"model\":\"\",", "\"model\":\"auto\","}) {
        HttpResponse<String> answer =
            plain.send(post(plain, "/yomo/v1/chat/completions", "{" + model + MESSAGES + "}"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
            .isEqualTo(
                "{\"error\":{\"code\":\"invalid_request_error\",\"message\":"
                    + "\"default model is not configured\"}}\n");
      }
      String named = "{\"model\":\"demo/echo\"," + MESSAGES + "}";
      assertThat(plain.send(post(plain, "/yomo/v1/chat/completions", named)).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("yomo page: every documented field at once")
  void everyDocumentedFieldIsTaken() {
    HttpResponse<String> answer =
        post(
            """
            {"model":"demo/echo","messages":[{"role":"system","content":"Be brief."},
            {"role":"user","content":"Hello"},{"role":"assistant","content":null},
            {"role":"assistant","content":"Yes?"},{"role":"user","content":"Bye"}],
            "temperature":1,"top_p":1,"stream":false}
            """);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ANSWER.problems(answer.body())).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1} {2}")
  @DisplayName("yomo page: what is wrong with messages, in its words")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{}|400|messages is required",
        "{\"messages\":[{\"content\":\"x\"}]}|400|messages[0].role is required",
        "{\"messages\":[{\"role\":\"user\"}]}|400|messages[0].content is required",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},7]}|400|`messages[1]`",
        "[]|400|the request body",
      })
  void messagesAreChecked(String body, int status, String message) {
    HttpResponse<String> answer = post(body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(message);
  }

  @Test
  @DisplayName("yomo trap 28: tool and developer are roles beside the page's three")
  void rolesBeyondThePagesAreTaken() {
    String body =
        "{\"messages\":[{\"role\":\"developer\",\"content\":\"x\"},{\"role\":\"user\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"hi\"}]},{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"7\"}]}";

    assertThat(post(body).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("yomo trap 18: malformed JSON is told in Go's words, byte for byte")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "something|invalid character 's' looking for beginning of value",
        "!!|EOF",
        "! !|EOF",
        "{\"messages\":|unexpected EOF",
        "{\"messages\":trux}|invalid character 'x' in literal true (expecting 'e')",
        "{\"messages\":[,]}|invalid character ',' looking for beginning of value",
      })
  void malformedJsonIsToldInItsWords(String body, String words) {
    HttpResponse<String> answer = post(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":{\"code\":\"invalid_request_error\",\"message\":\"Invalid request: "
                + words
                + "\"}}\n");
  }

  @Test
  @DisplayName("yomo trap 1: the client's bytes reach the provider unchanged")
  void bytesReachTheProviderUnchanged() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", EMPTY_ANSWER);
        RunningGateway before = RunningGateway.before(up.port(), "")) {
      String rest =
          "\"x\":1e2 , \"y\":\"\\/\\u00e9\",\"big\":12345678901234567890,\"messages\" : "
              + "[ {\"content\":\"hi\",\"role\":\"user\",\"z\":[1.0]} ],\"z\":{\"b\":1,\"a\":2}";

      before.send(post(before, "/yomo/v1/chat/completions", "{\"model\":\"up/m\"," + rest + "}"));

      assertThat(up.request()).endsWith("{\"model\":\"m\"," + rest + "}");
    }
  }

  @ParameterizedTest(name = "{0}, {1} -> {2}")
  @DisplayName("yomo §7: system prompt operations, with and without a system message")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "overwrite|U|SO,U",
        "overwrite|SC,U,SX|SO,U",
        "prefix|U|SO,U",
        "prefix|SC,U,SX|SO\\nC,U",
        "client_preferred|U|SO,U",
        "client_preferred|SC,U|SC,U",
        "disabled|U|U",
        "disabled|SC,U,SX|SC,U,SX",
      })
  void theOperatorsSystemPromptIsPutIn(String mode, String given, String expected)
      throws Exception {
    assertThat(sent("{ system_prompt: O, system_prompt_mode: " + mode + " }", given))
        .isEqualTo(messages(expected));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("yomo §7: an empty system prompt does nothing in any mode")
  @CsvSource({"overwrite", "prefix", "client_preferred", "disabled"})
  void anEmptySystemPromptDoesNothing(String mode) throws Exception {
    assertThat(sent("{ system_prompt_mode: " + mode + " }", "SC,U,SX"))
        .isEqualTo(messages("SC,U,SX"));
    assertThat(sent("{ system_prompt_mode: " + mode + " }", "U")).isEqualTo(messages("U"));
  }

  private static String sent(String settings, String given)
      throws IOException, InterruptedException {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", EMPTY_ANSWER);
        RunningGateway before =
            RunningGateway.before(up.port(), "dialects: { yomo: " + settings + " }\n")) {
      String body = "{\"model\":\"up/m\",\"messages\":" + messages(given) + "}";
      before.send(post(before, "/yomo/v1/chat/completions", body));
      String request = up.request();
      return request.substring(request.indexOf("\"messages\":") + 11, request.length() - 1);
    }
  }

  /** {@code SC} is a system message with the content C, {@code U} the user's. */
  private static String messages(String letters) {
    StringBuilder text = new StringBuilder("[");
    for (String one : letters.split(",")) {
      text.append(text.length() > 1 ? "," : "");
      text.append(
          one.equals("U")
              ? "{\"role\":\"user\",\"content\":\"hi\"}"
              : "{\"role\":\"system\",\"content\":\"" + one.substring(1) + "\"}");
    }
    return text.append("]").toString();
  }

  private static HttpResponse<String> post(String body) {
    return gateway.send(post(gateway, "/yomo/v1/chat/completions", body));
  }

  static HttpRequest.Builder post(RunningGateway to, String path, String body) {
    return HttpRequest.newBuilder(to.uri(path))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }
}
