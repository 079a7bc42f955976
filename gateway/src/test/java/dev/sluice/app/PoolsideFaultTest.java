package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.PATH;
import static dev.sluice.app.PoolsideClient.chat;
import static dev.sluice.app.PoolsideClient.valid;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

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

/** poolside's errors, each by its real cause. */
class PoolsideFaultTest {

  private static final String SETTINGS =
      """
      server:
        port: 0
        limits: { body: 1MB, requests: 1 }
        timeouts: { header: 300ms, body: 300ms }
      admin: { port: 0 }
      dialects: { poolside: { listen: 0 } }
      models:
        hang: { targets: [ demo/hang ], timeouts: { first_byte: 150ms } }
      access:
        mode: keys
        keys:
          alice: { key: alice-key }
          bob: { key: bob-key, models: [ demo/echo ] }
          mallory: { key: mallory-key, state: blocked }
          carol: { key: carol-key, state: out_of_credit }
      """;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.with(SETTINGS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static HttpResponse<String> as(String authorization, String text) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(PATH))
            .header("authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(text)));
  }

  private static HttpResponse<String> asAlice(String text) {
    return as("Bearer alice-key", text);
  }

  /** Checks status, type, link and the whole body; {@code rest} follows the status in it. */
  private static void problem(
      HttpResponse<String> response, int status, String title, String rest) {
    assertThat(response.statusCode()).isEqualTo(status);
    String name = status == 400 ? "V1PromptModelError" : "ErrorModel";
    String schema = "http://" + response.uri().getAuthority() + "/openai/schemas/" + name + ".json";
    assertThat(response.headers().firstValue("content-type"))
        .contains(status == 400 ? "application/json" : "application/problem+json");
    assertThat(response.headers().firstValue("link"))
        .contains("<" + schema + ">; rel=\"describedBy\"");
    assertThat(response.body())
        .isEqualTo(
            "{\"$schema\":\""
                + schema
                + "\",\"title\":\""
                + title
                + "\",\"status\":"
                + status
                + ","
                + rest
                + "}\n");
    valid("V1PromptModelError", response.body());
  }

  private static void unexpected(HttpResponse<String> response, String cause) {
    problem(
        response,
        500,
        "Internal Server Error",
        "\"detail\":\"unexpected error occurred\",\"errors\":[{\"message\":\"" + cause + "\"}]");
  }

