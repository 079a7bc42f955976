package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ServerSettings;
import dev.sluice.net.RawUpstream.Peer;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader that is slow, and one that leaves. */
class UpstreamFlowTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  /** More than all sockets' buffers between an upstream and a reader hold. */
  private static final int ENDLESS_BYTES = 24 << 20;

  private static boolean isAvailable(ServerSettings.Transport kind) {
    return switch (kind) {
      case AUTO, NIO -> true;
      case EPOLL -> Epoll.isAvailable();
      case IO_URING -> IoUring.isAvailable();
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = ServerSettings.Transport.class,
      names = {"NIO", "EPOLL", "IO_URING"})
  void aPausedCallStopsItsUpstream(ServerSettings.Transport kind) throws Exception {
    Assumptions.assumeTrue(isAvailable(kind));
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse(kind)) {
      HttpUpstream upstream = house.open(server.port());
      Heard heard = house.get(upstream);
      Peer peer = server.accept();
      peer.answer("HTTP/1.1 200 OK\r\ncontent-length: " + ENDLESS_BYTES + "\r\n\r\n");
      heard.awaitHead();
      heard.pause();
      heard.pause();
      AtomicLong written = new AtomicLong();
      Thread writer = Thread.ofPlatform().start(() -> write(peer, written));

      // The writer's thread stands still within its write, and nothing more is told.
      await().until(() -> standsStill(written) && standsStill(heard));
      long before = written.get();
      assertThat(before).isLessThan(ENDLESS_BYTES);
      assertThat(writer.isAlive()).isTrue();
      heard.resume();
      heard.resume();

      assertThat(heard.awaitEnd()).hasSize(ENDLESS_BYTES);
      writer.join();
      assertThat(upstream.openConnections()).isEqualTo(1);
    }
  }

  private static void write(Peer peer, AtomicLong written) {
    byte[] piece = new byte[1 << 16];
    try {
      for (int i = 0; i < ENDLESS_BYTES; i += piece.length) {
        peer.send(piece);
        written.addAndGet(piece.length);
      }
    } catch (IOException _) {
      // The reader has left.
    }
  }

  private static boolean standsStill(AtomicLong written) {
    long then = written.get();
    return then > 0 && remains(() -> written.get() == then);
  }

  private static boolean standsStill(Heard heard) {
    int then = heard.bodyBytes();
    return remains(() -> heard.bodyBytes() == then);
  }

  private static boolean remains(java.util.function.BooleanSupplier condition) {
    long started = System.nanoTime();
    await().until(() -> !condition.getAsBoolean() || System.nanoTime() - started > 150_000_000L);
    return condition.getAsBoolean();
  }

  @Test
  void aCallPausedBeforeItIsConnectedReadsNothingUntilItIsResumed() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.to(server.port()).connections(1).open();
      Heard first = house.get(upstream);
      Heard second = house.get(upstream);
      second.pause();
      Peer peer = server.accept();
      peer.answer(OK);
      first.awaitEnd();
      peer.answer(OK);

      house.settle();
      assertThat(remains(() -> second.status() == 0)).isTrue();
      second.resume();
      assertThat(second.awaitEnd()).isEqualTo("ok");
      Heard third = house.get(upstream);
      peer.answer(OK);
      assertThat(third.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void aCallThatEndsWhilePausedDoesNotPauseTheNext() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.open(server.port());
      Heard first = new Heard(house.loop());
      first.onData(() -> first.call().pause());
      house.start(first, upstream, HttpMethod.GET, "");
      Peer peer = server.accept();
      peer.answer(OK);
      assertThat(first.awaitEnd()).isEqualTo("ok");

      Heard second = house.get(upstream);
      peer.answer(OK);
      assertThat(second.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void givingUpBeforeTheHeadClosesTheConnection() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.open(server.port());
      Heard heard = house.post(upstream, "body");
      Peer peer = server.accept();
      peer.readRequest();
      heard.cancel();
      heard.cancel();

      peer.awaitClosed();
      UpstreamHouse.awaitGauge(upstream::openConnections, 0);
      Heard next = house.get(upstream);
      server.accept().answer(OK);
      assertThat(next.awaitEnd()).isEqualTo("ok");
      assertThat(heard.isOver()).isFalse();
    }
  }

  @Test
  void givingUpWithinTheBodyClosesTheConnectionAndTellsNothingMore() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.open(server.port());
      Heard heard = new Heard(house.loop());
      heard.onData(heard::cancelHere);
      house.start(heard, upstream, HttpMethod.GET, "");
      Peer peer = server.accept();
      peer.answer(
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
              + "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n");

      peer.awaitClosed();
      UpstreamHouse.awaitGauge(upstream::openConnections, 0);
      assertThat(heard.body()).isEqualTo("a");
      assertThat(heard.isOver()).isFalse();
      Heard next = house.get(upstream);
      server.accept().answer(OK);
      assertThat(next.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void givingUpAPausedCallClosesTheConnection() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.open(server.port());
      Heard heard = house.get(upstream);
      Peer peer = server.accept();
      peer.answer("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345");
      heard.awaitBody("12345");
      heard.pause();
      heard.cancel();

      peer.awaitClosed();
      UpstreamHouse.awaitGauge(upstream::openConnections, 0);
    }
  }

  @Test
  void givingUpAfterTheEndDoesNothing() throws Exception {
    try (RawUpstream server = new RawUpstream();
        UpstreamHouse house = new UpstreamHouse()) {
      HttpUpstream upstream = house.open(server.port());
      Heard heard = house.get(upstream);
      Peer peer = server.accept();
      peer.answer(OK);
      assertThat(heard.awaitEnd()).isEqualTo("ok");
      UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
      heard.cancel();

      Heard next = house.get(upstream);
      peer.answer(OK);
      assertThat(next.awaitEnd()).isEqualTo("ok");
    }
  }
}
