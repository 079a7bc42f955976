package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection over HTTP/1.1 carries another call, and when it must not. */
class Http1ReuseTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  private static final int BIG_BYTES = 4 << 20;

  private final UpstreamHouse house = new UpstreamHouse();
  private RawUpstream server;
  private HttpUpstream upstream;

  @BeforeEach
  void open() throws Exception {
    server = new RawUpstream();
    upstream = house.open(server.port());
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    house.close();
  }

  /** A connection that has carried one call and is idle. */
  private Peer used() throws Exception {
    Heard first = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(OK);
    first.awaitEnd();
    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
    return peer;
  }

  @Test
  void callsOneAfterTheOtherShareAConnection() throws Exception {
    Peer peer = used();
    for (int i = 0; i < 20; i++) {
      Heard heard = house.post(upstream, "body " + i);
      assertThat(peer.answer(OK)).endsWith("body " + i);
      assertThat(heard.awaitEnd()).isEqualTo("ok");
    }

    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
    assertThat(upstream.openConnections()).isEqualTo(1);
  }

  @Test
  void callsAtTheSameTimeHaveConnectionsOfTheirOwn() throws Exception {
    Heard first = house.get(upstream);
    Heard second = house.get(upstream);
    Peer one = server.accept();
    Peer two = server.accept();
    // Both asked before either is answered: a connection that is free first may take both calls.
    one.readRequest();
    two.readRequest();
    one.send(OK);
    two.send(OK);

    assertThat(first.awaitEnd()).isEqualTo("ok");
    assertThat(second.awaitEnd()).isEqualTo("ok");
    assertThat(upstream.openConnections()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nconnection: close\r\n", "HTTP/1.0 200 OK\r\n"})
  void aConnectionThatIsToBeClosedIsNotReused(String head) throws Exception {
    Heard first = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(head + "content-length: 2\r\n\r\nok");
    assertThat(first.awaitEnd()).isEqualTo("ok");
    peer.awaitClosed();

    Heard second = house.get(upstream);
    server.accept().answer(OK);
    assertThat(second.awaitEnd()).isEqualTo("ok");
    assertThat(upstream.staleRetries()).isZero();
  }

  @Test
  void aConnectionThatThePeerClosesWhileIdleIsForgotten() throws Exception {
    Peer peer = used();
    peer.close();
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
    UpstreamHouse.awaitGauge(upstream::idleConnections, 0);

    Heard heard = house.get(upstream);
    server.accept().answer(OK);
    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(upstream.staleRetries()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, BIG_BYTES})
  void aStaleConnectionIsReplacedUnseen(int bodyBytes) throws Exception {
    Peer stale = used();
    String body = "b".repeat(bodyBytes);
    Heard heard = house.post(upstream, body);
    stale.readHead();
    stale.reset();
    Peer fresh = server.accept();

    assertThat(fresh.answer(OK)).endsWith("\r\n\r\n" + body);
    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(heard.timesConnected()).isEqualTo(1);
    assertThat(upstream.staleRetries()).isEqualTo(1);
  }

  @Test
  void aCallIsSentAgainOnlyOnce() throws Exception {
    Peer stale = used();
    Heard heard = house.post(upstream, "body");
    stale.readRequest();
    stale.close();
    Peer fresh = server.accept();
    fresh.readRequest();
    fresh.close();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
    assertThat(upstream.staleRetries()).isEqualTo(1);
  }

  @Test
  void aFreshConnectionThatBreaksFailsTheCall() throws Exception {
    Heard heard = house.post(upstream, "body");
    Peer peer = server.accept();
    peer.readRequest();
    peer.close();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
    assertThat(upstream.staleRetries()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "H",
        "HTTP/1.1 200 OK\r\nx: ",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
      })
  void aCallIsNotSentAgainOnceAByteHasCome(String begun) throws Exception {
    Peer stale = used();
    Heard heard = house.post(upstream, "body");
    stale.readRequest();
    stale.send(begun).close();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
    assertThat(upstream.staleRetries()).isZero();
  }

  @Test
  void aStaleConnectionIsReplacedHoweverLongTheCallHasWaited() throws Exception {
    Duration connect = Duration.ofMillis(150);
    upstream = house.to(server.port()).connect(connect).open();
    Peer stale = used();
    long started = System.nanoTime();
    Heard heard = house.post(upstream, "body");
    stale.readRequest();
    // Longer than a call may wait for a connection.
    org.awaitility.Awaitility.await()
        .until(() -> System.nanoTime() - started > connect.multipliedBy(2).toNanos());
    stale.close();
    server.accept().answer(OK);

    assertThat(heard.awaitEnd()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\ncontent-len",
        "H",
        "garbage without any end"
      })
  void whatStandsBehindAnAnswerIsNobodysAnswer(String more) throws Exception {
    upstream = house.to(server.port()).connections(1).open();
    Heard first = house.get(upstream);
    Heard second = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();
    peer.send(OK + more);
    assertThat(first.awaitEnd()).isEqualTo("ok");
    peer.awaitClosed();
    server.accept().answer("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood");

    assertThat(second.awaitEnd()).isEqualTo("good");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 408 Timeout\r\ncontent-length: 0\r\n\r\n", "HTTP", "?"})
  void whoSpeaksUnaskedIsClosed(String unasked) throws Exception {
    Peer peer = used();
    peer.send(unasked);
    peer.awaitClosed();

    Heard heard = house.get(upstream);
    server.accept().answer(OK);
    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(upstream.staleRetries()).isZero();
  }

  @Test
  void anAnswerBeforeTheRequestIsReadIsTakenButTheConnectionIsNotReused() throws Exception {
    Heard heard = house.post(upstream, "b".repeat(16 << 20));
    Peer peer = server.accept();
    String head = peer.readHead();
    assertThat(head.getBytes(StandardCharsets.ISO_8859_1)).isNotEmpty();
    peer.send("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");

    assertThat(heard.awaitEnd()).isEqualTo("big");
    assertThat(heard.status()).isEqualTo(413);
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
  }
}