  private static HttpResponse<String> answered(int status, String headers, String body)
      throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(status, headers, body);
        RunningGateway before = RunningGateway.before(up.port(), "")) {
      return chat(before, body("up/m", "hi", ""));
    }
  }

  @ParameterizedTest
  @DisplayName("poolside §5.8: malformed JSON is 400, located at the body, without its text")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{not json|expected a name in double quotes but found 'n' at byte 1",
        "{\"model\":\"secret\"|expected ',' or '}' but found the end of the text at byte 17",
        "{\"model\":NaN}|expected a value but found 'N' at byte 9",
        "{\"model\":1,}|expected a name in double quotes but found '}' at byte 11",
        "{/**/}|expected a name in double quotes but found '/' at byte 1",
        "{\"a\":\"\t\"}|a control character must be escaped in a string at byte 6",
      })
  void malformedJson(String text, String message) {
    problem(
        asAlice(text),
        400,
        "Bad Request",
        "\"detail\":\"validation failed\",\"errors\":[{\"message\":\""
            + message
            + "\",\"location\":\"body\"}]");
  }

  @ParameterizedTest(name = "{0} -> {2}")
  @DisplayName("poolside trap 8: 400 is application/json, all other problems problem+json")
  @CsvSource(
      delimiter = '|',
      value = {
        "Bearer alice-key|{\"model\":\"no/m\"}|400|application/json",
        "Bearer alice-key|{|400|application/json",
        "Bearer alice-key|{\"model\":5}|422|application/problem+json",
        "Bearer nobody|{\"model\":5}|401|application/problem+json",
        "Bearer carol-key|{\"model\":\"demo/echo\"}|402|application/problem+json",
        "Bearer mallory-key|{\"model\":\"demo/echo\"}|403|application/problem+json",
      })
  void a400HasATypeOfItsOwn(String authorization, String text, int status, String type) {
    HttpResponse<String> answer = as(authorization, text);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains(type);
  }

  @Test
  @DisplayName("poolside page: what is wrong with members that the page does not name is its 400")
  void whatTheSchemaDoesNotNameIsNoViolationOfIt() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", "{}");
        RunningGateway before =
            RunningGateway.with(
                RunningGateway.PORTS
                    + "providers: { up: { kind: anthropic, api_key: x, base_url:"
                    + " \"http://127.0.0.1:"
                    + up.port()
                    + "\" } }\n")) {
      problem(
          chat(before, "{\"model\":\"up/claude-x\",\"messages\":7}"),
          400,
          "Bad Request",
          "\"detail\":\"validation failed\",\"errors\":[{\"message\":\"`messages` must be an array,"
              + " but is a number\",\"location\":\"body.messages\"}]");
      assertThat(up.connections()).isZero();
    }
  }

  @Test
  @DisplayName("poolside trap 25: bad UTF-8 and ten thousand brackets are 400")
  void hostileJson() {
    assertThat(asAlice("{\"model\":\"demo/echo\",\"x\":" + "[".repeat(10_000)).body())
        .contains("nesting is deeper than 128");
    HttpResponse<String> response =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(PATH))
                .header("authorization", "Bearer alice-key")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        "{\"a\":\"\u00c0\"}".getBytes(StandardCharsets.ISO_8859_1))));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("not UTF-8");
  }

  @Test
  void anEmptyBody() {
    problem(asAlice(""), 400, "Bad Request", "\"detail\":\"request body is required\"");
  }

  @Test
  @DisplayName("poolside §7: an unknown model is 400 with code model-not-found")
  void unknownModel() {
    problem(
        asAlice(body("nobody/m", "hi", "")),
        400,
        "Bad Request",
        "\"detail\":\"unknown model `nobody/m`: there is no provider `nobody`\","
            + "\"code\":\"model-not-found\"");
  }

  @Test
  @DisplayName("poolside §7: a model that the provider does not know is 400, model-not-found")
  void aModelUnknownToTheProvider() throws Exception {
    problem(
        answered(404, "", "{\"error\":{\"message\":\"no m here\",\"code\":\"model_not_found\"}}"),
        400,
        "Bad Request",
        "\"detail\":\"no m here\",\"code\":\"model-not-found\"");
  }

  @Test
  @DisplayName("poolside §7: a context that is too long is 400 with code max-tokens-exceeded")
  void contextTooLong() throws Exception {
    problem(
        answered(
            400,
            "content-type: application/json\r\n",
            "{\"error\":{\"message\":\"9 tokens are too"
                + " many\",\"code\":\"context_length_exceeded\"}}"),
        400,
        "Bad Request",
        "\"detail\":\"9 tokens are too many\",\"code\":\"max-tokens-exceeded\"");
  }

  @ParameterizedTest
  @DisplayName("poolside §5.8: no or bad credentials are 401 with a challenge")
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Other: alice-key|no credentials are given; a key is needed|Bearer",
        "Authorization: Basic YTpi|the credentials are not in the form asked for|Bearer",
        "Authorization: alice-key|the credentials are not in the form asked for|Bearer",
        "Authorization: Bearer ps-nobody|the key is not known|Bearer error=\"invalid_token\"",
      })
  void unauthenticated(String header, String detail, String challenge) {
    int colon = header.indexOf(':');
    HttpResponse<String> response =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(PATH))
                .header("content-type", "text/plain")
                .header(header.substring(0, colon), header.substring(colon + 2))
                .POST(HttpRequest.BodyPublishers.ofString("{not json")));

    // Credentials come before content type and syntax, which are wrong, too.
    problem(response, 401, "Unauthorized", "\"detail\":\"" + detail + "\"");
    assertThat(response.headers().firstValue("www-authenticate")).contains(challenge);
  }

  @Test
  @DisplayName("poolside §5.8: no permission is 403, out of credit 402")
  void forbiddenAndOutOfCredit() {
    String asked = body("demo/lorem", "hi", "");
    problem(as("Bearer mallory-key", asked), 403, "Forbidden", "\"detail\":\"the key is blocked\"");
    problem(
        as("bearer bob-key", asked),
        403,
        "Forbidden",
        "\"detail\":\"the key is not for this model\"");
    HttpResponse<String> broke = as("Bearer carol-key", asked);
    assertThat(broke.statusCode()).isEqualTo(402);
    assertThat(broke.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(broke.body())
        .contains("\"title\":\"Payment Required\",\"status\":402,\"detail\":\"");
    valid("V1PromptModelError", broke.body());
  }

  @Test
  @DisplayName("poolside trap 3: type before syntax before schema before model before money")
  void theOrderOfChecks() {
    HttpResponse<String> typed =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(PATH))
                .header("authorization", "Bearer carol-key")
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{not json")));
    assertThat(typed.statusCode()).isEqualTo(415);
    assertThat(as("Bearer carol-key", "{\"stream\":1,").statusCode()).isEqualTo(400);
    assertThat(as("Bearer carol-key", "{\"model\":\"no/m\",\"stream\":1}").statusCode())
        .isEqualTo(422);
    assertThat(as("Bearer carol-key", "{\"model\":\"no/m\"}").body()).contains("model-not-found");
    assertThat(as("Bearer carol-key", "{\"model\":\"demo/echo\"}").statusCode()).isEqualTo(402);
  }

  @Test
  @DisplayName("poolside §5.8: an unknown path is a 404 problem")
  void unknownPaths() {
    problem(
        gateway.get("/openai/nothing"),
        404,
        "Not Found",
        "\"detail\":\"there is no GET /openai/nothing here\"");
    assertThat(gateway.get("/openai").statusCode()).isEqualTo(404);
    assertThat(gateway.get("/openai/schemas/Nothing.json").statusCode()).isEqualTo(404);
    assertThat(gateway.get("/openai/schemas/").statusCode()).isEqualTo(404);
    assertThat(gateway.get("/openaix/v1/models").body()).doesNotContain("$schema");
  }

  @Test
  @DisplayName("poolside trap 30: a wrong method is a 405 problem with Allow")
  void wrongMethods() {
    HttpResponse<String> get = gateway.get(PATH);
    problem(get, 405, "Method Not Allowed", "\"detail\":\"GET is not allowed here; use POST\"");
    assertThat(get.headers().firstValue("allow")).contains("POST");
    for (String path :
        new String[] {
          "/openai/v1/models", "/openai/openapi.json", "/openai/schemas/ToolCall.json"
        }) {
      HttpResponse<String> deleted =
          gateway.send(HttpRequest.newBuilder(gateway.uri(path)).DELETE());
      assertThat(deleted.statusCode()).isEqualTo(405);
      assertThat(deleted.headers().firstValue("allow")).contains("GET, HEAD");
    }
  }

  @Test
  @DisplayName("poolside §5.8: a body beyond the limit is 413, announced or not")
  void tooLarge() {
    String head = "POST " + PATH + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice-key\r\n";
    String announced = gateway.raw(head + "content-length: 104857600\r\n\r\n");
    String chunked =
        gateway.raw(
            head + "transfer-encoding: chunked\r\n\r\n110000\r\n" + "x".repeat(0x110000) + "\r\n");

    for (String answer : new String[] {announced, chunked}) {
      assertThat(answer)
          .startsWith("HTTP/1.1 413")
          .contains("content-type: application/problem+json")
          .endsWith(
              "\"title\":\"Request Entity Too Large\",\"status\":413,"
                  + "\"detail\":\"request body is too large limit=1048576 bytes\"}\n");
    }
  }

  @Test
  void aBodyThatIsTooSlow() {
    assertThat(
            gateway.raw(
                "POST "
                    + PATH
                    + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice-key\r\n"
                    + "content-length: 50\r\n\r\n{"))
        .startsWith("HTTP/1.1 408")
        .endsWith(
            "\"title\":\"Request Timeout\",\"status\":408,"
                + "\"detail\":\"request body read timeout\"}\n");
  }

  @ParameterizedTest
  @DisplayName("poolside trap 2: what the HTTP server refuses itself is a problem, too")
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /LONG HTTP/1.1#host: x|414|Request-URI Too Long",
        "GET /openai/v1/models HTTP/1.1#host: x#x: LONG|431|Request Header Fields Too Large",
        "POST /openai/v1/chat/completions HTTP/1.1#host: x#expect: more|417|Expectation Failed",
        "GET /openai/v1/models HTTP/1.1#host: x#content-length: 1#content-length: 2|400|Bad"
            + " Request",
        "GET /openai/v1/models HTTP/1.1#host:|408|Request Timeout",
      })
  void whatIsNotHttpEnough(String head, int status, String title) throws Exception {
    String request =
        head.replace("LONG", "a".repeat(40_000)).replace("#", "\r\n")
            + (status == 408 ? "" : "\r\n\r\n");
    try (Socket socket =
        new Socket(
            gateway.gateway().address().getAddress(),
            gateway.gateway().address("poolside").getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer)
          .startsWith("HTTP/1.1 " + status)
          .contains(status == 400 ? "application/json" : "application/problem+json")
          .contains("\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"")
          .endsWith("\"}\n");
    }
  }

  @Test
  void tooManyRequestsUnderWay() throws Exception {
    try (Socket held = gateway.open()) {
      held.getOutputStream()
          .write(
              ("POST "
                      + PATH
                      + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice-key\r\n"
                      + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(held.getInputStream().read()).isEqualTo('H');

      HttpResponse<String> response = asAlice(body("demo/echo", "hi", ""));

      problem(
          response,
          503,
          "Service Unavailable",
          "\"detail\":\"the gateway is busy; try again soon\"");
      assertThat(response.headers().firstValue("retry-after")).contains("1");
    }
  }

  @Test
  void aProviderThatDoesNotBegin() {
    problem(
        asAlice(body("hang", "hi", "")),
        504,
        "Gateway Timeout",
        "\"detail\":\"the provider did not begin to answer in time\"");
  }

  @Test
  @DisplayName("poolside §5.8: rate limited is a 429 problem with Retry-After")
  void rateLimited() throws Exception {
    HttpResponse<String> response =
        answered(429, "retry-after: 7\r\n", "{\"error\":{\"message\":\"slow down\"}}");

    problem(response, 429, "Too Many Requests", "\"detail\":\"slow down\"");
    assertThat(response.headers().firstValue("retry-after")).contains("7");
  }

  @ParameterizedTest
  @DisplayName("poolside trap 23: a provider's other 4xx keeps its status")
  @CsvSource({"400, Bad Request", "409, Conflict", "422, Unprocessable Entity"})
  void providersRefusals(int status, String title) throws Exception {
    problem(
        answered(status, "", "{\"error\":{\"message\":\"not so\",\"code\":\"x\",\"type\":\"y\"}}"),
        status,
        title,
        "\"detail\":\"not so\"");
  }

  @ParameterizedTest
  @DisplayName("poolside §5.8: a provider's 5xx is 500, unexpected error occurred")
  @ValueSource(ints = {500, 502, 503, 529, 504})
  void providersFailures(int status) throws Exception {
    unexpected(answered(status, "", "{\"error\":{\"message\":\"on fire\"}}"), "on fire");
    unexpected(
        answered(status, "content-type: text/html\r\n", "<html>oops</html>"),
        "the provider answered with status " + status);
  }

  @Test
  @DisplayName("poolside trap 23: a provider's 401 is 500 and tells nothing of the key")
  void providersUnauthorized() throws Exception {
    for (int status : new int[] {401, 403}) {
      unexpected(
          answered(
              status,
              "www-authenticate: Bearer\r\n",
              "{\"error\":{\"message\":\"bad key sk-secret-of-ours-1234\"}}"),
          "the provider refused the gateway's credential");
    }
  }

  @Test
  @DisplayName("poolside trap 23: HTML, half an answer and no answer are 500")
  void answersThatAreNone() throws Exception {
    unexpected(answered(200, "", "<html>"), "the provider's answer is not JSON");
    unexpected(answered(200, "", "{\"choices\":["), "the provider's answer is not JSON");
    unexpected(answered(200, "", "[]"), "the provider's answer is no JSON object");
    unexpected(answered(200, "", "{\"error\":{\"message\":\"no\"}}"), "no");
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(
                  "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"choices\":["
                      .getBytes(StandardCharsets.US_ASCII));
              return false;
            });
        RunningGateway before = RunningGateway.before(up.port(), "")) {
      unexpected(chat(before, body("up/m", "hi", "")), "the provider's answer broke off");
    }
  }

  @Test
  void anErrorBeforeAStreamsFirstChunkHasItsStatus() throws Exception {
    String error = "data: {\"error\":{\"message\":\"no\"}}\n\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(error, true);
        RunningGateway before = RunningGateway.before(up.port(), "")) {
      unexpected(chat(before, body("up/m", "hi", ",\"stream\":true")), "no");
    }
  }
}
