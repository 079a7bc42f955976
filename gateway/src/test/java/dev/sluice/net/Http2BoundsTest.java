package dev.sluice.net;

import static dev.sluice.net.Http2Client.CONTINUATION;
import static dev.sluice.net.Http2Client.DATA;
import static dev.sluice.net.Http2Client.END_HEADERS;
import static dev.sluice.net.Http2Client.END_STREAM;
import static dev.sluice.net.Http2Client.HEADERS;
import static dev.sluice.net.Http2Client.RST_STREAM;
import static dev.sluice.net.Http2Client.WINDOW_UPDATE;
import static dev.sluice.net.Http2Client.block;
import static dev.sluice.net.Http2Client.bytes;
import static dev.sluice.net.Http2Client.joined;
import static dev.sluice.net.Http2Client.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of an HTTP/2 client is borne: of its heads, its streams and its resets. */
class Http2BoundsTest {

  private static final byte[] GET =
      block(":method", "GET", ":scheme", "http", ":path", "/a", ":authority", "x");
  private static final byte[] POST =
      block(":method", "POST", ":scheme", "http", ":path", "/a", ":authority", "x");
  private static final byte[] HELD =
      block(":method", "GET", ":scheme", "http", ":path", "/held", ":authority", "x");

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
  void headersThatAreTooLargeAreRefusedAndTheConnectionGoesOn() throws Exception {
    try (Http2Client client = server.http2()) {
      client.headers(
          1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/a", "x", "y".repeat(5000));

      assertThat(client.answer(1).status()).isEqualTo("431");
      assertThat(client.get(3, "/a").answer(3).status()).isEqualTo("200");
    }
  }

  @Test
  void aPathThatIsTooLongIsRefused() throws Exception {
    try (Http2Client client = server.http2()) {
      assertThat(client.get(1, "/" + "a".repeat(1500)).answer(1).status()).isEqualTo("414");
    }
  }

  @Test
  void endlessContinuationsEndTheConnection() throws Exception {
    for (byte[] part : new byte[][] {{}, block("x", "y"), new byte[16000]}) {
      try (Http2Client client = server.http2()) {
        client.frame(HEADERS, END_STREAM, 1, GET);
        try {
          for (int i = 0; i < 2000; i++) {
            client.frame(CONTINUATION, 0, 1, part);
          }
        } catch (java.net.SocketException _) {
          // Closed while still being sent to.
        }

        client.ended();
      }
      await().until(() -> server.server().connections() == 0);
      assertThat(server.answers().requests).hasValue(0);
    }
  }

  @Test
  void moreStreamsThanAllowedAreRefused() throws Exception {
    try (Http2Client client = server.http2()) {
      for (int stream = 1; stream <= 19; stream += 2) {
        client.get(stream, "/held");
      }

      client.get(21, "/a");

      assertThat(client.streamError(21)).isIn(Http2Error.REFUSED_STREAM, Http2Error.PROTOCOL_ERROR);
      for (int stream = 1; stream <= 19; stream += 2) {
        Answers.release(server.answers().nextHeld());
      }
      for (int stream = 1; stream <= 19; stream += 2) {
        client.answer(stream);
      }
      assertThat(client.get(23, "/a").answer(23).status()).isEqualTo("200");
    }
  }

  @Test
  void rapidResetsEndTheConnection() throws Exception {
    assertThat(endedAfterMany(bytes(RST_STREAM, 0, 1, number(8))))
        .isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
  }

  @Test
  void resetsThatTheServerIsMadeToSendEndTheConnection() throws Exception {
    endedAfterMany(bytes(WINDOW_UPDATE, 0, 1, number(0)));

    assertThat(server.answers().requests).hasValueLessThan(250);
  }

  /** Opens streams, each followed by {@code frame} on it, more often than is borne. */
  private Http2Error endedAfterMany(byte[] frame) throws Exception {
    try (Http2Client client = server.http2()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int stream = 1; stream < 500; stream += 2) {
        all.writeBytes(bytes(HEADERS, END_HEADERS | END_STREAM, stream, HELD));
        all.writeBytes(ByteBuffer.wrap(frame.clone()).putInt(5, stream).array());
      }
      // In one piece, so that nothing is unread when the server closes.
      client.send(all.toByteArray());
      return client.ended();
    }
  }

  @Test
  void emptyFramesWithoutEndEndTheConnection() throws Exception {
    try (Http2Client client = server.http2()) {
      client.post(1, "/a");
      byte[] empty = bytes(DATA, 0, 1);
      client.send(joined(empty, empty, empty, empty, empty));

      assertThat(client.ended()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
    }
  }
}
