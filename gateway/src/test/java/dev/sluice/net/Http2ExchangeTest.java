package dev.sluice.net;

import static dev.sluice.net.Http2Client.END_STREAM;
import static dev.sluice.net.Http2Client.HEADERS;
import static dev.sluice.net.Http2Client.RST_STREAM;
import static dev.sluice.net.Http2Client.block;
import static dev.sluice.net.Http2Client.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests over HTTP/2 and their answers, from head to end. */
class Http2ExchangeTest {

  private static final byte[] GET =
      block(":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "x");
  private static final byte[] POST =
      block(":method", "POST", ":scheme", "http", ":path", "/a", ":authority", "x");

  private RunningServer server;

  @BeforeEach
  void open() {
    server =
        RunningServer.with(
            "limits: { headers: 4KB, url: 1KB, h2_streams: 10 }, timeouts: { header: 500ms, keep_alive: 1s }");
  }

  @AfterEach
  void everyExchangeAndConnectionEnds() {
    server.closeOnceAllHasEnded();
  }

  @Test
  void streamsAreAnsweredAsTheyEnd() throws Exception {
    try (Http2Client client = server.http2()) {
      client
          .get(1, "/held")
          .get(3, "/a?b=c")
          .post(5, "/b")
          .data(5, 0, "ab")
          .data(5, END_STREAM, "c");

      assertThat(client.answer(3).body()).isEqualTo("GET /a?b=c ");
      assertThat(client.answer(5).body()).isEqualTo("POST /b abc");
      Answers.release(server.answers().nextHeld());
      assertThat(client.answer(1).body()).isEqualTo("released /held");
      assertThat(client.get(7, "/stream-3").answer(7).body()).isEqualTo("line 0\nline 1\nline 2\n");
    }
  }

  @Test
  void aResetStreamsClientIsGone() throws Exception {
    try (Http2Client client = server.http2()) {
      client.get(1, "/held");
      ServerExchange exchange = server.answers().nextHeld();
      client.frame(RST_STREAM, 0, 1, number(8));

      assertThat(server.answers().nextEvent()).isEqualTo("gone /held");
      Answers.release(exchange);
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }

  @Test
  void aBrokenStreamIsResetAndOthersGoOn() throws Exception {
    try (Http2Client client = server.http2()) {
      Http2Client.Answer broken = client.get(1, "/broken").answer(1);

      assertThat(broken.body()).startsWith("line 0");
      assertThat(broken.reset()).isEqualTo(Http2Error.INTERNAL_ERROR.code());
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }

  @Test
  void aWholeAnswerBehindAStartIsRefusedAndTheStreamGoesOn() throws Exception {
    try (Http2Client client = server.http2()) {
      client.get(1, "/open-1");
      ServerExchange exchange = server.answers().nextHeld();

      assertThat(Answers.sentBehindAStart(exchange)).isEqualTo("refused and released");
      exchange.eventLoop().execute(exchange::end);

      assertThat(client.answer(1).body()).isEqualTo("line 0\n");
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }

  @Test
  void anEarlyAnswerIsWholeAndTheRestNotWanted() throws Exception {
    try (Http2Client client = server.http2()) {
      assertThat(client.post(1, "/early").answer(1).body()).isEqualTo("early");

      assertThat(client.streamError(1)).isEqualTo(Http2Error.NO_ERROR);
    }
  }

  @Test
  void aBodyThatWaitsIsAskedFor() throws Exception {
    try (Http2Client client = server.http2()) {
      client.post(1, "/a", "expect", "100-continue");
      client.await(frame -> frame.type() == HEADERS && !frame.ends());
      assertThat(client.data(1, END_STREAM, "abc").answer(1).body()).isEqualTo("POST /a abc");

      assertThat(client.post(3, "/a", "expect", "else").answer(3).status()).isEqualTo("417");
    }
  }

  @Test
  void headAndStatusesWithoutABodyHaveNone() throws Exception {
    try (Http2Client client = server.http2()) {
      client.headers(1, END_STREAM, ":method", "HEAD", ":scheme", "http", ":path", "/abc");
      Http2Client.Answer head = client.answer(1);
      assertThat(head.headers().get("content-length")).asString().isEqualTo("10");
      assertThat(head.body()).isEmpty();

      Http2Client.Answer none = client.get(3, "/status-204").answer(3);
      assertThat(none.status()).isEqualTo("204");
      assertThat(none.headers().contains("content-length")).isFalse();
    }
  }

  @Test
  void headersOfTheConnectionAreNotTheHandlers() throws Exception {
    try (Http2Client client = server.http2()) {
      Http2Client.Answer answer = client.get(1, "/meddling").answer(1);

      assertThat(answer.body()).isEqualTo("abc");
      assertThat(answer.headers().get("content-length")).asString().isEqualTo("3");
      assertThat(answer.headers().get("date")).asString().endsWith(" GMT");
      assertThat(answer.headers().names().stream().map(CharSequence::toString))
          .containsExactlyInAnyOrder(":status", "content-length", "date");
    }
  }

  @Test
  void aHeaderCannotBeSplitByItsValue() throws Exception {
    try (Http2Client client = server.http2()) {
      Http2Client.Answer answer = client.get(1, "/splitting").answer(1);

      assertThat(answer.headers().contains("x-split")).isFalse();
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }
}
