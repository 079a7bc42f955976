package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers over HTTP/1.1 begin, are framed and end. */
class Http1AnswerTest {

  private static final String LENGTH_ANSWER =
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-one: 1\r\n\r\nhello";
  private static final String CHUNKED_HEAD =
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
  private static final String CHUNKED_ANSWER =
      CHUNKED_HEAD + "5;ext=\"a\"\r\nhello\r\n0B\r\n, \r\nworld!\r\r\n0\r\nx-trailer: yes\r\n\r\n";
  private static final String CHUNKED_BODY = "hello, \r\nworld!\r";

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

  @Test
  void sendsTheRequestAsItIsAsked() throws Exception {
    Heard heard = house.post(upstream, "the body");

    Peer peer = server.accept();
    String request = peer.answer(LENGTH_ANSWER);

    assertThat(request)
        .isEqualTo(
            "POST /path?q=1 HTTP/1.1\r\nhost: 127.0.0.1:"
                + server.port()
                + "\r\nx-call: 1\r\ncontent-length: 8\r\n\r\nthe body");
    assertThat(heard.awaitEnd()).isEqualTo("hello");
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.headers().get("X-One")).isEqualTo("1");
  }

  @Test
  void anAnswerCutAtAnyByteNeverEnds() throws Exception {
    for (String answer : new String[] {LENGTH_ANSWER, CHUNKED_ANSWER}) {
      int head = answer.indexOf("\r\n\r\n") + 4;
      for (int cut = 0; cut < answer.length(); cut++) {
        Heard heard = house.get(upstream);
        Peer peer = server.accept();
        peer.readRequest();
        peer.send(answer.substring(0, cut)).close();

        assertThat(heard.awaitFailure().kind())
            .as("cut at %s of %s", cut, answer)
            .isEqualTo(cut < head ? Kind.CLOSED_BEFORE_ANSWER : Kind.CLOSED_WITHIN_ANSWER);
      }
    }
    assertThat(upstream.staleRetries()).isZero();
  }

  @Test
  void anAnswerSplitAtAnyByteIsTheSame() throws Exception {
    Peer peer = null;
    for (String answer : new String[] {LENGTH_ANSWER, CHUNKED_ANSWER}) {
      String expected = answer.equals(LENGTH_ANSWER) ? "hello" : CHUNKED_BODY;
      for (int split = 1; split < answer.length(); split++) {
        Heard heard = house.get(upstream);
        peer = peer == null ? server.accept() : peer;
        peer.readRequest();
        peer.send(answer.substring(0, split));
        house.settle();
        peer.send(answer.substring(split));

        assertThat(heard.awaitEnd()).as("split at %s", split).isEqualTo(expected);
      }
    }
    assertThat(upstream.openConnections()).isEqualTo(1);
  }

  @Test
  void anAnswerThatComesByteByByteIsTheSame() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();
    for (int i = 0; i < CHUNKED_ANSWER.length(); i++) {
      peer.send(CHUNKED_ANSWER.substring(i, i + 1));
      house.settle();
    }

    assertThat(heard.awaitEnd()).isEqualTo(CHUNKED_BODY);
  }

  @Test
  void aPieceIsPassedOnBeforeTheNextOneComes() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.readRequest();

    peer.send(CHUNKED_HEAD + "9\r\nhal");
    heard.awaitBody("hal");
    peer.send("f a");
    heard.awaitBody("half a");
    peer.send("nd \r\n");
    heard.awaitBody("half and ");
    peer.send("4\r\nhalf\r\n0\r\n\r\n");

    assertThat(heard.awaitEnd()).isEqualTo("half and half");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "0010", "000000000000010", "10;a=b", "10 ;x", "10;"})
  void chunkSizesMayBeSpeltInManyWays(String size) throws Exception {
    Heard heard = house.get(upstream);
    server.accept().answer(CHUNKED_HEAD + size + "\r\n0123456789abcdef\r\n0\r\n\r\n");

    assertThat(heard.awaitEnd()).isEqualTo("0123456789abcdef");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1a", "1A", "0x1a"})
  void chunkSizesAreHexInBothCases(String size) throws Exception {
    String body = "abcdefghijklmnopqrstuvwxyz";
    Heard heard = house.get(upstream);
    server.accept().answer(CHUNKED_HEAD + size + "\r\n" + body + "\r\n0\r\n\r\n");

    if (size.startsWith("0x")) {
      assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    } else {
      assertThat(heard.awaitEnd()).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1\r\nx\r\n0\r\n\r\n",
        "+1\r\nx\r\n0\r\n\r\n",
        "zz\r\nx\r\n0\r\n\r\n",
        "\r\nx\r\n0\r\n\r\n",
        ";a=b\r\nx\r\n0\r\n\r\n",
        "1 1\r\nx\r\n0\r\n\r\n",
        "10000000000000001\r\nx\r\n0\r\n\r\n",
        "1\r\nxy\r\n0\r\n\r\n",
        "1\r\nx0\r\n\r\n",
        "2\r\nx\r\n0\r\n\r\n",
      })
  void badChunksFailTheCallAndCloseTheConnection(String chunks) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(CHUNKED_HEAD + chunks);

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @Test
  void aChunkSizeLineWithoutEndIsRefused() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(CHUNKED_HEAD + "5;" + "x".repeat(100_000));

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @Test
  void trailersWithoutEndAreRefused() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(CHUNKED_HEAD + "1\r\nx\r\n0\r\n" + "x-more: trailers\r\n".repeat(10_000));

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5, 6\r\n",
        "content-length: -5\r\n",
        "content-length: +5\r\n",
        "content-length: 0x5\r\n",
        "content-length: five\r\n",
        "content-length: 99999999999999999999\r\n",
        "content-length:\r\n",
      })
  void ambiguousLengthsFailTheCallAndCloseTheConnection(String headers) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 200 OK\r\n" + headers + "\r\n0\r\n\r\n");

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    assertThat(heard.status()).as("no head is told").isZero();
    peer.awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: a\u0000b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
      })
  void whatIsNotHttpFailsTheCallAndClosesTheConnection(String answer) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(answer);

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @ParameterizedTest
  @CsvSource({"x-big,200000,1", "x-many,100,5000"})
  void aHeadThatIsTooLargeIsRefused(String name, int valueBytes, int count) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    String header = name + ": " + "v".repeat(valueBytes) + "\r\n";
    peer.readRequest();
    try {
      peer.send("HTTP/1.1 200 OK\r\n" + header.repeat(count) + "\r\n");
    } catch (java.io.IOException _) {
      // Closed before all was sent.
    }

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @Test
  void aReasonWithoutEndIsRefused() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 200 " + "r".repeat(50_000));

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @Test
  void aBigHeadWithinTheLimitIsTaken() throws Exception {
    Heard heard = house.get(upstream);
    server
        .accept()
        .answer(
            "HTTP/1.1 200 OK\r\nx-big: " + "v".repeat(40_000) + "\r\ncontent-length: 2\r\n\r\nok");

    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(heard.headers().get("x-big")).hasSize(40_000);
  }

  @Test
  void informationalAnswersAreSkipped() throws Exception {
    Heard heard = house.get(upstream);
    server
        .accept()
        .answer(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
                + "HTTP/1.1 102 Processing\r\n\r\n"
                + LENGTH_ANSWER);

    assertThat(heard.awaitEnd()).isEqualTo("hello");
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.headers().contains("link")).isFalse();
    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
  }

  @Test
  void switchingProtocolsIsRefused() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\nbytes");

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nx: y\r\n\r\n"})
  void anAnswerWithoutLengthEndsWithItsConnection(String head) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer(head + "some");
    heard.awaitBody("some");
    peer.send(" more");
    heard.awaitBody("some more");
    assertThat(heard.isOver()).isFalse();
    peer.close();

    assertThat(heard.awaitEnd()).isEqualTo("some more");
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
  }

  @Test
  void anAnswerWithoutLengthThatIsResetIsNotComplete() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 200 OK\r\n\r\nsome");
    heard.awaitBody("some");
    peer.reset();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_WITHIN_ANSWER);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void answersWithoutBodyEndWithTheirHead(int status) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 " + status + " Nothing\r\n\r\n");
    assertThat(heard.awaitEnd()).isEmpty();
    assertThat(heard.status()).isEqualTo(status);

    Heard next = house.get(upstream);
    peer.answer(LENGTH_ANSWER);
    assertThat(next.awaitEnd()).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length: 5\r\n", "transfer-encoding: chunked\r\n", ""})
  void anAnswerToHeadHasNoBody(String header) throws Exception {
    Heard heard = house.call(upstream, HttpMethod.HEAD, "");
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 200 OK\r\n" + header + "\r\n");
    assertThat(heard.awaitEnd()).isEmpty();

    Heard next = house.get(upstream);
    assertThat(peer.readRequest().toLowerCase(Locale.ROOT)).startsWith("get ");
    peer.send(LENGTH_ANSWER);
    assertThat(next.awaitEnd()).isEqualTo("hello");
  }

  @Test
  void anEmptyAnswerEnds() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
    assertThat(heard.awaitEnd()).isEmpty();
    assertThat(heard.status()).isEqualTo(500);

    Heard chunked = house.get(upstream);
    peer.answer(CHUNKED_HEAD + "0\r\n\r\n");
    assertThat(chunked.awaitEnd()).isEmpty();
  }

  @Test
  void aBigAnswerArrivesWhole() throws Exception {
    String body = "0123456789abcdef".repeat(1 << 16);
    Heard heard = house.get(upstream);
    server
        .accept()
        .answer("HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);

    assertThat(heard.awaitEnd()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked, chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "transfer-encoding: gzip",
        "transfer-encoding: identity",
        "transfer-encoding: ",
        "transfer-encoding: xchunked"
      })
  void codingsOtherThanChunksAreNotTaken(String codings) throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 200 OK\r\n" + codings + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Chunked", "CHUNKED ", " \tchunked"})
  void chunksMayBeSpeltInManyWays(String coding) throws Exception {
    Heard heard = house.get(upstream);
    server
        .accept()
        .answer(
            "HTTP/1.1 200 OK\r\ntransfer-encoding:" + coding + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

    assertThat(heard.awaitEnd()).isEqualTo("hello");
  }

  @Test
  void aFloodOfInformationalAnswersIsGivenUp() throws Exception {
    Heard heard = house.get(upstream);
    Peer peer = server.accept();
    peer.answer("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(33));

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    peer.awaitClosed();
  }

  @Test
  void someInformationalAnswersAreWaitedThroughEachTime() throws Exception {
    Peer peer = null;
    for (int i = 0; i < 2; i++) {
      Heard heard = house.get(upstream);
      peer = peer == null ? server.accept() : peer;
      peer.answer("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(32) + LENGTH_ANSWER);

      assertThat(heard.awaitEnd()).isEqualTo("hello");
    }
  }
}
