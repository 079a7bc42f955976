package dev.sluice.net;

import static dev.sluice.net.Http2Client.DATA;
import static dev.sluice.net.Http2Client.END_STREAM;
import static dev.sluice.net.Http2Client.GOAWAY;
import static dev.sluice.net.Http2Client.RST_STREAM;
import static dev.sluice.net.Http2Client.SETTINGS;
import static dev.sluice.net.Http2Client.WINDOW_UPDATE;
import static dev.sluice.net.Http2Client.number;
import static dev.sluice.net.Http2Client.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2's flow control, slow clients and good-byes. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class Http2FlowTest {

  private static final int WINDOW = 4;

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
  void aClientGetsNoMoreThanItsWindowAndOthersGoOn() throws Exception {
    open("");
    try (Http2Client client = Http2Client.greeted(server.socket(), setting(WINDOW, 1000))) {
      client.get(1, "/big-5000").get(3, "/endless");
      int first = 0;
      int third = 0;
      while (first < 1000 || third < 1000) {
        Http2Client.Frame frame = client.await(any -> any.type() == DATA);
        first += frame.stream() == 1 ? frame.payload().length : 0;
        third += frame.stream() == 3 ? frame.payload().length : 0;
      }

      assertThat(client.get(5, "/a").answer(5).body()).isEqualTo("GET /a ");
      assertThat(first).isEqualTo(1000);
      assertThat(third).isEqualTo(1000);
      // What waits for the window is bounded by the high-water mark.
      assertThat(server.answers().writtenBytes).hasValueLessThan(200_000);
      client.frame(WINDOW_UPDATE, 0, 1, number(3000)).frame(SETTINGS, 0, 0, setting(WINDOW, 2000));
      assertThat(client.answer(1).reset()).isEqualTo(-1);
      assertThat(client.answer(1).body()).hasSize(5000);
      client.frame(RST_STREAM, 0, 3, number(8));
      assertThat(server.answers().nextEvent()).isEqualTo("gone /endless");
    }
  }

  @Test
  void theConnectionsWindowHoldsAllStreams() throws Exception {
    open("");
    try (Http2Client client = Http2Client.greeted(server.socket(), setting(WINDOW, 1 << 20))) {
      client.get(1, "/big-100000");
      int got = 0;
      while (got < 65535) {
        got += client.await(any -> any.type() == DATA).payload().length;
      }
      assertThat(got).isEqualTo(65535);

      assertThat(client.get(3, "/status-204").answer(3).status()).isEqualTo("204");
      client.frame(WINDOW_UPDATE, 0, 0, number(1 << 20));
      assertThat(client.answer(1).body()).hasSize(100_000);
    }
  }

  @Test
  void aBodyMayBeLargerThanAWindow() throws Exception {
    open("");
    try (Http2Client client = server.http2()) {
      client.post(1, "/a");
      int window = 65535;
      String piece = "x".repeat(10_000);
      for (int i = 0; i < 30; i++) {
        while (window < piece.length()) {
          Http2Client.Frame frame =
              client.await(any -> any.type() == WINDOW_UPDATE && any.stream() == 1);
          window += frame.number();
        }
        client.data(1, i == 29 ? END_STREAM : 0, piece);
        window -= piece.length();
      }
      client.frame(WINDOW_UPDATE, 0, 0, number(1 << 20));
      client.frame(WINDOW_UPDATE, 0, 1, number(1 << 20));

      assertThat(client.answer(1).body()).hasSize(300_000 + "POST /a ".length());
    }
  }

  @Test
  void aStreamThatIsNotReadIsCutAndItsUpstreamTold() throws Exception {
    open(", timeouts: { stall: 200ms }");
    try (Http2Client client = Http2Client.greeted(server.socket(), setting(WINDOW, 10))) {
      client.get(1, "/endless");

      assertThat(server.answers().nextEvent()).isEqualTo("gone /endless");
      assertThat(client.answer(1).reset()).isPositive();
      assertThat(client.get(3, "/status-204").answer(3).status()).isEqualTo("204");
    }
  }

  @Test
  void aWholeAnswerThatIsNotReadIsCut() throws Exception {
    open(", timeouts: { stall: 200ms }");
    try (Http2Client client = Http2Client.greeted(server.socket(), setting(WINDOW, 10))) {
      for (String path : new String[] {"/big-1000", "/big-1000000", "/stream-100"}) {
        int stream = path.length() * 2 + 1;
        assertThat(client.get(stream, path).answer(stream).reset()).as(path).isPositive();
      }
    }
  }

  @Test
  void aSlowReaderThatReadsIsNotCut() throws Exception {
    open(", timeouts: { stall: 1s }");
    try (Http2Client client = Http2Client.greeted(server.socket(), setting(WINDOW, 0))) {
      client.frame(WINDOW_UPDATE, 0, 0, number(1 << 20)).get(1, "/big-160000");
      int got = 0;
      for (int i = 1; i <= 5; i++) {
        // Each wait is shorter than the limit, all of them together are longer.
        await().during(Duration.ofMillis(300)).until(() -> server.server().connections() == 1);
        client.frame(WINDOW_UPDATE, 0, 1, number(32_768));
        while (got < Math.min(160_000, i * 32_768)) {
          Http2Client.Frame frame = client.await(any -> any.stream() == 1);
          assertThat(frame.type()).isNotEqualTo(RST_STREAM);
          got += frame.type() == DATA ? frame.payload().length : 0;
        }
      }

      assertThat(client.answer(1).body()).hasSize(160_000);
    }
  }

  @Test
  void aBodyThatStallsIsRefusedAndOthersGoOn() throws Exception {
    open(", timeouts: { body: 200ms }");
    try (Http2Client client = server.http2()) {
      client.post(1, "/a").data(1, 0, "abc");

      assertThat(client.answer(1).status()).isEqualTo("408");
      assertThat(server.answers().nextEvent()).isEqualTo("body TOO_SLOW");
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }

  @Test
  void anIdleConnectionIsClosedPolitely() throws Exception {
    open(", timeouts: { keep_alive: 200ms }");
    try (Http2Client client = server.http2()) {
      client.get(1, "/a").answer(1);

      assertThat(client.await(frame -> frame.type() == GOAWAY).payload()[7]).isZero();
      assertThat(client.ended()).isNull();
    }
  }

  @Test
  void aDrainSaysGoodByeAndLetsStreamsEnd() throws Exception {
    open("");
    try (Http2Client client = server.http2();
        Http2Client idle = server.http2()) {
      client.get(1, "/held").get(3, "/open-2");
      ServerExchange first = server.answers().nextHeld();
      ServerExchange second = server.answers().nextHeld();

      Thread drain = Thread.ofVirtual().start(() -> server.server().drain(Duration.ofSeconds(10)));
      Http2Client.Frame goodBye = client.await(frame -> frame.type() == GOAWAY);

      assertThat(ByteBuffer.wrap(goodBye.payload()).getInt()).isEqualTo(3);
      assertThat(ByteBuffer.wrap(goodBye.payload()).getInt(4)).isZero();
      idle.await(frame -> frame.type() == GOAWAY);
      assertThat(idle.ended()).isNull();
      client.get(5, "/late");
      for (ServerExchange exchange : new ServerExchange[] {first, second}) {
        if (exchange.started()) {
          exchange.eventLoop().execute(exchange::end);
        } else {
          Answers.release(exchange);
        }
      }
      assertThat(client.answer(1).body()).isEqualTo("released /held");
      assertThat(client.answer(3).body()).isEqualTo("line 0\nline 1\n");
      client.ended();
      drain.join();
      assertThat(server.answers().requests).hasValue(2);
    }
  }
}
