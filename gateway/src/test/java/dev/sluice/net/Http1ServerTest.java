package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as RFC 9110 and RFC 9112 want it, over raw sockets. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class Http1ServerTest {

  private static final String HOST = "host: x\r\n";

  @Parameter private String transport;

  private RunningServer server;

  private RunningServer open(String settings) {
    server = RunningServer.with("transport: " + transport + settings);
    return server;
  }

  @AfterEach
  void everyExchangeAndConnectionEnds() {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> server.server().exchanges() == 0 && server.server().connections() == 0);
    server.close();
  }

  @Test
  void answersWaitForASlowFirstOne() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(get("/held") + get("/second") + post("/third", "abc") + get("/fourth"));
      ServerExchange first = server.answers().nextHeld();
      assertThat(server.answers().requests).hasValue(1);

      Answers.release(first);

      assertThat(client.read().body()).isEqualTo("released /held");
      assertThat(client.read().body()).isEqualTo("GET /second ");
      assertThat(client.read().body()).isEqualTo("POST /third abc");
      assertThat(client.read().body()).isEqualTo("GET /fourth ");
    }
  }

  @Test
  void thousandsOfRequestsBehindASlowOneAreAnswered() throws Exception {
    open("");
    int many = 3000;
    try (Http1Client client = server.http1()) {
      client.send(get("/held") + get("/x").repeat(many) + get("/last"));
      Answers.release(server.answers().nextHeld());

      assertThat(client.read().body()).isEqualTo("released /held");
      for (int i = 0; i < many; i++) {
        assertThat(client.read().body()).isEqualTo("GET /x ");
      }
      assertThat(client.read().body()).isEqualTo("GET /last ");
    }
  }

  @Test
  void aClientThatLeavesBehindASlowAnswerIsNoticed() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.get("/held");
      server.answers().nextHeld();
    }

    assertThat(server.answers().nextEvent()).isEqualTo("gone /held");
  }

  @Test
  void aBodyThatWaitsToBeAskedForIsAskedForOnce() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(
          "POST /a HTTP/1.1\r\n" + HOST + "expect: 100-Continue\r\ncontent-length: 3\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(100);
      client.send("abc");
      assertThat(client.read().body()).isEqualTo("POST /a abc");
      assertThat(client.get("/b").read().body()).isEqualTo("GET /b ");
    }
  }

  @Test
  void aBodyThatDoesNotWaitToBeAskedForIsTaken() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(
          "POST /held HTTP/1.1\r\n"
              + HOST
              + "expect: 100-continue\r\ncontent-length: 3\r\n\r\nabc");
      assertThat(client.read().status()).isEqualTo(100);
      Answers.release(server.answers().nextHeld());

      assertThat(client.read().body()).isEqualTo("released /held");
    }
  }

  @Test
  void aBodyThatIsNotWantedIsNotAskedForAndTheConnectionEnds() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(
          "POST /unwanted HTTP/1.1\r\n"
              + HOST
              + "expect: 100-continue\r\ncontent-length: 3\r\n\r\n");

      Http1Client.Answer answer = client.read();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.closes()).isTrue();
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void anOldClientIsNeverAskedToContinue() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send("POST /a HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc");

      assertThat(client.read().body()).isEqualTo("POST /a abc");
    }
  }

  @Test
  void otherExpectationsAreRefused() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send("GET / HTTP/1.1\r\n" + HOST + "expect: 200-ok\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(417);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/stream-5", "/big-70000"})
  void headIsAnsweredWithoutABodyAndTheConnectionGoesOn(String path) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      String head = "HEAD " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
      client.send(head + head + get("/next"));

      for (int i = 0; i < 2; i++) {
        Http1Client.Answer answer = client.read("HEAD");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length"))
            .isEqualTo(path.startsWith("/stream") ? null : path.equals("/a") ? "8" : "70000");
      }
      assertThat(client.read().body()).isEqualTo("GET /next ");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void statusesWithoutABodyHaveNone(int status) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.get("/status-" + status).get("/next");

      Http1Client.Answer answer = client.read();
      assertThat(answer.header("content-length")).isNull();
      assertThat(answer.header("transfer-encoding")).isNull();
      assertThat(client.read().body()).isEqualTo("GET /next ");
    }
  }

  @Test
  void anOldClientMayKeepItsConnection() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");

        Http1Client.Answer answer = client.read();

        assertThat(answer.header("connection")).isEqualTo("keep-alive");
        assertThat(answer.body()).isEqualTo("GET /a ");
      }
      client.send("GET /stream-3 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");

      Http1Client.Answer stream = client.read();

      assertThat(stream.closes()).isTrue();
      assertThat(stream.body()).isEqualTo("line 0\nline 1\nline 2\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.0,''",
    "HTTP/1.1,connection: close",
    "HTTP/1.1,connection: Close",
    "HTTP/1.1,'connection: te, close'",
  })
  void aConnectionEndsWhereItsClientSaysSo(String version, String header) throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(
          "GET /a " + version + "\r\n" + HOST + (header.isEmpty() ? "" : header + "\r\n") + "\r\n");

      Http1Client.Answer answer = client.read();

      assertThat(answer.closes()).isTrue();
      assertThat(answer.version()).isEqualTo("HTTP/1.1");
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aClosingAnswerReachesASlowReaderWhole() throws Exception {
    open("");
    int size = 20_000_000;
    try (Http1Client client = new Http1Client(server.socketWithSmallBuffer())) {
      client.send("GET /big-" + size + " HTTP/1.1\r\n" + HOST + "connection: close\r\n\r\n");
      // Longer than a refused connection is waited for.
      await().during(Duration.ofMillis(2500)).until(() -> server.server().connections() == 1);

      assertThat(client.read().body()).hasSize(size);
    }
  }

  @Test
  void aClientThatStillSendsGetsItsRefusal() throws Exception {
    open("");
    for (String path : new String[] {"/early", "/unwanted"}) {
      try (Http1Client client = server.http1()) {
        client.send("POST " + path + " HTTP/1.1\r\n" + HOST + "content-length: 1000000\r\n\r\n");
        byte[] piece = new byte[10_000];
        for (int i = 0; i < 100; i++) {
          client.send(piece);
        }

        Http1Client.Answer answer = client.read();

        assertThat(answer.body()).isEqualTo("early");
        assertThat(answer.closes()).isTrue();
        assertThat(client.isEnded()).isTrue();
      }
    }
  }

  @Test
  void aMalformedRequestThatGoesOnGetsItsRefusal() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send("POST / HTTP/1.1\r\n" + HOST + "content-length: 5\r\ncontent-length: 6\r\n\r\n");
      byte[] piece = new byte[10_000];
      for (int i = 0; i < 50; i++) {
        client.send(piece);
      }

      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void aSmallRestOfABodyIsReadOverAndTheConnectionGoesOn() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send("POST /early HTTP/1.1\r\n" + HOST + "content-length: 100000\r\n\r\n");
      Http1Client.Answer answer = client.read();
      client.send(new byte[100_000]).get("/next");

      assertThat(answer.closes()).isFalse();
      assertThat(client.read().body()).isEqualTo("GET /next ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\nab\r\n", "-1\r\na\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", "\r\na\r\n", "1 1\r\na\r\n",
        "1\r\nab\r\n", "1\na\n", "1\r\na\n", "1\na\r\n", "ffffffffffffffff\r\n", "80000000\r\na",
        "100000000\r\na", "10000000000000001\r\na", ";x\r\na\r\n", "1,\r\na\r\n", "1 \r\na\r\n",
            "1\r\n\r\na\r\n",
      })
  void badChunksAreRefused(String chunk) throws Exception {
    open(", timeouts: { body: 100ms }");
    try (Http1Client client = server.http1()) {
      client.send(chunkedHead() + chunk + "0\r\n\r\n" + get("/smuggled"));

      Http1Client.Answer answer = client.read();

      assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
      assertThat(answer.closes()).isTrue();
      assertThat(client.isEnded()).isTrue();
      assertThat(server.answers().requests).hasValue(1);
    }
  }

  @Test
  void chunksAreJoinedAndExtensionsDropped() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(chunkedHead() + "1;a=b\r\na\r\n02\r\nbc\r\nA\r\n0123456789\r\n0;x\r\n\r\n");

      assertThat(client.read().body()).isEqualTo("POST /chunked abc0123456789");
    }
  }

  @Test
  void aChunkExtensionIsBounded() throws Exception {
    open(", limits: { url: 1KB }");
    try (Http1Client client = server.http1()) {
      client.send(chunkedHead() + "1;" + "x".repeat(5000) + "\r\na\r\n0\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(400);
      assertThat(server.answers().nextEvent()).isEqualTo("body MALFORMED");
    }
  }

  @Test
  void trailersAreDropped() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(
          chunkedHead() + "1\r\na\r\n0\r\nx: y\r\ncontent-length: 5\r\n\r\n" + get("/next"));

      assertThat(client.read().body()).isEqualTo("POST /chunked a");
      assertThat(client.read().body()).isEqualTo("GET /next ");
    }
  }

  @Test
  void trailersAreBounded() throws Exception {
    open(", limits: { headers: 1KB }");
    try (Http1Client client = server.http1()) {
      client.send(chunkedHead() + "1\r\na\r\n0\r\nx: " + "y".repeat(5000) + "\r\n\r\n");

      assertThat(client.read().status()).isEqualTo(400);
      assertThat(server.answers().nextEvent()).isEqualTo("body MALFORMED");
    }
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

  @Test
  void aBrokenStreamIsNotAComplete() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.get("/broken");

      assertThatThrownBy(client::read)
          .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
    }
  }

  @Test
  void tooManyConnectionsAreClosedAtOnceAndCounted() throws Exception {
    open(", limits: { connections: 2 }");
    try (Http1Client first = server.http1();
        Http1Client second = server.http1()) {
      first.get("/a").read();
      second.get("/a").read();

      try (Http1Client third = server.http1()) {
        assertThat(third.isEnded()).isTrue();
      }
      assertThat(server.server().refusedConnections()).isEqualTo(1);
      assertThat(first.get("/a").read().status()).isEqualTo(200);
    }
    await().until(() -> server.server().connections() == 0);
    try (Http1Client again = server.http1()) {
      assertThat(again.get("/a").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestIsReadAtEverySplit() throws Exception {
    open("");
    byte[] request = (chunkedHead() + "3\r\nabc\r\n0\r\nx: y\r\n\r\n").getBytes();
    try (Http1Client client = server.http1()) {
      for (byte one : request) {
        client.send(new byte[] {one});
      }
      assertThat(client.read().body()).isEqualTo("POST /chunked abc");
      for (int cut = 1; cut < request.length; cut += 5) {
        client.send(java.util.Arrays.copyOf(request, cut));
        client.send(java.util.Arrays.copyOfRange(request, cut, request.length));
        assertThat(client.read().body()).isEqualTo("POST /chunked abc");
      }
    }
  }

  private static String chunkedHead() {
    return "POST /chunked HTTP/1.1\r\n" + HOST + "transfer-encoding: chunked\r\n\r\n";
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
