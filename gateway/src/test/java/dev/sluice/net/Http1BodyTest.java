package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of HTTP/1.1 requests: asked for, in chunks, and broken. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class Http1BodyTest {

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

  private static String chunkedHead() {
    return "POST /chunked HTTP/1.1\r\n" + HOST + "transfer-encoding: chunked\r\n\r\n";
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
  }
}
