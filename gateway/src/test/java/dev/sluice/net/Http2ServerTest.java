package dev.sluice.net;

import static dev.sluice.net.Http2Client.CONTINUATION;
import static dev.sluice.net.Http2Client.DATA;
import static dev.sluice.net.Http2Client.END_HEADERS;
import static dev.sluice.net.Http2Client.END_STREAM;
import static dev.sluice.net.Http2Client.GOAWAY;
import static dev.sluice.net.Http2Client.HEADERS;
import static dev.sluice.net.Http2Client.PADDED;
import static dev.sluice.net.Http2Client.PING;
import static dev.sluice.net.Http2Client.PRIORITY;
import static dev.sluice.net.Http2Client.PUSH_PROMISE;
import static dev.sluice.net.Http2Client.RST_STREAM;
import static dev.sluice.net.Http2Client.SETTINGS;
import static dev.sluice.net.Http2Client.WINDOW_UPDATE;
import static dev.sluice.net.Http2Client.WITH_PRIORITY;
import static dev.sluice.net.Http2Client.block;
import static dev.sluice.net.Http2Client.bytes;
import static dev.sluice.net.Http2Client.joined;
import static dev.sluice.net.Http2Client.number;
import static dev.sluice.net.Http2Client.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of HTTP/2 (RFC 9113) for what a client may send, with prior knowledge. */
class Http2ServerTest {

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
  void aRequestThatThereIsNoMemoryForIsRefusedAndOthersAreAnswered() throws Exception {
    try (Http2Client client = server.http2()) {
      client.get(1, "/held").get(3, "/memoryless");

      assertThat(client.answer(3).body()).isEqualTo("OUT_OF_MEMORY");
      Answers.release(server.answers().nextHeld());
      assertThat(client.answer(1).body()).isEqualTo("released /held");
    }
  }

  @Test
  void aConnectionThatBeginsOtherwiseIsClosed() throws Exception {
    for (String preface :
        new String[] {"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI / HTTP/1.1\r\n\r\n"}) {
      try (Http2Client client = Http2Client.silent(server.socket())) {
        client.send(preface.getBytes(StandardCharsets.US_ASCII));

        assertThat(client.ended()).isIn(Http2Error.PROTOCOL_ERROR, null);
      }
    }
  }

