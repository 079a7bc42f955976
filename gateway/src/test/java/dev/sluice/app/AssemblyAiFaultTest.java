package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.CHAT;
import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.denied;
import static dev.sluice.app.AssemblyAiDoor.invalid;
import static dev.sluice.app.AssemblyAiDoor.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Every error of the AssemblyAI door, by a real cause. */
class AssemblyAiFaultTest {

  private static final String GOOD = "{\"model\":\"demo/echo\",\"prompt\":\"still here\"}";
  private static final String NO_RETRY = ",\"prompt\":\"q\",\"fallback_config\":{\"retry\":false}}";

  private static RunningGateway gateway;
  private static RunningGateway guarded;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.with(
            "server: { port: 0, limits: { body: 1MB }, timeouts: { header: 300ms, body: 300ms } }\n"
                + "admin: { port: 0 }\ndialects: { assemblyai: { listen: 0 } }\nmodels:\n"
                + "  hang: { targets: [ demo/hang ], timeouts: { first_byte: 100ms } }\n");
    guarded =
        RunningGateway.with(
            RunningGateway.PORTS
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

  @AfterEach
  void goesOn() {
    assertThat(chat(gateway, GOOD).body()).contains("still here");
  }

  @ParameterizedTest
  @CsvSource({
    "alice-key, 200",
    "Bearer alice-key, 200",
    "bearer alice-key, 200",
    "nobody, 401",
    "Bearer nobody, 401",
    "Basic YTpi, 401",
    "Bearer, 401",
  })
  @DisplayName("assemblyai §7: a raw key and Bearer are both taken")
  void aRawKeyAndBearerAreTaken(String authorization, int status) {
    HttpResponse<String> response = chat(guarded, authorization, GOOD);

    if (status == 200) {
      answered(response);
    } else {
      assertThat(denied(response, 401).get("error").stringValue())
          .isEqualTo("Authentication error, API token missing/invalid");
      assertThat(response.body()).doesNotContain("nobody").doesNotContain("YTpi");
    }
  }

  @Test
  @DisplayName("assemblyai §7: refused credentials have an envelope of their own")
  void refusedCredentialsHaveTheirOwnEnvelope() {
    HttpResponse<String> missing = chat(guarded, GOOD);
    HttpResponse<String> blocked = chat(guarded, "mallory-key", GOOD);

    assertThat(missing.body())
        .startsWith(
            "{\"error\":\"Authentication error, API token missing/invalid\",\"status\":\"error\","
                + "\"request_id\":\"");
    denied(missing, 401);
    denied(blocked, 403);
  }

  @Test
  @DisplayName("assemblyai page: a model that is not the caller's is a 400")
  void aModelThatIsNotTheCallersIsA400() {
    invalid(
        chat(guarded, "bob-key", GOOD),
        "Your account does not have access to this LLM Gateway model");
  }

  @Test
  @DisplayName("assemblyai §7: out of credit is a 402 in the flat envelope")
  void outOfCreditIsA402() {
    assertThat(refused(chat(guarded, "carol-key", GOOD), 402).has("metadata")).isFalse();
  }

  @Test
  @DisplayName("assemblyai trap 3: credentials, content type, JSON, schema, model, money")
  void theOrderOfChecksIsKept() {
    denied(chat(guarded, "{not json"), 401);
    HttpRequest.Builder plainText =
        HttpRequest.newBuilder(guarded.uri(CHAT)).header("content-type", "text/plain");
    denied(
        guarded.send(plainText.copy().POST(HttpRequest.BodyPublishers.ofString("{not json"))), 401);
    refused(
        guarded.send(
            plainText
                .header("authorization", "carol-key")
                .POST(HttpRequest.BodyPublishers.ofString("{not json"))),
        415);
    invalid(chat(guarded, "carol-key", "{not json"), "expected a name");
    invalid(
        chat(guarded, "carol-key", "{\"model\":\"nobody/x\",\"prompt\":5}"), "`prompt` must be");
    invalid(
        chat(guarded, "carol-key", "{\"model\":\"nobody/x\",\"prompt\":\"q\"}"),
        "model nobody/x is not supported");
    refused(chat(guarded, "carol-key", GOOD), 402);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "!!|the text is empty",
        "{|expected a name",
        "{\"model\":\"demo/echo\",\"prompt\":\"q\",}|expected a name",
        "{\"model\":\"demo/echo\",\"prompt\":\"q\"/**/}|expected ',' or '}'",
        "{\"model\":\"demo/echo\",\"temperature\":NaN}|expected a value",
        "{\"model\":\"demo/echo\",\"prompt\":\"a\tb\"}|control character",
        "[]|the request body must be an object",
        "{\"prompt\":\"q\"}|`model` is required",
        "{\"model\":\"demo/echo\",\"prompt\":\"q\",\"model\":\"demo/lorem\"}|`model` is given"
            + " twice",
        "{\"model\":\"dmo/echo\",\"prompt\":\"q\"}|\"model dmo/echo is not supported\",\"did you"
            + " mean demo/echo?\"",
        "{\"model\":\"demo/echo\",\"prompt\":\"q\",\"model_region\":\"eu\"}|\"model_region can only"
            + " be set to global\"",
      })
  @DisplayName("assemblyai trap 12: what is wrong with a request stands in metadata.errors")
  void aBodyThatIsWrongIsNamed(String text, String cause) {
    HttpResponse<String> response = chat(gateway, text);

    invalid(response, cause);
    assertThat(response.body())
        .startsWith("{\"metadata\":{\"errors\":[")
        .contains("]},\"request_id\":\"")
        .endsWith("\",\"message\":\"invalid request body\",\"code\":400}");
  }

