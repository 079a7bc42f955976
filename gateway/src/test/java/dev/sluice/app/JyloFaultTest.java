package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every status of Jylo's front door, by a real cause. */
class JyloFaultTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String COMPLETIONS = "/jylo/inference/completions/";
  private static final String ECHO = JyloRequestTest.ECHO;
  private static final String NOBODY = COMPLETIONS + "99999999-9999-4999-8999-999999999999";
  private static final String TYPE = "{\"type\":\"https://tools.ietf.org/html/rfc9110#section-";
  private static final PageSchema PROBLEM = PageSchema.named("jylo-problem");

  private static final String ECHO_MODEL =
      "  echo: { targets: [ demo/echo ], id: " + JyloRequestTest.ID + " }\n";

  private static RunningGateway gateway;
  private static RunningGateway guarded;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.with(
            "server: { port: 0, limits: { body: 64KB, url: 1KB, headers: 4KB }, timeouts:"
                + " { header: 300ms, body: 300ms } }\nadmin: { port: 0 }\nmodels:\n"
                + ECHO_MODEL);
    guarded =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models:\n"
                + ECHO_MODEL
                + """
                access:
                  mode: keys
                  keys:
                    alice: { key: alice-key }
                    bob: { key: bob-key, models: [ demo/lorem ] }
                    mallory: { key: mallory-key, state: blocked }
                    carol: { key: carol-key, state: out_of_credit }
                """);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    guarded.close();
  }

  @Test
  @DisplayName("jylo §5.8: malformed JSON, byte for byte")
  void malformedJson() {
    HttpResponse<String> answer =
        gateway.send(post(gateway, ECHO, "{\"messages\": s").header("traceparent", PARENT));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .matches(
            java.util.regex.Pattern.quote(
                    TYPE
                        + "15.5.1\",\"title\":\"One or more validation errors occurred.\","
                        + "\"status\":400,\"errors\":{\"$.messages\":[\"'s' is an invalid start of a"
                        + " value. Path: $.messages | LineNumber: 0 | BytePositionInLine: 13.\"],"
                        + "\"request\":[\"The request field is required.\"]},\"traceId\":\"00-"
                        + TRACE
                        + "-")
                + "[0-9a-f]{16}-01\"}");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("jylo §5.8: bad bodies, with their keys")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '!',
      value = {
        "!!~\"\":[\"A non-empty request body is required.\"],\"request\":[\"The request field is"
            + " required.\"]",
        "null~\"\":[\"A non-empty request body is required.\"],\"request\":[\"The request field is"
            + " required.\"]",
        "{}~\"$\":[\"JSON deserialization for type"
            + " 'Jylo.Inference.Core.Models.ChatCompletionRequest' was missing required properties"
            + " including: 'messages'.\"]",
        "{\"stream\":\"x\",\"messages\":5}~\"$.stream\":[\"The JSON value could not be converted to"
            + " System.Boolean. Path: $.stream | LineNumber: 0 | BytePositionInLine: 13.\"],"
            + "\"$.messages\":[\"The JSON value could not be converted to"
            + " System.Collections.Generic.List`1[Jylo.Inference.Core.Models.Message]. Path:"
            + " $.messages | LineNumber: 0 | BytePositionInLine: 26.\"]",
      })
  void badBodies(String body, String errors) {
    HttpResponse<String> answer = gateway.send(post(gateway, ECHO, body));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(",\"errors\":{" + errors + "},\"traceId\":\"00-");
    assertThat(PROBLEM.problems(answer.body())).isEmpty();
  }

  @Test
  @DisplayName("jylo §7: an identifier that is no UUID is a 400, told beside what the body lacks")
  void aBadIdentifierIsA400() {
    HttpResponse<String> answer = gateway.send(post(gateway, COMPLETIONS + "gpt-4", "{}"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains(
            "\"errors\":{\"modelIdentifier\":[\"The value 'gpt-4' is not valid.\"],\"$\":[\"JSON"
                + " deserialization");
    assertThat(gateway.send(post(gateway, COMPLETIONS + "x".repeat(300), BODY)).body())
        .contains("The value '" + "x".repeat(64) + "…' is not valid.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11111111-1111-4111-8111-AAAAAAAAAAAA",
        "11111111111141118111aaaaaaaaaaaa",
        "(11111111-1111-4111-8111-aaaaaaaaaaaa)",
        "%7B11111111-1111-4111-8111-aaaaaaaaaaaa%7D",
        "11111111%2D1111-4111-8111-aaaaaaaaaaaa",
      })
  void identifiersAreReadInTheFrameworksForms(String id) {
    assertThat(gateway.send(post(gateway, COMPLETIONS + id, BODY)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%7B11111111-1111-4111-8111-aaaaaaaaaaaa", "%zz", "%", "%00", "()", "{"})
  void whatOnlyLooksLikeAnIdentifierIsNone(String id) {
    assertThat(gateway.raw(raw("POST", COMPLETIONS + id, BODY)))
        .startsWith("HTTP/1.1 400 ")
        .contains("traceId");
  }

  @Test
  @DisplayName("jylo §7: a UUID that is no model's is a 404")
  void anUnknownModelIsA404() {
    HttpResponse<String> answer =
        gateway.send(post(gateway, NOBODY, BODY).header("traceparent", PARENT));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body())
        .startsWith(
            TYPE
                + "15.5.5\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"Specified model not"
                + " found\",\"traceId\":\"00-"
                + TRACE
                + "-");
    assertThat(PROBLEM.problems(answer.body())).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}, {2}")
  @DisplayName("jylo trap 27: 401 has a body and a challenge")
  @CsvSource(
      delimiter = '|',
      value = {
        "|401|Bearer",
        "Basic YTpi|401|Bearer",
        "Bearer nobody|401|Bearer error=\"invalid_token\"",
        "Bearer mallory-key|403|",
        "Bearer bob-key|403|",
        "Bearer carol-key|402|",
        "bearer alice-key|200|",
      })
  void callersAreKnownByTheirToken(String credentials, int status, String challenge) {
    HttpRequest.Builder request = post(guarded, ECHO, BODY);
    if (credentials != null) {
      request.header("authorization", credentials);
    }
    HttpResponse<String> answer = guarded.send(request);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("www-authenticate").orElse(null)).isEqualTo(challenge);
    if (status != 200) {
      assertThat(PROBLEM.problems(answer.body())).isEmpty();
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).doesNotContain("-key").contains("\"status\":" + status);
    }
  }

  @Test
  @DisplayName("jylo §7: 402 before anything is generated")
  void outOfCreditIsA402() throws Exception {
    HttpResponse<String> answer =
        guarded.send(post(guarded, ECHO, BODY).header("authorization", "Bearer carol-key"));

    assertThat(answer.body())
        .startsWith(
            "{\"title\":\"Payment Required\",\"status\":402,\"detail\":\"Insufficient credits to"
                + " process the request\",\"traceId\":\"00-");
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", JyloAnswerTest.PLAIN);
        RunningGateway before =
            RunningGateway.before(
                up.port(),
                "models: { x: { targets: [ up/m ], id: "
                    + JyloRequestTest.ID
                    + " } }\naccess: { mode: keys, keys: { carol: { key: carol-key, state:"
                    + " out_of_credit } } }\n")) {
      assertThat(
              before
                  .send(post(before, ECHO, BODY).header("authorization", "Bearer carol-key"))
                  .statusCode())
          .isEqualTo(402);
      assertThat(up.connections()).isZero();
    }
  }

  @Test
  @DisplayName("jylo trap 3: credentials, content type, JSON and schema, model, money")
  void checksHaveTheirOrder() {
    String bad = "{bad";
    assertThat(guarded.send(typed(NOBODY, bad, "text/plain")).statusCode()).isEqualTo(401);
    assertThat(asked(typed(NOBODY, bad, "text/plain"), "carol-key")).isEqualTo(415);
    assertThat(asked(typed(NOBODY, bad, "text/json"), "carol-key")).isEqualTo(400);
    assertThat(asked(typed(NOBODY, "{}", "text/json"), "carol-key")).isEqualTo(400);
    assertThat(asked(typed(NOBODY, BODY, "text/json"), "carol-key")).isEqualTo(404);
    assertThat(asked(typed(ECHO, BODY, "text/json"), "carol-key")).isEqualTo(402);
    assertThat(asked(typed(ECHO, BODY, "text/json"), "alice-key")).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @DisplayName("jylo trap 2: errors that no handler sees are problems, too")
  @CsvSource({
    "GET, /jylo/inference/completions/11111111-1111-4111-8111-aaaaaaaaaaaa, 405, POST, 15.5.6",
    "HEAD, /inference/completions/x, 405, POST, -",
    "PUT, /inference/completions/x, 405, POST, 15.5.6",
    "POST, /jylo/models, 405, 'GET, HEAD', 15.5.6",
    "DELETE, /jylo/acme/uk/models/x, 405, 'GET, HEAD', 15.5.6",
    "POST, /inference/completions, 404, , 15.5.5",
    "POST, /inference/completions/a/b, 404, , 15.5.5",
    "GET, /jylo, 404, , 15.5.5",
    "GET, /jylo/acme/uk, 404, , 15.5.5",
    "POST, /jylo/v1/chat/completions, 404, , 15.5.5",
    "GET, /inference, 404, , 15.5.5",
  })
  void pathsAndMethods(String method, String path, int status, String allow, String section) {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("allow").orElse(null)).isEqualTo(allow);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    if (method.equals("HEAD")) {
      assertThat(answer.body()).isEmpty();
    } else {
      assertThat(answer.body()).startsWith(TYPE + section + "\",\"title\":\"");
      assertThat(PROBLEM.problems(answer.body())).isEmpty();
    }
  }

  @Test
  void whatTheServerRefusesItselfIsAProblem() {
    String large = BODY.replace("hi", "x".repeat(70_000));
    HttpResponse<String> answer = gateway.send(post(gateway, ECHO, large));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).startsWith("{\"title\":\"Payload Too Large\",\"status\":413,");
    assertThat(PROBLEM.problems(answer.body())).isEmpty();

    String slow = raw("POST", ECHO, BODY).replace("content-length: ", "content-length: 9");
    assertThat(gateway.raw(slow))
        .startsWith("HTTP/1.1 408 ")
        .contains(TYPE + "15.5.9\",\"title\":\"Request Timeout\",\"status\":408,");
    assertThat(
            gateway.raw(raw("POST", ECHO, BODY).replace("host: h", "host: h\r\nexpect: wonders")))
        .startsWith("HTTP/1.1 417 ")
        .contains("{\"title\":\"Expectation Failed\",\"status\":417,");
    assertThat(
            gateway.raw(
                raw("POST", ECHO, BODY).replace("host: h", "host: h\r\nx: " + "x".repeat(8192))))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void tooManyRequestsAreToldToComeAgain() throws IOException {
    try (RunningGateway busy =
            RunningGateway.with(
                "server: { port: 0, limits: { requests: 1 } }\nadmin: { port: 0 }\nmodels: { x: {"
                    + " targets: [ demo/hang ], id: "
                    + JyloRequestTest.ID
                    + " } }\n");
        Socket first = busy.open()) {
      first.getOutputStream().write(raw("POST", ECHO, BODY).getBytes(StandardCharsets.US_ASCII));
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> {
            HttpResponse<String> answer = busy.send(post(busy, NOBODY, BODY));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).contains("1");
            assertThat(answer.body())
                .startsWith(TYPE + "15.6.4\",\"title\":\"Service Unavailable\",\"status\":503,");
            assertThat(PROBLEM.problems(answer.body())).isEmpty();
          });
    }
  }

  @Test
  void aClientThatLeavesInItsBodyHarmsNobody() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = gateway.open()) {
        String whole = raw("POST", ECHO, BODY);
        socket
            .getOutputStream()
            .write(whole.substring(0, whole.length() - 1 - i).getBytes(StandardCharsets.US_ASCII));
      }
    }

    assertThat(gateway.send(post(gateway, ECHO, BODY)).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("jylo trap 23: a provider's errors")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "400|{\"error\":{\"message\":\"no sk-secret-of-ours-1234\"}}|400|Bad Request|no ",
        "400|{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}|400|"
            + "Bad Request|too long",
        "404|{\"error\":{\"message\":\"no m\"}}|404|Not Found|Specified model not found",
        "413|{\"error\":{\"message\":\"big\"}}|413|Payload Too Large|big",
        "422|{\"error\":{\"message\":\"odd\"}}|422|Unprocessable Entity|odd",
        "429|{\"error\":{\"message\":\"slow down\"}}|429|Too Many Requests|slow down",
        "401|{\"error\":{\"message\":\"bad key sk-secret-of-ours-1234\"}}|500||",
        "402|{\"error\":{\"message\":\"pay\"}}|500||",
        "403|{\"error\":{\"message\":\"no\"}}|500||",
        "500|{\"error\":{\"message\":\"oops\"}}|500||",
        "503|<html>oops</html>|500||",
        "302||500||",
      })
  void providersErrors(int given, String body, int status, String title, String detail)
      throws Exception {
    String text = body == null ? "" : body;
    try (ScriptedUpstream up = ScriptedUpstream.whole(given, "retry-after: 7\r\n", text);
        RunningGateway before = JyloAnswerTest.before(up)) {
      for (String sent : new String[] {BODY, BODY.replace("]}", "],\"stream\":true}")}) {
        HttpResponse<String> answer = JyloAnswerTest.chat(before, sent);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("sk-secret");
        if (status == 500) {
          assertThat(answer.body()).isEmpty();
        } else {
          assertThat(answer.body())
              .contains(
                  "\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"" + detail);
          assertThat(PROBLEM.problems(answer.body())).isEmpty();
        }
        if (status == 429) {
          assertThat(answer.headers().firstValue("retry-after")).contains("7");
        }
      }
    }
  }

  @Test
  @DisplayName(
      "jylo page: no provider, a silent one and one that hangs up are a 500 without a body")
  void noAnswerIsA500() throws Exception {
    int free;
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", "")) {
      free = up.port();
    }
    String models = "models: { x: { targets: [ TO ], id: " + JyloRequestTest.ID + ", TIME } }\n";
    String hang =
        models.replace("TO", "demo/hang").replace("TIME", "timeouts: { first_byte: 100ms }");
    try (RunningGateway nobody =
            RunningGateway.before(free, models.replace("TO", "up/m").replace(", TIME", ""));
        RunningGateway silent = RunningGateway.with(RunningGateway.PORTS + hang);
        ScriptedUpstream leaving =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(
                  "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"
                      .getBytes(StandardCharsets.US_ASCII));
              return false;
            });
        RunningGateway left = JyloAnswerTest.before(leaving)) {
      for (RunningGateway broken : new RunningGateway[] {nobody, silent, left}) {
        HttpResponse<String> answer = JyloAnswerTest.chat(broken, BODY);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).contains("0");
      }
    }
  }

  @Test
  @DisplayName("jylo trap 11: the trace is the caller's, else the request's own")
  void theTraceIsTheCallers() {
    String id = "0f4e5b1c-6d0f-4c37-9c1a-5f2f6a7f8d3e";
    for (String bad :
        new String[] {
          "",
          PARENT.replace("00-0", "ff-0"),
          PARENT.replace(TRACE, "0".repeat(32)),
          PARENT.replace("b7ad6b7169203331", "0".repeat(16)),
          PARENT.toUpperCase(java.util.Locale.ROOT),
          PARENT + "-x",
          PARENT.substring(1),
        }) {
      assertThat(
              gateway
                  .send(
                      post(gateway, NOBODY, BODY)
                          .header("traceparent", bad)
                          .header("x-request-id", id))
                  .body())
          .contains("\"traceId\":\"00-" + id.replace("-", "") + "-");
    }
    assertThat(
            gateway
                .send(
                    post(gateway, NOBODY, BODY)
                        .header("traceparent", PARENT.replace("00-0", "01-0") + "-more"))
                .body())
        .contains("\"traceId\":\"00-" + TRACE + "-");
    assertThat(gateway.send(post(gateway, NOBODY, BODY).header("x-request-id", "mine")).body())
        .containsPattern("\"traceId\":\"00-[0-9a-f]{32}-[0-9a-f]{16}-00\"");
  }

  @Test
  void aPromptIsNeverRepeated() {
    for (String body :
        new String[] {
          "{\"messages\":[{\"role\":\"user\",\"content\":\"the-prompt\" x",
          "{\"messages\":[{\"role\":\"user\",\"content\":{\"the-prompt\":1}}]}",
          "{\"messages\":\"the-prompt\"}",
          "{\"messages\":[\"the-prompt\"",
          "{\"messages\":[],\"response_format\":{\"type\":\"the-prompt\"}}",
          "{\"messages\":[],\"response_format\":{\"type\":\"json_schema\",\"schema\":\"the-prompt\"}}",
        }) {
      HttpResponse<String> answer = gateway.send(post(gateway, ECHO, body));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).doesNotContain("the-prompt");
    }
  }

  private static int asked(HttpRequest.Builder request, String key) {
    return guarded.send(request.header("authorization", "Bearer " + key)).statusCode();
  }

  private static HttpRequest.Builder typed(String path, String body, String type) {
    return HttpRequest.newBuilder(guarded.uri(path))
        .header("content-type", type)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static HttpRequest.Builder post(RunningGateway to, String path, String body) {
    return HttpRequest.newBuilder(to.uri(path))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String raw(String method, String path, String body) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: application/json\r\n"
        + "content-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
