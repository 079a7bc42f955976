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
    server.closeOnceAllHasEnded();
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
  void aWholeAnswerBehindAStartIsRefusedAndTheStreamGoesOn() throws Exception {
    open("");
    try (Http1Client client = server.http1()) {
      client.send(get("/open-1"));
      ServerExchange exchange = server.answers().nextHeld();

      assertThat(Answers.sentBehindAStart(exchange)).isEqualTo("refused and released");
      exchange.eventLoop().execute(exchange::end);

      assertThat(client.read().body()).isEqualTo("line 0\n");
      client.send(get("/a"));
      assertThat(client.read().body()).isEqualTo("GET /a ");
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

  private static String chunkedHead() {
    return "POST /chunked HTTP/1.1\r\n" + HOST + "transfer-encoding: chunked\r\n\r\n";
  }
}