  @Test
  void allViolationsAreTold() {
    JsonNode errors =
        refused(
                chat(
                    gateway,
                    "{\"model\":\"\",\"temperature\":9,\"messages\":[{\"role\":\"wizard\"}]}"),
                400)
            .get("metadata")
            .get("errors");

    assertThat(errors.size()).isEqualTo(3);
  }

  @Test
  @DisplayName("assemblyai trap 25: brackets without end and bad UTF-8 are a 400")
  void hostileTextIsRefused() {
    invalid(
        chat(gateway, "{\"model\":\"demo/echo\",\"prompt\":\"q\",\"x\":" + "[".repeat(10_000)),
        "nesting is deeper than 128");
    byte[] bytes = GOOD.replace("still", "\u00c0").getBytes(StandardCharsets.ISO_8859_1);
    invalid(
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(CHAT))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))),
        "not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "fail-400, 400", "fail-401, 500", "fail-403, 500", "fail-404, 404", "fail-408, 408",
    "fail-409, 409", "fail-422, 422", "fail-429, 429", "fail-500, 500", "fail-502, 500",
    "fail-503, 500", "fail-504, 500", "fail-529, 500", "html-502, 500", "cut, 500",
  })
  @DisplayName("assemblyai trap 23: a provider's refusal keeps its status, its failure is a 500")
  void aProvidersErrorIsFlat(String model, int status) {
    HttpResponse<String> response = chat(gateway, "{\"model\":\"demo/" + model + "\"" + NO_RETRY);

    assertThat(refused(response, status).has("metadata")).isFalse();
    assertThat(response.body()).doesNotContain("<html");
    if (status == 429) {
      assertThat(response.headers().firstValue("retry-after")).contains("1");
      assertThat(response.headers().firstValue("x-ratelimit-limit")).isEmpty();
    }
  }

  @Test
  @DisplayName("assemblyai §7: a context that is too long is a 400")
  void aContextThatIsTooLongIsA400() throws Exception {
    String error = "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(400, "", error);
        RunningGateway between = RunningGateway.before(up.port(), "")) {
      invalid(chat(between, "{\"model\":\"up/m\"" + NO_RETRY), "\"model context limit exceeded\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"400, 400", "401, 500", "500, 500", "200, 500"})
  @DisplayName("assemblyai trap 23: the gateway's own key is never shown")
  void ourCredentialIsNeverShown(int status, int told) throws Exception {
    String error = "{\"error\":{\"message\":\"Incorrect API key: sk-secret-of-ours-1234\"}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(status, "", error);
        RunningGateway between = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> response = chat(between, "{\"model\":\"up/m\"" + NO_RETRY);

      refused(response, told);
      assertThat(response.body()).doesNotContain("secret-of-ours");
    }
  }

  @Test
  void halfAnAnswerIsA500() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", "{\"choices\":[");
        RunningGateway between = RunningGateway.before(up.port(), "")) {
      refused(chat(between, "{\"model\":\"up/m\"" + NO_RETRY), 500);
    }
    try (RunningGateway nobody = RunningGateway.before(1, "")) {
      refused(chat(nobody, "{\"model\":\"up/m\"" + NO_RETRY), 500);
    }
  }

  @Test
  void aTimeoutIsA504() {
    assertThat(
            refused(chat(gateway, "{\"model\":\"hang\"" + NO_RETRY), 504)
                .get("message")
                .stringValue())
        .contains("did not begin to answer in time");
  }

  @Test
  @DisplayName("assemblyai trap 2: paths, methods and types are refused in the door's own shape")
  void theShellsErrorsAreTheDoors() {
    refused(gateway.get("/assemblyai/v1/nothing"), 404);
    refused(gateway.get("/assemblyai"), 404);
    HttpResponse<String> wrongMethod = gateway.get(CHAT);
    refused(wrongMethod, 405);
    assertThat(wrongMethod.headers().firstValue("allow")).contains("POST");
    HttpResponse<String> wrongOther =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/assemblyai/v1/models"))
                .method("DELETE", HttpRequest.BodyPublishers.noBody()));
    refused(wrongOther, 405);
    assertThat(wrongOther.headers().firstValue("allow")).contains("GET, HEAD");
    HttpRequest.Builder typed = HttpRequest.newBuilder(gateway.uri(CHAT));
    refused(
        gateway.send(
            typed
                .copy()
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(GOOD))),
        415);
    refused(
        gateway.send(
            typed
                .copy()
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString(GOOD))),
        415);
    answered(gateway.send(typed.POST(HttpRequest.BodyPublishers.ofString(GOOD))));
  }

  @Test
  @DisplayName("assemblyai trap 26: a prefix is a whole segment")
  void aPrefixIsAWholeSegment() {
    assertThat(gateway.get("/assemblyaix/v1/models").body()).contains("is_bifrost_error");
  }

  @Test
  void trailingSlashesQueriesAndHeadBehave() {
    answered(gateway.send(AssemblyAiDoor.request(gateway, CHAT + "/?a=b&c", GOOD)));
    HttpResponse<String> head =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/assemblyai/v1/models"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    HttpResponse<String> headOfChat =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(CHAT))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(headOfChat.statusCode()).isEqualTo(405);
    assertThat(headOfChat.headers().firstValue("allow")).contains("POST");
  }

  @Test
  void whatTheServerItselfRefusesIsTheDoors() {
    rawRefused(
        gateway.raw("POST " + CHAT + " HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n"),
        413);
    rawRefused(
        gateway.raw("POST " + CHAT + " HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"), 408);
    rawRefused(
        gateway.raw(
            "GET " + CHAT + " HTTP/1.1\r\nhost: x\r\nexpect: magic\r\ncontent-length: 1\r\n\r\nx"),
        417);
  }

  @Test
  void headersThatAreRefusedAreTheDoors() {
    String get = "GET " + CHAT + " HTTP/1.1\r\nhost: x\r\n";
    rawRefused(gateway.raw(get + "x: " + "a".repeat(40_000) + "\r\n\r\n"), 431);
    rawRefused(gateway.raw(get + "host: y\r\n\r\n"), 400);
    rawRefused(gateway.raw(get + "x y: a\r\n\r\n"), 400);
  }

  @Test
  void whatIsNoHttpIsTheDoorsOnItsOwnListener() throws Exception {
    rawRefused(ownListener("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n"), 414);
    rawRefused(
        ownListener("GET / HTTP/1.1\r\nhost: x\r\nx: " + "a".repeat(40_000) + "\r\n\r\n"), 431);
    rawRefused(ownListener("GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n"), 400);
    rawRefused(ownListener("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"), 404);
  }

  private static String ownListener(String request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(gateway.gateway().address("assemblyai"));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void rawRefused(String answer, int status) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(body).startsWith("{\"request_id\":\"");
    assertThat(AssemblyAiDoor.MAPPER.readTree(body).propertyNames())
        .containsExactly("request_id", "message", "code");
  }
}
