package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP's own rules, over raw sockets where a client library would not break them. */
class HttpRulesTest {

  private static final String HOST = "host: x\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5\r\ncontent-length: 5\r\n",
        "content-length: 5, 5\r\n",
        "content-length: +5\r\n",
        "content-length: -5\r\n",
        "content-length: 0x5\r\n",
        "content-length: 5 5\r\n",
        "content-length:\r\n",
        "content-length : 5\r\n",
        "transfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding: identity, chunked\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding:\r\n chunked\r\n",
        "transfer-encoding : chunked\r\n",
        "x: a\r\n b\r\n",
        "x: a\r\n\tb\r\n",
        " x: a\r\n",
        "x: a\u0000b\r\n",
        "host: y\r\n",
        "x y: a\r\n",
      })
  void ambiguousHeadsAreRefusedAndTheConnectionCloses(String headers) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String answer =
          gateway.raw(
              "POST /v1/chat/completions HTTP/1.1\r\n"
                  + HOST
                  + headers
                  + "\r\n12345GET /livez HTTP/1.1\r\n"
                  + HOST
                  + "\r\n");

      assertThat(answer).startsWith("HTTP/1.1 400").contains("connection: close");
      assertThat(answer.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /livez HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\nhost: x\n\n",
        "GET  HTTP/1.1\r\nhost: x\r\n\r\n",
        "GARBAGE\r\n\r\n",
        "GET /livez HTTP/3.0\r\nhost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\r\n\r\n",
      })
  void requestsThatAreNotHttpAreRefused(String request) {
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(gateway.raw(request)).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void brokenChunksAreRefused() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String chunk : new String[] {"zz\r\nab\r\n", "2\r\nabX\r\n", "ffffffffffffffff\r\n"}) {
        assertThat(
                gateway.raw(
                    "POST /v1/chat/completions HTTP/1.1\r\n"
                        + HOST
                        + "transfer-encoding: chunked\r\n\r\n"
                        + chunk
                        + "0\r\n\r\n"))
            .startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        String body = body("demo/" + (i % 2 == 0 ? "slow-30ms" : "echo"), "number" + i + "!", "");
        requests
            .append("POST /v1/chat/completions HTTP/1.1\r\n")
            .append(HOST)
            .append(i == 19 ? "connection: close\r\n" : "")
            .append("content-length: ")
            .append(body.length())
            .append("\r\n\r\n")
            .append(body);
      }

      String answers = gateway.raw(requests.toString());

      int at = -1;
      for (int i = 0; i < 20; i++) {
        int next = answers.indexOf("number" + i + "!");
        assertThat(next).as("answer %s", i).isGreaterThan(at);
        at = next;
      }
    }
  }

  @Test
  void aBodyIsAskedForOnlyWhereItIsWanted() throws IOException {
    try (RunningGateway gateway = RunningGateway.plain();
        Socket socket = gateway.open()) {
      String body = body("demo/echo", "continued", "");
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\n"
                      + HOST
                      + "connection: close\r\nexpect: 100-continue\r\ncontent-length: "
                      + body.length()
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(in.readLine()).isEmpty();

      socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));

      assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(
              gateway.raw(
                  "POST /v1/nothing HTTP/1.1\r\n"
                      + HOST
                      + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n"))
          .startsWith("HTTP/1.1 404");
      assertThat(gateway.raw("GET /livez HTTP/1.1\r\n" + HOST + "expect: miracles\r\n\r\n"))
          .startsWith("HTTP/1.1 417");
    }
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String answer = gateway.raw("HEAD /livez HTTP/1.1\r\n" + HOST + "connection: close\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 200").contains("content-length: 16\r\n");
      assertThat(answer).endsWith("\r\n\r\n");
    }
  }

  @Test
  void anOldClientGetsAnAnswerThatItsConnectionEnds() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      String body = body("demo/echo", "old", ",\"stream\":true");

      String answer =
          gateway.raw(
              "POST /v1/chat/completions HTTP/1.0\r\ncontent-length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body);

      assertThat(answer).contains("connection: close").doesNotContain("transfer-encoding");
      assertThat(answer).endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void anAbsoluteTargetIsTakenAsItsPath() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(
              gateway.raw("GET http://x/livez HTTP/1.1\r\n" + HOST + "connection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void anUpgradeToHttp2IsIgnored() throws Exception {
    try (RunningGateway gateway = RunningGateway.plain();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpRequest request = HttpRequest.newBuilder(gateway.uri("/livez")).build();

      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());

      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(response.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void http2IsSpokenInAndOutWithPriorKnowledge() {
    try (RunningGateway behind = RunningGateway.plain();
        RunningGateway front =
            RunningGateway.with(
                "server: { port: 0 }\nadmin: { port: 0 }\nproviders:\n  up: { kind: openai, http:"
                    + " \"2\", base_url: \"http://127.0.0.1:"
                    + behind.port()
                    + "/v1\", api_key: none }\n")) {
      for (int i = 0; i < 3; i++) {
        assertThat(front.chat(body("up/demo/echo", "over two", "")).body()).contains("over two");
        assertThat(front.chat(body("up/demo/lorem-50", "x", ",\"stream\":true")).body())
            .contains("commodo")
            .endsWith("data: [DONE]\n\n");
        assertThat(front.chat(body("up/demo/fail-429", "x", "")).statusCode()).isEqualTo(429);
        assertThat(front.chat(body("up/demo/cut", "x", ",\"stream\":true")).body())
            .contains("\"error\":{")
            .doesNotContain("[DONE]");
      }
      assertThat(front.get("/v1/models?provider=up").body()).contains("up/demo/echo");
      assertThat(front.chat(body("up/demo/big-300", "x", "")).body()).hasSizeGreaterThan(300_000);
      assertThat(behind.gateway().metrics().scrape()).contains("sluice_connections 1.0");
    }
  }

  @ParameterizedTest
  @EnumSource(dev.sluice.net.Transport.Kind.class)
  void everyTransportServes(dev.sluice.net.Transport.Kind kind) {
    String name = kind.name().toLowerCase(java.util.Locale.ROOT);
    RunningGateway opened;
    try {
      opened =
          RunningGateway.with("server: { port: 0, transport: " + name + " }\nadmin: { port: 0 }\n");
    } catch (IllegalStateException e) {
      org.junit.jupiter.api.Assumptions.abort(name + " is not to be had on this machine");
      return;
    }
    try (RunningGateway gateway = opened) {
      assertThat(gateway.chat(body("demo/echo", "hi", ",\"stream\":true")).body())
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void tooManyConnectionsAreClosedAtOnce() throws IOException {
    try (RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, limits: { connections: 1 } }\nadmin: { port: 0 }\n");
        Socket first = gateway.open()) {
      first
          .getOutputStream()
          .write("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(first.getInputStream().read()).isEqualTo('H');

      try (Socket second = gateway.open()) {
        assertThat(second.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void tooManyRequestsAreToldToComeAgain() throws IOException {
    try (RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, limits: { requests: 1 } }\nadmin: { port: 0 }\n");
        Socket first = gateway.open()) {
      String body = body("demo/hang", "hi", "");
      first
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.US_ASCII));
      org.awaitility.Awaitility.await()
          .untilAsserted(() -> {
            HttpResponse<String> response = gateway.chat(body("demo/echo", "hi", ""));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).contains("1");
          });
    }
  }
}