  @Test
  void aPrefaceWithoutSettingsIsClosed() throws Exception {
    try (Http2Client client = Http2Client.silent(server.socket())) {
      client.send(Http2Client.PREFACE).frame(HEADERS, END_STREAM | END_HEADERS, 1, GET);

      assertThat(client.ended()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    }
  }

  @Test
  void aPrefaceThatIsNotFinishedIsNotWaitedForLong() throws Exception {
    for (String part : new String[] {"PR", "PRI * HTTP/2.0\r\n\r\nSM"}) {
      try (Socket socket = server.socket()) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));

        socket.getInputStream().readAllBytes();
      }
      await().until(() -> server.server().connections() == 0);
    }
  }

  @Test
  void aStreamBelowAnEarlierOneIsNotHandled() throws Exception {
    try (Http2Client client = server.http2()) {
      client.get(5, "/a").get(3, "/a");

      assertThat(client.streamError(3)).isIn(Http2Error.STREAM_CLOSED, Http2Error.PROTOCOL_ERROR);
      assertThat(server.answers().requests).hasValue(1);
    }
  }

  static List<Arguments> brokenConnections() {
    byte[] opened = bytes(HEADERS, END_HEADERS, 1, POST);
    return List.of(
        wrong("data on no stream", Http2Error.PROTOCOL_ERROR, bytes(DATA, 0, 0, number(1))),
        wrong(
            "headers on no stream", Http2Error.PROTOCOL_ERROR, bytes(HEADERS, END_HEADERS, 0, GET)),
        wrong("a stream of the server", Http2Error.PROTOCOL_ERROR, bytes(HEADERS, 5, 2, GET)),
        wrong("data on an idle stream", Http2Error.PROTOCOL_ERROR, bytes(DATA, 1, 1, number(1))),
        wrong(
            "a reset of an idle stream",
            Http2Error.PROTOCOL_ERROR,
            bytes(RST_STREAM, 0, 1, number(8))),
        wrong(
            "a reset of no stream", Http2Error.PROTOCOL_ERROR, bytes(RST_STREAM, 0, 0, number(8))),
        wrong(
            "a short reset",
            Http2Error.FRAME_SIZE_ERROR,
            joined(opened, bytes(RST_STREAM, 0, 1, (byte) 0, (byte) 0, (byte) 8))),
        wrong(
            "a window update of an idle stream",
            Http2Error.PROTOCOL_ERROR,
            bytes(WINDOW_UPDATE, 0, 1, number(1))),
        wrong(
            "a window update of nothing",
            Http2Error.PROTOCOL_ERROR,
            bytes(WINDOW_UPDATE, 0, 0, number(0))),
        wrong(
            "a window update beyond all",
            Http2Error.FLOW_CONTROL_ERROR,
            bytes(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE))),
        wrong(
            "a short window update",
            Http2Error.FRAME_SIZE_ERROR,
            bytes(WINDOW_UPDATE, 0, 0, (byte) 1)),
        wrong("settings of a stream", Http2Error.PROTOCOL_ERROR, bytes(SETTINGS, 0, 1)),
        wrong(
            "settings of bad length", Http2Error.FRAME_SIZE_ERROR, bytes(SETTINGS, 0, 0, (byte) 1)),
        wrong(
            "acknowledged settings with content",
            Http2Error.FRAME_SIZE_ERROR,
            bytes(SETTINGS, 1, 0, setting(1, 0))),
        wrong(
            "push that is neither on nor off",
            Http2Error.PROTOCOL_ERROR,
            bytes(SETTINGS, 0, 0, setting(2, 2))),
        wrong(
            "a window too large",
            Http2Error.FLOW_CONTROL_ERROR,
            bytes(SETTINGS, 0, 0, setting(4, 1L << 31))),
        wrong(
            "a frame size too small",
            Http2Error.PROTOCOL_ERROR,
            bytes(SETTINGS, 0, 0, setting(5, 16383))),
        wrong(
            "a frame size too large",
            Http2Error.PROTOCOL_ERROR,
            bytes(SETTINGS, 0, 0, setting(5, 1 << 24))),
        wrong("a ping of bad length", Http2Error.FRAME_SIZE_ERROR, bytes(PING, 0, 0, number(1))),
        wrong("a ping of a stream", Http2Error.PROTOCOL_ERROR, bytes(PING, 0, 1, new byte[8])),
        wrong(
            "a good-bye of a stream", Http2Error.PROTOCOL_ERROR, bytes(GOAWAY, 0, 1, new byte[8])),
        wrong(
            "a push of a client",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(PUSH_PROMISE, 4, 1, joined(number(2), GET)))),
        wrong(
            "a priority of no stream",
            Http2Error.PROTOCOL_ERROR,
            bytes(PRIORITY, 0, 0, new byte[5])),
        wrong(
            "a frame that is too large",
            Http2Error.FRAME_SIZE_ERROR,
            joined(opened, bytes(DATA, 0, 1, new byte[16385]))),
        wrong(
            "settings that are too large",
            Http2Error.FRAME_SIZE_ERROR,
            bytes(SETTINGS, 0, 0, new byte[16386])),
        wrong(
            "padding beyond its frame",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(DATA, PADDED, 1, (byte) 9, (byte) 1))),
        wrong(
            "padding beyond its headers",
            Http2Error.PROTOCOL_ERROR,
            bytes(HEADERS, PADDED | 5, 1, joined(new byte[] {(byte) 200}, GET))),
        wrong(
            "a continuation of nothing",
            Http2Error.PROTOCOL_ERROR,
            bytes(CONTINUATION, END_HEADERS, 1, GET)),
        wrong(
            "another frame than the continuation",
            Http2Error.PROTOCOL_ERROR,
            joined(bytes(HEADERS, END_STREAM, 1, GET), bytes(PING, 0, 0, new byte[8]))),
        wrong(
            "an unknown frame within headers",
            Http2Error.PROTOCOL_ERROR,
            joined(bytes(HEADERS, END_STREAM, 1, GET), bytes(0x50, 0, 1))),
        wrong(
            "a continuation of another stream",
            Http2Error.PROTOCOL_ERROR,
            joined(bytes(HEADERS, END_STREAM, 1, GET), bytes(CONTINUATION, END_HEADERS, 3))),
        wrong(
            "a header beyond the tables",
            Http2Error.COMPRESSION_ERROR,
            bytes(HEADERS, 5, 1, (byte) 0xff, (byte) 0)),
        wrong(
            "a header without an index",
            Http2Error.COMPRESSION_ERROR,
            bytes(HEADERS, 5, 1, (byte) 0x80)),
        wrong(
            "a table larger than allowed",
            Http2Error.COMPRESSION_ERROR,
            bytes(HEADERS, 5, 1, joined(new byte[] {0x3f, (byte) 0xe1, (byte) 0xff, 0x03}, GET))),
        wrong(
            "a string cut off",
            Http2Error.COMPRESSION_ERROR,
            bytes(HEADERS, 5, 1, (byte) 0, (byte) 5, (byte) 'a')));
  }

  private static Arguments wrong(String what, Http2Error error, byte[] bytes) {
    return Arguments.of(what, error, bytes);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenConnections")
  void whatBreaksTheConnectionEndsIt(String what, Http2Error error, byte[] bytes) throws Exception {
    try (Http2Client client = server.http2()) {
      client.send(bytes);

      assertThat(client.ended()).as(what).isEqualTo(error);
    }
  }

  static List<Arguments> brokenStreams() {
    byte[] opened = bytes(HEADERS, END_HEADERS, 1, POST);
    byte[] ended = bytes(HEADERS, END_HEADERS | END_STREAM, 1, HELD);
    return List.of(
        wrong(
            "data after the end",
            Http2Error.STREAM_CLOSED,
            joined(ended, bytes(DATA, 0, 1, number(1)))),
        wrong(
            "headers after the end",
            Http2Error.PROTOCOL_ERROR,
            joined(ended, bytes(HEADERS, 5, 1, block("x", "y")))),
        wrong(
            "headers after a reset",
            Http2Error.STREAM_CLOSED,
            joined(ended, bytes(RST_STREAM, 0, 1, number(8)), bytes(HEADERS, 5, 1, GET))),
        wrong(
            "a window update of nothing",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(WINDOW_UPDATE, 0, 1, number(0)))),
        wrong(
            "a window update beyond all",
            Http2Error.FLOW_CONTROL_ERROR,
            joined(opened, bytes(WINDOW_UPDATE, 0, 1, number(Integer.MAX_VALUE)))),
        wrong(
            "a priority of bad length",
            Http2Error.FRAME_SIZE_ERROR,
            joined(opened, bytes(PRIORITY, 0, 1, number(0)))),
        wrong(
            "a stream that waits for itself",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(PRIORITY, 0, 1, joined(number(1), new byte[1])))),
        wrong(
            "trailers that do not end",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(HEADERS, 4, 1, block("x", "y")))),
        wrong(
            "pseudo-headers in trailers",
            Http2Error.PROTOCOL_ERROR,
            joined(opened, bytes(HEADERS, 5, 1, block(":path", "/")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenStreams")
  void whatBreaksAStreamEndsIt(String what, Http2Error error, byte[] bytes) throws Exception {
    try (Http2Client client = server.http2()) {
      client.send(bytes);

      assertThat(client.streamError(1)).as(what).isEqualTo(error);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":method GET :scheme http :path / X-Upper a",
        ":method GET :scheme http :path / connection keep-alive",
        ":method GET :scheme http :path / keep-alive 1",
        ":method GET :scheme http :path / proxy-connection keep-alive",
        ":method GET :scheme http :path / transfer-encoding chunked",
        ":method GET :scheme http :path / upgrade h2c",
        ":method GET :scheme http :path / te gzip",
        ":method GET :scheme http :path / :unknown a",
        ":method GET :scheme http :path / :status 200",
        ":method GET :scheme http x a :path /",
        ":scheme http :path /",
        ":method GET :path /",
        ":method GET :scheme http",
        ":method GET :scheme http :path -",
        ":method GET :scheme http :path / :path /",
        ":method GET :method GET :scheme http :path /",
        ":method GET :scheme http :scheme http :path /",
        ":method GET :scheme http :path / :authority x :authority y",
        ":method GET :scheme http :path / :authority x host y",
        ":method GET :scheme http :path / host x host y",
        ":method GET :scheme http :path / :authority a/b",
        ":method GET :scheme http :path / content-length -1",
        ":method GET :scheme http :path / content-length +0",
        ":method GET :scheme http :path / content-length x",
        ":method GET :scheme http :path / content-length 5",
        ":method GET :scheme http :path a",
        ":method GET :scheme http :path *",
        ":method GET :scheme http :path http://x/",
        ":method CONNECT :authority x:443",
        ":method CONNECT :authority x:443 :scheme http :path /",
        ":method G@T :scheme http :path /",
        ":method GET :scheme http :path /\u00e9",
        ":method GET :scheme http :path / x a\u0000b",
        ":method GET :scheme http :path / x a\nb",
        ":method GET :scheme http :path / x\u0001 a",
      })
  void aMalformedRequestIsNeverHandled(String text) throws Exception {
    String[] headers = text.split(" ");
    for (int i = 0; i < headers.length; i++) {
      headers[i] = headers[i].equals("-") ? "" : headers[i];
    }
    try (Http2Client client = server.http2()) {
      client.headers(1, END_STREAM, headers);

      Http2Client.Frame frame = client.await(any -> any.type() == GOAWAY || any.stream() == 1);

      assertThat(frame.type()).isIn(GOAWAY, RST_STREAM, HEADERS);
      if (frame.type() == HEADERS) {
        // A refusal is an answer, too (RFC 9113, section 8.1.1).
        assertThat(client.answer(1).status()).isEqualTo("400");
      } else {
        int at = frame.type() == GOAWAY ? 4 : 0;
        assertThat(ByteBuffer.wrap(frame.payload()).getInt(at))
            .isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
      }
      assertThat(server.answers().requests).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"te trailers", "cookie a=b", "content-length 0", "host x"})
  void aRegularHeaderIsTaken(String header) throws Exception {
    try (Http2Client client = server.http2()) {
      String[] pair = header.split(" ");
      client.headers(
          1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/a", pair[0], pair[1]);

      assertThat(client.answer(1).body()).isEqualTo("GET /a ");
    }
  }

  @ParameterizedTest
  @CsvSource({"5, abc", "2, abc", "0, abc", "3, ''"})
  void aBodyOfAnotherLengthThanAnnouncedIsRefused(String length, String body) throws Exception {
    try (Http2Client client = server.http2()) {
      client.post(1, "/held", "content-length", length).data(1, END_STREAM, body);

      assertThat(client.streamError(1)).isEqualTo(Http2Error.PROTOCOL_ERROR);
      assertThat(server.answers().nextEvent()).isEqualTo("gone /held");
    }
  }

  @Test
  void trailersAreDropped() throws Exception {
    try (Http2Client client = server.http2()) {
      client.post(1, "/a").data(1, 0, "abc").headers(1, END_STREAM, "x", "y");

      assertThat(client.answer(1).body()).isEqualTo("POST /a abc");
    }
  }

  @Test
  void paddingPrioritiesAndContinuationsAreUnderstood() throws Exception {
    try (Http2Client client = server.http2()) {
      byte[] half = java.util.Arrays.copyOf(POST, 20);
      byte[] rest = java.util.Arrays.copyOfRange(POST, 20, POST.length);
      client
          .frame(PRIORITY, 0, 9, joined(number(3), new byte[] {7}))
          .frame(
              HEADERS,
              PADDED | WITH_PRIORITY,
              1,
              joined(new byte[] {2}, number(0), new byte[] {16}, half, new byte[2]))
          .frame(CONTINUATION, END_HEADERS, 1, rest)
          .frame(DATA, PADDED | END_STREAM, 1, new byte[] {2, 'a', 'b', 0, 0});

      assertThat(client.answer(1).body()).isEqualTo("POST /a ab");
    }
  }

  @Test
  void whatIsUnknownIsIgnored() throws Exception {
    try (Http2Client client = server.http2()) {
      client
          .frame(0x50, 0xff, 0, number(1))
          .frame(0x51, 0, 7, number(1))
          .frame(SETTINGS, 0, 0, setting(0x99, 1))
          .frame(PING, 0xfe, 0, new byte[8])
          .get(1, "/a");

      assertThat(client.answer(1).body()).isEqualTo("GET /a ");
    }
  }

  @Test
  void aPingIsAnsweredWithItsContent() throws Exception {
    try (Http2Client client = server.http2()) {
      byte[] content = "12345678".getBytes(StandardCharsets.US_ASCII);
      client.frame(PING, Http2Client.ACK, 0, new byte[8]).frame(PING, 0, 0, content);

      Http2Client.Frame answer = client.await(frame -> frame.type() == PING);

      assertThat(answer.flags()).isEqualTo(Http2Client.ACK);
      assertThat(answer.payload()).isEqualTo(content);
    }
  }
}
