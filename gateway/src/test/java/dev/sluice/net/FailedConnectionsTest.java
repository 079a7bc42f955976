package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.DefaultChannelPipeline;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is told, and to whom, when something breaks on a client's connection. */
class FailedConnectionsTest {

  private final Logger log = (Logger) LoggerFactory.getLogger(Http1Connection.class);
  private final Logged logged = new Logged();
  private Level levelBefore;

  /** Keeps what is logged. */
  private static final class Logged extends AppenderBase<ILoggingEvent> {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }
  }

  @BeforeEach
  void listen() {
    levelBefore = log.getLevel();
    log.setLevel(Level.DEBUG);
    log.setAdditive(false);
    logged.start();
    log.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(logged);
    log.setAdditive(true);
    log.setLevel(levelBefore);
  }

  @Test
  void anErrorIsToldLoudlyAndTheRequestIsRefused() throws Exception {
    try (RunningServer server = RunningServer.with("transport: nio");
        Socket socket = server.socket()) {
      String answer = ask(socket, "/memoryless");

      assertThat(answer).startsWith("HTTP/1.1 503 ").contains("OUT_OF_MEMORY");
      assertThat(logged.events)
          .singleElement()
          .satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getThrowableProxy().getClassName())
                .isEqualTo(OutOfMemoryError.class.getName());
          });
      assertThat(server.answers().events).contains("gone /memoryless");
    }
  }

  @Test
  void aClientThatLeavesIsToldOfOnce() throws Exception {
    try (RunningServer server = RunningServer.with("transport: nio")) {
      try (Socket socket = server.socket()) {
        socket.setReceiveBufferSize(4096);
        send(socket, "/endless");
        assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
        // Several pieces wait by now; all of them fail.
        awaitStill(server);
        socket.setSoLinger(true, 0);
      }

      await().until(() -> server.answers().events.contains("gone /endless"));
      await().until(() -> server.server().connections() == 0);
      assertThat(logged.events).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void aHandshakeThatFailsIsTheCallsAffairAlone() throws Exception {
    Logger tail = (Logger) LoggerFactory.getLogger(DefaultChannelPipeline.class);
    tail.addAppender(logged);
    try (UpstreamHouse house = new UpstreamHouse();
        RawUpstream server = new RawUpstream()) {
      Heard call = house.get(house.to(server.port()).tls(null).open());
      server.accept().send("HTTP/1.1 400 Speak plainly\r\n\r\n");

      assertThat(call.awaitFailure().kind()).isEqualTo(UpstreamFailure.Kind.TLS_FAILED);
    } finally {
      tail.detachAppender(logged);
    }
    assertThat(logged.events).filteredOn(event -> event.getLevel() != Level.DEBUG).isEmpty();
  }

  private static void awaitStill(RunningServer server) {
    await()
        .during(Duration.ofMillis(200))
        .until(
            new Callable<>() {
              private long before = -1;

              @Override
              public Boolean call() {
                long now = server.answers().writtenBytes.get();
                boolean still = now == before;
                before = now;
                return still;
              }
            });
  }

  private static void send(Socket socket, String path) throws Exception {
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nhost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static String ask(Socket socket, String path) throws Exception {
    send(socket, path);
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
  }
}
