package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How connections are shared out among calls, bounded and closed. */
class UpstreamPoolTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private final UpstreamHouse house = new UpstreamHouse();
  private RawUpstream server;

  @BeforeEach
  void open() throws Exception {
    server = new RawUpstream();
  }

  @AfterEach
  void close() throws Exception {
    server.close();
    house.close();
  }

  @Test
  void theConnectionUsedLastIsUsedFirst() throws Exception {
    HttpUpstream upstream = house.open(server.port());
    Heard first = house.get(upstream);
    Peer one = server.accept();
    one.readRequest();
    Heard second = house.get(upstream);
    Peer two = server.accept();
    two.readRequest();
    two.send(OK);
    second.awaitEnd();
    one.send(OK);
    first.awaitEnd();
    UpstreamHouse.awaitGauge(upstream::idleConnections, 2);

    for (int i = 0; i < 3; i++) {
      Heard heard = house.get(upstream);
      one.answer(OK);
      assertThat(heard.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void aConnectionThatIsNotNeededIsClosed() throws Exception {
    HttpUpstream upstream = house.to(server.port()).idle(Duration.ofMillis(300)).open();
    Heard first = house.get(upstream);
    Peer needed = server.accept();
    needed.readRequest();
    Heard second = house.get(upstream);
    Peer spare = server.accept();
    spare.readRequest();
    spare.send(OK);
    second.awaitEnd();
    needed.send(OK);
    first.awaitEnd();
    Heard busy = house.get(upstream);
    needed.readRequest();

    spare.awaitClosed();
    UpstreamHouse.awaitGauge(upstream::openConnections, 1);
    needed.send(OK);
    assertThat(busy.awaitEnd()).isEqualTo("ok");
    needed.awaitClosed();
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
  }

  @Test
  void callsBeyondTheConnectionsWaitInTurn() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(1).open();
    List<Heard> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(house.post(upstream, "call " + i));
    }
    Peer peer = server.accept();
    for (int i = 0; i < 4; i++) {
      assertThat(peer.readRequest()).endsWith("call " + i);
      assertThat(upstream.openConnections()).isEqualTo(1);
      assertThat(upstream.waitingCalls()).isEqualTo(3 - i);
      peer.send(OK);
      assertThat(calls.get(i).awaitEnd()).isEqualTo("ok");
      assertThat(calls.get(i).timesConnected()).isEqualTo(1);
    }
  }

  @Test
  void callsBeyondTheQueueAreRefusedAtOnce() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(2).waiting(3).open();
    List<Heard> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(house.get(upstream));
    }
    Heard refused = house.get(upstream);

    assertThat(refused.awaitFailure().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
    assertThat(refused.timesConnected()).isZero();
    Peer one = server.accept();
    Peer two = server.accept();
    one.readRequest();
    two.readRequest();
    assertThat(upstream.waitingCalls()).isEqualTo(3);
    assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
    one.send(OK);
    one.answer(OK);
    one.answer(OK);
    one.answer(OK);
    two.send(OK);
    for (Heard call : calls) {
      assertThat(call.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void withoutAQueueACallIsRefusedWhenAllConnectionsAreBusy() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(1).waiting(0).open();
    Heard busy = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();

    assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
    peer.send(OK);
    assertThat(busy.awaitEnd()).isEqualTo("ok");
    Heard next = house.get(upstream);
    peer.answer(OK);
    assertThat(next.awaitEnd()).isEqualTo("ok");
  }

  @Test
  void aCallThatWaitsTooLongIsRefused() throws Exception {
    HttpUpstream upstream =
        house.to(server.port()).connections(1).connect(Duration.ofMillis(200)).open();
    Heard busy = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();
    long started = System.nanoTime();
    Heard late = house.get(upstream);

    assertThat(late.awaitFailure().kind()).isEqualTo(Kind.POOL_EXHAUSTED);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(200));
    assertThat(busy.isOver()).isFalse();
    peer.send(OK);
    assertThat(busy.awaitEnd()).isEqualTo("ok");
  }

  @Test
  void aCallThatWaitsMayBeGivenUp() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(1).open();
    Heard first = house.post(upstream, "first");
    Heard second = house.post(upstream, "second");
    Heard third = house.post(upstream, "third");
    second.cancel();
    assertThat(upstream.waitingCalls()).isLessThanOrEqualTo(2);
    Peer peer = server.accept();

    assertThat(peer.answer(OK)).endsWith("first");
    assertThat(peer.answer(OK)).endsWith("third");
    assertThat(first.awaitEnd()).isEqualTo("ok");
    assertThat(third.awaitEnd()).isEqualTo("ok");
    assertThat(second.timesConnected()).isZero();
    assertThat(second.isOver()).isFalse();
  }

  @Test
  void aConnectionOpenedForACallThatWasGivenUpServesTheNext() throws Exception {
    HttpUpstream upstream = house.open(server.port());
    Heard given = new Heard(house.loop());
    house
        .loop()
        .submit(() -> {
          given.start(
              upstream,
              new UpstreamRequest(
                  HttpMethod.GET,
                  "/",
                  new io.netty.handler.codec.http.DefaultHttpHeaders(),
                  io.netty.buffer.Unpooled.buffer(1)));
          given.cancelHere();
        })
        .get();
    Peer peer = server.accept();
    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);

    Heard heard = house.get(upstream);
    peer.answer(OK);
    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(given.wrong()).isEmpty();
  }

  @Test
  void aCallMayBeGivenUpAsSoonAsItIsConnected() throws Exception {
    HttpUpstream upstream = house.open(server.port());
    Heard heard = new Heard(house.loop());
    heard.onConnected(heard::cancelHere);
    house.start(heard, upstream, HttpMethod.POST, "body");
    Peer peer = server.accept();
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);

    Heard next = house.get(upstream);
    server.accept().answer(OK);
    assertThat(next.awaitEnd()).isEqualTo("ok");
    assertThat(heard.status()).isZero();
    peer.close();
  }

  @Test
  void whenNoConnectionIsToBeHadEveryCallThatWaitsIsToldWhy() throws Exception {
    int nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      nobody = closed.getLocalPort();
    }
    HttpUpstream upstream = house.to(nobody).connections(1).open();
    List<Heard> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(house.get(upstream));
    }

    for (Heard call : calls) {
      assertThat(call.awaitFailure().kind()).isEqualTo(Kind.CONNECT_FAILED);
    }
    assertThat(upstream.connectFailures()).isEqualTo(5);
  }

  @Test
  void closingLetsBusyCallsEndAndClosesIdleConnections() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(2).open();
    Heard first = house.get(upstream);
    Peer idle = server.accept();
    idle.readRequest();
    Heard second = house.get(upstream);
    Peer busy = server.accept();
    busy.readRequest();
    idle.send(OK);
    first.awaitEnd();
    busy.send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf");
    second.awaitBody("half");
    upstream.close();

    idle.awaitClosed();
    busy.send("half");
    assertThat(second.awaitEnd()).isEqualTo("halfhalf");
    busy.awaitClosed();
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
  }

  @Test
  void closingLetsCallsThatWaitBeServed() throws Exception {
    HttpUpstream upstream = house.to(server.port()).connections(1).open();
    Heard first = house.get(upstream);
    Heard second = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();
    upstream.close();
    peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
    assertThat(first.awaitEnd()).isEqualTo("ok");
    Peer other = server.accept();
    other.answer(OK);

    assertThat(second.awaitEnd()).isEqualTo("ok");
    other.awaitClosed();
  }

  @Test
  void aForeignEventLoopIsRefusedAndTheBodyLetGo() throws Exception {
    HttpUpstream upstream = house.open(server.port());
    io.netty.buffer.ByteBuf body = io.netty.buffer.Unpooled.buffer(1);
    try (Transport other = Transport.open(dev.sluice.config.ServerSettings.Transport.NIO, 1)) {
      var loop = other.loops().getFirst();
      var request =
          new UpstreamRequest(
              HttpMethod.GET, "/", new io.netty.handler.codec.http.DefaultHttpHeaders(), body);

      var refused = loop.submit(() -> upstream.call(loop, request, new Heard(loop))).await();
      assertThat(refused.cause()).isInstanceOf(IllegalStateException.class);
    }
    assertThat(body.refCnt()).isZero();
  }
}
