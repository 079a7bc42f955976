package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What YoMo's front door answers: whole, streamed, broken, refused. */
class YomoAnswerTest {

  private static final String CHAT = "/yomo/v1/chat/completions";
  private static final String BODY = RunningGateway.body("up/m", "hi", "");
  private static final String STREAM = RunningGateway.body("up/m", "hi", ",\"stream\":true");

  private static final String ODD =
      "{ \"object\":\"chat.completion\",\"b\":1e2,\"a\":\"\\/\\u00e9\", \"n\":12345678901234567890 ,\"choices\":[ {\"index\":0,"
          + "\"message\":{\"content\":\"x\",\"role\":\"assistant\"},\"finish_reason\":\"stop\"} ],"
          + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}";

  @Test
  @DisplayName("yomo trap 1: a provider's whole answer reaches the client unchanged")
  void aWholeAnswerIsUnchanged() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", ODD);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      assertThat(chat(gateway, BODY).body()).isEqualTo(ODD);
    }
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("yomo trap 16: finish reasons are the page's five words")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"end_turn\"|\"stop\"",
        "\"tool_use\"|\"tool_calls\"",
        "\"max_tokens\"|\"length\"",
        "\"content_filter\"|\"content_filter\"",
        "\"function_call\"|\"function_call\"",
        "24|\"stop\"",
        "null|null",
        "\"\"|null",
      })
  void finishReasonsAreThePages(String given, String expected) throws Exception {
    String answer =
        "{\"choices\":[{\"x\":1e2,\"finish_reason\":"
            + given
            + "}],\"é\":\"\\/\",\"object\":\"chat.completion\"}";
    String frame = "data: " + answer.replace("completion\"", "completion.chunk\"") + "\n\n";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", answer);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      assertThat(chat(gateway, BODY).body())
          .isEqualTo(answer.replace(":" + given + "}", ":" + expected + "}"));
    }
    try (ScriptedUpstream up = ScriptedUpstream.stream(frame + "data: [DONE]\n\n", true);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      assertThat(chat(gateway, STREAM).body())
          .isEqualTo(frame.replace(":" + given + "}", ":" + expected + "}") + "data: [DONE]\n\n");
    }
  }

  @Test
  @DisplayName("yomo §7: a stream's frames pass unchanged and end with [DONE] and a blank line")
  void framesPassUnchanged() throws Exception {
    String frames =
        "data: {\"object\":\"chat.completion.chunk\",\"id\":\"1\",\"choices\":[{\"delta\":{\"content\":\"\\u00e9\"}}],\"n\":1e2}\n\n"
            + "data:{\"choices\":[{\"delta\":{}, \"finish_reason\":\"stop\"}],"
            + "\"object\":\"chat.completion.chunk\"}\n\n";
    String usage =
        "data: {\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(frames + usage + "data: [DONE]\n\n", true);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> answer = chat(gateway, STREAM);

      assertThat(answer.body()).isEqualTo(frames + "data: [DONE]\n\n");
      assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(answer.headers().firstValue("cache-control"))
          .contains("no-cache, must-revalidate");
      assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");

      String wanted =
          RunningGateway.body(
              "up/m", "hi", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
      assertThat(chat(gateway, wanted).body()).isEqualTo(frames + usage + "data: [DONE]\n\n");
    }
  }

  @ParameterizedTest
  @DisplayName("yomo trap 5: a cut stream ends with a bare error and without [DONE]")
  @ValueSource(strings = {"demo/cut", "demo/cut-clean", "demo/error-mid-stream", "demo/garbage"})
  void aBrokenStreamEndsWithABareError(String model) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String body =
          chat(gateway, RunningGateway.body(model, "one two three four five", ",\"stream\":true"))
              .body();

      assertThat(body).doesNotContain("[DONE]").doesNotContain("\"finish_reason\":\"stop\"");
      assertThat(body.substring(body.lastIndexOf("\n\n") + 2))
          .startsWith("{\"error\":{\"code\":\"")
          .endsWith("\"}}\n");
    }
  }

  @Test
  @DisplayName("yomo §7: /invoke answers shortly, and with the history only on demand")
  void anInvocationIsAnsweredShortly() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", ODD);
        RunningGateway gateway =
            RunningGateway.before(up.port(), "dialects: { yomo: { default_model: up/m } }\n")) {
      HttpResponse<String> answer = post(gateway, "/invoke", "{\"prompt\":\"h\\u00e9\"}");

      assertThat(up.request())
          .endsWith(
              "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\"}]}");
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body())
          .isEqualTo(
              "{\"content\":\"x\",\"finish_reason\":\"stop\",\"token_usage\":"
                  + "{\"prompt_tokens\":1,\"completion_tokens\":2}}\n");
      assertThat(
              post(gateway, "/yomo/invoke", "{\"prompt\":\"a\",\"include_call_stack\":true}")
                  .body())
          .contains(
              ",\"history\":[{\"role\":\"user\",\"content\":\"a\"},"
                  + "{\"content\":\"x\",\"role\":\"assistant\"}]}");
      assertThat(post(gateway, "/invoke", "{}").body()).contains("prompt is required");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deep", "long number"})
  void anAnswerThatInvokeCannotReadIsRefusedAndLetGoOf(String kind) throws Exception {
    String odd = kind.equals("deep") ? "[".repeat(900) + "]".repeat(900) : "1".repeat(2000);
    String answer = ODD.replace("\"b\":1e2", "\"b\":\"" + "x".repeat(70_000) + "\",\"c\":" + odd);
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", answer);
        RunningGateway gateway =
            RunningGateway.before(up.port(), "dialects: { yomo: { default_model: up/m } }\n")) {
      HttpResponse<String> told = post(gateway, "/invoke", "{\"prompt\":\"a\"}");

      assertThat(gateway.gateway().metrics().scrape()).contains("\nsluice_held_bytes 0.0\n");
      assertThat(told.statusCode()).as(told.body()).isEqualTo(502);
    }
  }

  @Test
  @DisplayName("yomo §7: /overview lists functions under a capital F")
  void theOverviewListsFunctions() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(gateway.get("/overview").body()).isEqualTo("{\"Functions\":[]}\n");
      assertThat(gateway.get("/yomo/overview/").body()).isEqualTo("{\"Functions\":[]}\n");
    }
  }

  @Test
  @DisplayName("yomo page: the list of models")
  void modelsAreListed() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(gateway.get("/yomo/v1/models").body())
          .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"demo/")
          .contains("\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"system\"}");
    }
  }

  @Test
  @DisplayName("yomo trap 2: an unknown path is told in plain text")
  void anUnknownPathIsPlainText() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpResponse<String> answer = gateway.get("/yomo/nothing");

      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
      assertThat(answer.body()).isEqualTo("404 page not found\n");
    }
  }

  @Test
  @DisplayName("yomo trap 30: a wrong method is told what is allowed")
  void aWrongMethodIsTold() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpResponse<String> answer = gateway.get(CHAT);

      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).contains("POST");
      assertThat(answer.body()).startsWith("{\"error\":{\"code\":\"invalid_request_error\",");
    }
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("yomo trap 23: a provider's error keeps its status, code and message")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "400|{\"error\":{\"message\":\"bad\",\"code\":\"c1\"}}|400|c1|bad",
        "429|{\"error\":{\"message\":\"slow\"}}|429|Too Many Requests|slow",
        "500|{\"error\":{\"message\":\"oops\",\"code\":\"c5\"}}|500|c5|oops",
        "503|<html>busy</html>|503|Service Unavailable|the provider answered with status 503",
        "401|{\"error\":{\"message\":\"bad key sk-secret-of-ours-1234\"}}|502|Bad Gateway|the provider refused the gateway's credential",
      })
  void aProvidersErrorIsHandedOn(int given, String body, int status, String code, String message)
      throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(given, "retry-after: 7\r\n", body);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> answer = chat(gateway, BODY);

      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("retry-after")).contains("7");
      assertThat(answer.body())
          .isEqualTo("{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}\n");
    }
  }

  @Test
  @DisplayName("yomo trap 27: with a token, three texts of 401")
  void aTokenIsAskedFor() {
    try (RunningGateway gateway =
        RunningGateway.with(
            RunningGateway.PORTS + "dialects: { yomo: { token: yomo-token-1 } }\n")) {
      assertRefused(authorized(gateway, null), "missing Authorization header");
      assertRefused(
          authorized(gateway, "Basic x"),
          "invalid Authorization format, expected 'Bearer <token>'");
      assertRefused(authorized(gateway, "Bearer other"), "invalid bearer token");
      assertThat(authorized(gateway, "Bearer yomo-token-1").statusCode()).isEqualTo(200);
      // The token is YoMo's: the default front door does not ask for it.
      assertThat(gateway.chat(RunningGateway.body("demo/echo", "hi", "")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  @DisplayName("yomo §5.8: credentials, permission and credit by the gateway's own keys")
  void keysAreAskedFor() {
    try (RunningGateway gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "access: { mode: keys, keys: { a: { key: a1 }, b: { key: b1, models: [ x ] }, "
                + "c: { key: c1, state: out_of_credit } } }\n")) {
      assertRefused(authorized(gateway, null), "missing Authorization header");
      assertThat(authorized(gateway, "Bearer a1").statusCode()).isEqualTo(200);
      assertThat(authorized(gateway, "Bearer b1").body())
          .isEqualTo(
              "{\"error\":{\"code\":\"Forbidden\",\"message\":\"the key is not for this model\"}}\n");
      HttpResponse<String> broke = authorized(gateway, "Bearer c1");
      assertThat(broke.statusCode()).isEqualTo(402);
      assertThat(broke.body()).contains("\"code\":\"outstanding_balance\"");
    }
  }

  private static void assertRefused(HttpResponse<String> answer, String text) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    assertThat(answer.body()).isEqualTo(text);
  }

  private static HttpResponse<String> authorized(RunningGateway gateway, String value) {
    HttpRequest.Builder request =
        YomoRequestTest.post(gateway, CHAT, RunningGateway.body("demo/echo", "hi", ""));
    return gateway.send(value == null ? request : request.header("authorization", value));
  }

  private static HttpResponse<String> chat(RunningGateway gateway, String body) {
    return post(gateway, CHAT, body);
  }

  private static HttpResponse<String> post(RunningGateway gateway, String path, String body) {
    return gateway.send(YomoRequestTest.post(gateway, path, body));
  }
}
