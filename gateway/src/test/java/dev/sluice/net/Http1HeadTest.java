package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which heads of HTTP/1.1 requests are taken, and which are refused. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class Http1HeadTest {

  private static final String HOST = "host: x\r\n";

  @Parameter private String transport;

  private RunningServer server;

  private RunningServer open(String settings) {
    server = RunningServer.with("transport: " + transport + settings);
    return server;
  }

  @AfterEach
  void everyExchangeAndConnectionEnds() {
    server.closeOnceAllHasEnded();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, http://other/a/b?c=d, GET /a/b?c=d",
    "GET, HTTP://other:80/a, GET /a",
    "GET, http://other, GET /",
    "GET, http://other?c=/d, GET /?c=/d",
    "OPTIONS, *, OPTIONS *",
    "OPTIONS, /a, OPTIONS /a",
    "GET, //a, GET //a",
    "GET, /%2e%2e/?a=http://b, GET /%2e%2e/?a=http://b",
  })
  void targetsAreTakenInEveryForm(String method, String target, String seen) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(method + " " + target + " HTTP/1.1\r\n" + HOST + "\r\n");

      assertThat(client.read().body()).isEqualTo(seen + " ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONNECT x:443",
        "GET *",
        "GET a",
        "GET x:443",
        "GET ://x/a",
        "GET /a b",
        "GET /a\tb",
        "GET /\u0001",
        "GET /a\u00e9",
        "G@T /a",
        "GET /a\u0000",
        "\u0001GET /a",
        "\u0000GET /a",
        " GET /a",
        "\tGET /a",
      })
  void targetsThatMeanNothingHereAreRefused(String line) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(line + " HTTP/1.1\r\n" + HOST + "\r\n");

      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
      assertThat(server.answers().requests).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host: a b\r\n",
        "host: a/b\r\n",
        "host: a, b\r\n",
        "host: u@a\r\n",
        "host: a\rb\r\n",
        "host: x\r\nx: a\rb\r\n",
        "host: x\r\n: a\r\n",
        "host: x\r\nno-colon\r\n",
        "host: x\r\nx: a\u0000\r\n",
        "host: x\r\nx\u0000: a\r\n",
        "host: x\r\nx(: a\r\n",
        "host: x\nx: a\r\n",
      })
  void malformedHeadersAreRefused(String headers) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send("GET /a HTTP/1.1\r\n" + headers + "\r\n");

      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
      assertThat(server.answers().requests).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r\n\r\n"})
  void anEmptyLineBeforeARequestIsReadOver(String lines) throws Exception {
    open(", timeouts: { header: 200ms }");
    try (Http1Client client = server.http1()) {
      client.send(post("/a", "x") + lines);
      assertThat(client.read().body()).isEqualTo("POST /a x");
      // It does not begin a request that would then be late.
      await().during(Duration.ofMillis(400)).until(() -> server.server().connections() == 1);

      assertThat(client.send(lines + get("/b")).read().body()).isEqualTo("GET /b ");
    }
  }

  @Test
  void longLinesAndHeadersAreRefusedByTheirOwnStatus() throws Exception {
    open(", limits: { url: 1KB, headers: 2KB }");
    try (Http1Client client = server.http1()) {
      assertThat(client.get("/" + "a".repeat(2000)).read().status()).isEqualTo(414);
    }
    try (Http1Client client = server.http1()) {
      client.send(
          "GET / HTTP/1.1\r\n" + HOST + ("x: " + "a".repeat(90) + "\r\n").repeat(40) + "\r\n");
      assertThat(client.read().status()).isEqualTo(431);
    }
    try (Http1Client client = server.http1()) {
      client.send("GET / HTTP/1.1\r\n" + HOST + "x: " + "a".repeat(5000));
      assertThat(client.read().status()).isEqualTo(431);
    }
  }

  @Test
  void headersOfTheConnectionAreNotTheHandlers() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      Http1Client.Answer answer = client.get("/meddling").read();

      assertThat(answer.body()).isEqualTo("abc");
      assertThat(answer.headers()).hasSize(2);
      assertThat(answer.header("content-length")).isEqualTo("3");
      assertThat(answer.header("date")).endsWith(" GMT");
      assertThat(client.get("/splitting").read().header("x-split")).isNull();
      assertThat(client.get("/next").read().body()).isEqualTo("GET /next ");
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\n"
        + HOST
        + "content-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
