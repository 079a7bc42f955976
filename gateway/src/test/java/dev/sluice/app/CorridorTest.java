package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static dev.sluice.app.RunningGateway.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a request to a provider and back, over real sockets. */
class CorridorTest {

  private static final String CHUNK =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},"
          + "\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private static String withoutExtras(String answer) {
    int from = answer.indexOf(",\"extra_fields\":");
    return from < 0 ? answer : answer.substring(0, from) + "}";
  }

  @Test
  @DisplayName("bifrost trap 1: bytes pass unchanged both ways")
  void bytesPassUnchangedBothWays() throws Exception {
    String answer =
        "{ \"z\":1e2, \"big\":12345678901234567890, \"t\":\"\\/\\u00e9é\",\"choices\":[] , \"a\":{}}";
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", answer);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String asked =
          "{\"zz\": 1e2,\"model\":\"up/m-1\",\"n\":1.0, \"x\":{\"model\":\"y\",\"q\":\"\\u00e9\\/\"},"
              + "\"fallbacks\":[\"demo/echo\"],\"messages\":[{\"content\":\"é\",\"role\":\"user\"}],"
              + "\"seed\":12345678901234567890}";

      HttpResponse<String> response = gateway.chat(asked);

      assertThat(withoutExtras(response.body())).isEqualTo(answer);
      assertThat(response.body()).contains("\"provider\":\"up\"").endsWith("}}");
      String sent = up.request();
      assertThat(sent.substring(sent.indexOf("\r\n\r\n") + 4))
          .isEqualTo(
              asked.replace("\"up/m-1\"", "\"m-1\"").replace("\"fallbacks\":[\"demo/echo\"],", ""));
      assertThat(sent)
          .startsWith("POST /v1/chat/completions HTTP/1.1\r\n")
          .contains("authorization: Bearer sk-secret-of-ours-1234\r\n");
    }
  }

  @Test
  @DisplayName("bifrost trap 19: the first and the last frames carry extra_fields, the others stay")
  void streamedFramesPassAndTheEdgesCarryExtraFields() throws Exception {
    String dull = CHUNK.formatted("b\\u00e9");
    try (ScriptedUpstream up =
            ScriptedUpstream.stream(
                CHUNK.formatted("a") + dull + ": note\n\n" + FINISH + USAGE + DONE, true);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {

      HttpResponse<String> response =
          gateway.chat(
              body("up/m", "hi", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

      String[] frames = response.body().split("\n\n", -1);
      assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(frames[0]).contains("\"chunk_index\":0");
      assertThat(frames[1] + "\n\n").isEqualTo(dull);
      assertThat(frames[2]).isEqualTo(": note");
      assertThat(frames[3]).contains("\"finish_reason\":\"stop\"").contains("extra_fields");
      assertThat(frames[4]).contains("\"billed_usage\":{\"prompt_tokens\":3");
      assertThat(frames[5]).isEqualTo("data: [DONE]");
      assertThat(up.request()).contains("\"stream_options\":{\"include_usage\":true}");
    }
  }

  @Test
  @DisplayName("case 57: usage is always asked for, and shown only to who asked for it")
  void usageIsAlwaysAskedForAndShownOnlyToWhoAskedForIt() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.stream(CHUNK.formatted("a") + FINISH + USAGE + DONE, true);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {

      HttpResponse<String> response = gateway.chat(body("up/m", "hi", ",\"stream\":true"));

      assertThat(response.body()).doesNotContain("\"choices\":[]").endsWith(DONE);
      assertThat(up.request()).contains("{\"stream_options\":{\"include_usage\":true},\"model\"");
      await()
          .untilAsserted(() ->
              assertThat(gateway.gateway().metrics().scrape())
                  .contains(
                      "sluice_tokens_total{kind=\"prompt\",model=\"m\",provider=\"up\"} 3.0"));
    }
  }

  @Test
  @DisplayName("bifrost trap 5: a stream cut anywhere ends in an error event and without [DONE]")
  void aStreamCutAnywhereEndsAsAnErrorAndNeverClean() throws Exception {
    String stream = CHUNK.formatted("a") + CHUNK.formatted("b") + FINISH + USAGE + DONE;
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    int end = bytes.length - "\n\n".length();
    for (boolean lastChunk : new boolean[] {true, false}) {
      for (int cut = 1; cut < end; cut += 7) {
        String part = new String(bytes, 0, cut, StandardCharsets.UTF_8);
        if (part.endsWith("[DONE]")) {
          continue;
        }
        try (ScriptedUpstream up = ScriptedUpstream.stream(part, lastChunk);
            RunningGateway gateway = RunningGateway.before(up.port(), "")) {

          HttpResponse<String> response = gateway.chat(body("up/m", "hi", ",\"stream\":true"));

          assertThat(response.body()).as("cut at %s", cut).doesNotContain("[DONE]");
          assertThat(response.body()).contains("\"error\":{");
          assertThat(response.statusCode()).isEqualTo(cut <= CHUNK.length() - 2 ? 502 : 200);
        }
      }
    }
  }

  @ParameterizedTest
  @DisplayName("bifrost trap 23: a provider's error keeps its status, in Bifrost's shape")
  @CsvSource({
    "fail-400, 400", "fail-401, 502", "fail-403, 502", "fail-404, 404", "fail-408, 408",
    "fail-409, 409", "fail-422, 422", "fail-429, 429", "fail-500, 500", "fail-502, 502",
    "fail-503, 503", "fail-504, 504", "fail-529, 503", "html-502, 502", "cut, 502",
  })
  void aProvidersErrorIsShownInTheDialectsShape(String model, int status) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String stream : new String[] {"", ",\"stream\":true"}) {
        if (model.equals("cut") && !stream.isEmpty()) {
          continue;
        }

        HttpResponse<String> response = gateway.chat(body("demo/" + model, "hi", stream));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"is_bifrost_error\":").doesNotContain("<html");
        if (status == 429) {
          assertThat(response.headers().firstValue("retry-after")).contains("1");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "cut-clean", "error-mid-stream", "garbage"})
  void aStreamThatBreaksEndsWithAnErrorEvent(String model) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpResponse<String> response = gateway.chat(body("demo/" + model, "hi", ",\"stream\":true"));

      assertThat(response.statusCode()).isEqualTo(200);
      String last = response.body().strip();
      last = last.substring(last.lastIndexOf("data: "));
      assertThat(last).startsWith("data: {\"is_bifrost_error\":");
      assertThat(response.body()).doesNotContain("[DONE]").doesNotContain("finish_reason\":\"");
    }
  }

  @ParameterizedTest
  @DisplayName("bifrost trap 21: a client's own fallbacks rescue any failure")
  @ValueSource(strings = {"demo/fail-500", "demo/fail-429", "demo/fail-400", "demo/html-502"})
  void aClientsFallbackRescuesAnyFailureUnseen(String first) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String stream : new String[] {"", ",\"stream\":true"}) {
        HttpResponse<String> response =
            gateway.chat(
                body(first, "rescued", stream + ",\"fallbacks\":[\"nobody/x\",\"demo/echo\"]"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("rescued").contains("extra_fields");
      }
    }
  }

  @Test
  void aConfiguredFallbackRescuesFailuresButNotAWrongRequest() {
    String models =
        "models:\n"
            + "  safe: { targets: [ demo/fail-503 ], fallbacks: [ demo/echo ] }\n"
            + "  wrong: { targets: [ demo/fail-400 ], fallbacks: [ demo/echo ] }\n"
            + "  gone: { targets: [ demo/fail-404, demo/echo ] }\n"
            + "  unpaid: { targets: [ demo/fail-402 ], fallbacks: [ demo/echo ] }\n";
    try (RunningGateway gateway =
        RunningGateway.with("server: { port: 0 }\nadmin: { port: 0 }\n" + models)) {

      assertThat(gateway.chat(body("safe", "hi", "")).statusCode()).isEqualTo(200);
      assertThat(gateway.chat(body("wrong", "hi", "")).statusCode()).isEqualTo(400);
      assertThat(gateway.chat(body("gone", "hi", "")).statusCode()).isEqualTo(200);
      assertThat(gateway.chat(body("unpaid", "hi", "")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRescueIsCountedByItsReason() {
    String yaml =
        RunningGateway.PORTS
            + "models:\n"
            + "  failing: { targets: [ demo/fail-503 ], fallbacks: [ demo/echo ] }\n"
            + "  slow: { targets: [ demo/hang ], fallbacks: [ demo/echo ],"
            + " timeouts: { first_byte: 100ms } }\n";
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      gateway.chat(body("failing", "hi", ""));
      gateway.chat(body("slow", "hi", ""));
      gateway.chat(body("demo/fail-503", "hi", "")); // Nobody is called after it.

      assertThat(gateway.gateway().metrics().scrape())
          .contains("sluice_retries_total{provider=\"demo\",reason=\"upstream_failed\"} 1.0")
          .contains("sluice_retries_total{provider=\"demo\",reason=\"timed_out\"} 1.0");
    }
  }

  @Test
  void aProviderThatIsNotThereIsABadGateway() {
    try (RunningGateway gateway = RunningGateway.before(1, "")) {
      HttpResponse<String> response = gateway.chat(body("up/m", "hi", ""));

      assertThat(response.statusCode()).isEqualTo(502);
      assertThat(response.body()).contains("cannot be reached").doesNotContain("127.0.0.1");
    }
  }

  @Test
  @DisplayName("bifrost trap 23: the gateway's credential is never shown")
  void ourCredentialIsNeverShown() throws Exception {
    String error = "{\"error\":{\"message\":\"Incorrect API key: sk-secret-of-ours-1234\"}}";
    for (int status : new int[] {400, 401, 500}) {
      try (ScriptedUpstream up = ScriptedUpstream.whole(status, "", error);
          RunningGateway gateway = RunningGateway.before(up.port(), "")) {
        assertThat(gateway.chat(body("up/m", "hi", "")).body())
            .doesNotContain("secret-of-ours")
            .contains("message");
      }
    }
  }

  @Test
  void timeoutsNameThemselves() {
    String models =
        "models:\n"
            + "  hang: { targets: [ demo/hang ], timeouts: { first_byte: 100ms } }\n"
            + "  stall: { targets: [ demo/stall ], timeouts: { idle: 100ms } }\n"
            + "  total: { targets: [ demo/hang ], timeouts: { total: 100ms } }\n";
    try (RunningGateway gateway =
        RunningGateway.with("server: { port: 0 }\nadmin: { port: 0 }\n" + models)) {

      HttpResponse<String> hung = gateway.chat(body("hang", "hi", ""));
      assertThat(hung.statusCode()).isEqualTo(504);
      assertThat(hung.body()).contains("did not begin to answer in time");
      HttpResponse<String> stalled = gateway.chat(body("stall", "hi", ",\"stream\":true"));
      assertThat(stalled.body()).contains("stopped in the middle").doesNotContain("[DONE]");
      assertThat(gateway.chat(body("total", "hi", "")).body()).contains("not complete in time");
    }
  }

  @Test
  void aSilentProviderIsBridgedByComments() {
    String yaml = "server: { port: 0, heartbeat: 50ms }\nadmin: { port: 0 }\n";
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      HttpResponse<String> response =
          gateway.chat(body("demo/slow-400ms", "hi", ",\"stream\":true"));

      assertThat(response.body()).startsWith(": heartbeat\n: heartbeat\n").endsWith(DONE);
    }
  }

  @Test
  @DisplayName("case 65: what came before content leaves another target free to answer")
  void anErrorAfterAHeartbeatIsAnEventAndAFallbackStillUnseen() {
    String yaml =
        "server: { port: 0, heartbeat: 30ms }\nadmin: { port: 0 }\nmodels:\n"
            + "  hang: { targets: [ demo/hang ], timeouts: { first_byte: 1s } }\n";
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      String alone = gateway.chat(body("hang", "hi", ",\"stream\":true")).body();
      String rescued =
          gateway
              .chat(body("hang", "rescued", ",\"stream\":true,\"fallbacks\":[\"demo/echo\"]"))
              .body();

      assertThat(alone).startsWith(": heartbeat").contains("\"error\":{").doesNotContain("[DONE]");
      assertThat(rescued).contains("rescued").endsWith(DONE).doesNotContain("\"error\":{");
    }
  }

  @Test
  @DisplayName("case 59: a client that leaves ends the provider's work, and is accounted for once")
  void aClientThatLeavesCancelsTheUpstream() throws Exception {
    java.util.concurrent.CountDownLatch cancelled = new java.util.concurrent.CountDownLatch(1);
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(
                  ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
                          + CHUNK.formatted("a"))
                      .getBytes(StandardCharsets.US_ASCII));
              out.flush();
              if (socket.getInputStream().read() < 0) {
                cancelled.countDown();
              }
              return false;
            });
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String request = body("up/m", "hi", ",\"stream\":true");
      try (Socket socket = gateway.open()) {
        socket.getOutputStream().write(post(request));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }

      assertThat(cancelled.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() ->
              assertThat(gateway.gateway().metrics().scrape())
                  .containsPattern("outcome=\"abandoned\"[^\n]* 1(\\.0)?\\n"));
    }
  }

  @Test
  void aClientThatStopsReadingStopsTheUpstreamAndIsCutOffAtLast() throws Exception {
    String yaml = "server: { port: 0, timeouts: { stall: 500ms } }\nadmin: { port: 0 }\n";
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      try (Socket socket = new Socket()) {
        socket.setReceiveBufferSize(4096);
        socket.connect(gateway.gateway().address());
        socket.getOutputStream().write(post(body("demo/big-4000-1000", "hi", ",\"stream\":true")));

        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      }
    }
  }

  @Test
  void staleConnectionsAreReplacedUnseen() throws Exception {
    byte[] answer = ScriptedUpstream.answer(200, "", "{\"choices\":[]}");
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              // Closes without an answer when a connection is used again.
              if (number > 0) {
                return false;
              }
              out.write(answer);
              return true;
            });
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, threads: 1 }\nadmin: { port: 0 }\nproviders:\n  up: { kind: openai,"
                    + " base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\", api_key: none }\n")) {
      for (int i = 0; i < 3; i++) {
        assertThat(gateway.chat(body("up/m", "hi", "")).statusCode()).isEqualTo(200);
      }

      assertThat(up.connections()).isEqualTo(3);
    }
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", "{\"choices\":[]}");
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, threads: 1 }\nadmin: { port: 0 }\nproviders:\n  up: { kind: openai,"
                    + " base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\", api_key: none }\n")) {
      for (int i = 0; i < 5; i++) {
        gateway.chat(body("up/m", "hi", ""));
      }

      assertThat(up.connections()).isEqualTo(1);
    }
  }

  @Test
  void aWholeAnswerCutAnywhereIsAnErrorAndNeverHalfAnAnswer() throws Exception {
    byte[] answer = ScriptedUpstream.answer(200, "", "{\"choices\":[{}]}");
    for (int cut = 0; cut < answer.length; cut += 3) {
      int length = cut;
      try (ScriptedUpstream up =
              new ScriptedUpstream((number, request, out, socket) -> {
                out.write(answer, 0, length);
                return false;
              });
          RunningGateway gateway = RunningGateway.before(up.port(), "")) {
        assertThat(gateway.chat(body("up/m", "hi", "")).statusCode()).isEqualTo(502);
      }
    }
  }

  @Test
  void aReloadServesTheNewFileAndABadOneChangesNothing() throws Exception {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String ports = "server: { port: 0 }\nadmin: { port: 0 }\n";
      gateway.gateway().reload(RunningGateway.loaded(ports + "models: { mine: demo/echo }\n"));
      assertThat(gateway.chat(body("mine", "hi", "")).statusCode()).isEqualTo(200);

      org.assertj.core.api.Assertions.assertThatThrownBy(() ->
              gateway
                  .gateway()
                  .reload(RunningGateway.loaded(ports + "models: { mine: nobody/echo }\n")))
          .hasMessageContaining("models.mine.targets[0].to: no provider is called nobody");

      assertThat(gateway.chat(body("mine", "hi", "")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aDrainLetsAStreamEndAndRefusesNewConnections() throws Exception {
    RunningGateway gateway = RunningGateway.plain();
    try (Socket socket = gateway.open()) {
      socket.getOutputStream().write(post(body("demo/lorem-20-30ms", "hi", ",\"stream\":true")));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      Thread draining = Thread.ofVirtual().start(() -> gateway.gateway().drain());

      String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      draining.join();
      assertThat(rest).contains("[DONE]").endsWith("0\r\n\r\n");
      org.assertj.core.api.Assertions.assertThatThrownBy(gateway::open)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  @DisplayName("bifrost page: the list of models, by pages and by provider")
  void modelsAreListedByPages() {
    String yaml =
        "server: { port: 0 }\nadmin: { port: 0 }\nmodels: { aaa: demo/echo, zzz: demo/echo }\n";
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      String first = gateway.get("/v1/models?page_size=2").body();

      assertThat(first).contains("\"id\":\"aaa\"").contains("\"id\":\"demo/big\"");
      assertThat(first).doesNotContain("demo/cut");
      String token = first.substring(first.indexOf("page_token\":\"") + 13);
      token = token.substring(0, token.indexOf('"'));
      assertThat(gateway.get("/v1/models?page_size=1&page_token=" + token).body())
          .contains("\"id\":\"demo/cut\"");
      assertThat(gateway.get("/v1/models?page_size=0").statusCode()).isEqualTo(400);
      assertThat(gateway.get("/v1/models?page_size=").statusCode()).isEqualTo(400);
      assertThat(gateway.get("/v1/models?provider=none").body()).contains("\"data\":[]");
    }
  }

  @Test
  void healthIsToldWithoutADialect() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String path : new String[] {"/livez", "/readyz", "/health"}) {
        assertThat(gateway.get(path).statusCode()).isEqualTo(200);
      }
      assertThat(
              gateway
                  .send(
                      HttpRequest.newBuilder(gateway.uri("/livez"))
                          .POST(HttpRequest.BodyPublishers.noBody()))
                  .statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void aRequestIdIsKeptWhereItIsHarmless() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/v1/models"));

      assertThat(
              gateway
                  .send(request.copy().header("x-request-id", "mine-1"))
                  .headers()
                  .firstValue("x-request-id"))
          .contains("mine-1");
      assertThat(
              gateway
                  .send(request.copy().header("x-request-id", "a b"))
                  .headers()
                  .firstValue("x-request-id")
                  .orElseThrow())
          .hasSize(36);
    }
  }
}
