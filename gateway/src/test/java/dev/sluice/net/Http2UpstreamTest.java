package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ProviderSettings.HttpVersion;
import dev.sluice.net.H2Upstream.Request;
import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls over HTTP/2 in cleartext. */
class Http2UpstreamTest {

  /** More than a stream's window lets through. */
  private static final int PAUSED_BYTES = 4 << 20;

  private final UpstreamHouse house = new UpstreamHouse();
  private H2Upstream server;
  private HttpUpstream upstream;

  @BeforeEach
  void open() throws Exception {
    server = new H2Upstream(Http2Settings.defaultSettings());
    upstream = house.to(server.port()).http(HttpVersion.HTTP_2).open();
  }

  @AfterEach
  void close() {
    house.close();
    server.close();
  }

  /** Waits until the peer's settings have been seen, for which one answer is proof enough. */
  private void settled() throws Exception {
    Heard heard = house.get(upstream);
    server.request().answer("first");
    heard.awaitEnd();
  }

  @Test
  void aCallIsAnswered() throws Exception {
    Heard heard = house.post(upstream, "the body");
    Request request = server.request();
    request.head(200, "x-one", "1").data("one ").data("two").trailers();

    assertThat(heard.awaitEnd()).isEqualTo("one two");
    assertThat(heard.headers().get("x-one")).isEqualTo("1");
    assertThat(heard.headers().names()).noneMatch(name -> name.startsWith(":"));
    assertThat(request.headers().method()).hasToString("POST");
    assertThat(request.headers().path()).hasToString("/path?q=1");
    assertThat(request.headers().scheme()).hasToString("http");
    assertThat(request.headers().authority()).hasToString("127.0.0.1:" + server.port());
    assertThat(request.headers().get("x-call")).hasToString("1");
    assertThat(request.headers().get("content-length")).hasToString("8");
    assertThat(request.headers().contains("host")).isFalse();
    assertThat(request.body()).isEqualTo("the body");
  }

  @Test
  void aBigRequestArrivesWhole() throws Exception {
    String body = "0123456789abcdef".repeat(1 << 16);
    Heard heard = house.post(upstream, body);
    Request request = server.request();
    request.answer(body);

    assertThat(request.body()).isEqualTo(body);
    assertThat(heard.awaitEnd()).isEqualTo(body);
  }

  @Test
  void informationalAnswersAreSkipped() throws Exception {
    Heard heard = house.get(upstream);
    server.request().head(103, "link", "</a>").head(100).answer("ok");

    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.headers().contains("link")).isFalse();
  }

  @Test
  void aFloodOfInformationalAnswersIsGivenUp() throws Exception {
    Heard heard = house.get(upstream);
    Request request = server.request();
    for (int i = 0; i < 33; i++) {
      request.head(103, "link", "</a>");
    }

    assertThat(heard.awaitFailure().kind()).isEqualTo(UpstreamFailure.Kind.PROTOCOL_ERROR);
  }

  @Test
  void asManyInformationalAnswersAsThereMayBeAreSkipped() throws Exception {
    Heard heard = house.get(upstream);
    Request request = server.request();
    for (int i = 0; i < 32; i++) {
      request.head(103, "link", "</a>");
    }
    request.answer("ok");

    assertThat(heard.awaitEnd()).isEqualTo("ok");
  }

  @Test
  void anAnswerToHeadHasNoBody() throws Exception {
    Heard heard = house.call(upstream, HttpMethod.HEAD, "");
    server.request().head(200, "content-length", "5").last("");

    assertThat(heard.awaitEnd()).isEmpty();
  }

  @Test
  void callsShareOneConnection() throws Exception {
    List<Heard> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(house.post(upstream, "call " + i));
    }
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      requests.add(server.request());
    }
    // The last one first: none waits for another.
    for (Request request : requests.reversed()) {
      request.answer("answer to " + request.body());
    }

    for (int i = 0; i < 50; i++) {
      assertThat(calls.get(i).awaitEnd()).isEqualTo("answer to call " + i);
    }
    assertThat(server.connections()).isEqualTo(1);
    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
    settled();
    settled();
    UpstreamHouse.awaitGauge(upstream::idleConnections, 1);
    assertThat(upstream.openConnections()).isEqualTo(1);
  }

  @Test
  void noMoreStreamsAreOpenedThanTheServerAllows() throws Exception {
    try (H2Upstream narrow =
        new H2Upstream(Http2Settings.defaultSettings().maxConcurrentStreams(2))) {
      upstream = house.to(narrow.port()).http(HttpVersion.HTTP_2).connections(1).open();
      Heard first = house.get(upstream);
      narrow.request().answer("first");
      first.awaitEnd();
      List<Heard> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        calls.add(house.post(upstream, "call " + i));
      }
      Request one = narrow.request();
      Request two = narrow.request();
      house.settle();
      assertThat(narrow.requestsWaiting()).isZero();
      assertThat(upstream.waitingCalls()).isEqualTo(3);
      two.answer("2");
      one.answer("1");
      narrow.request().answer("3");
      narrow.request().answer("4");
      narrow.request().answer("5");

      for (Heard call : calls) {
        assertThat(call.awaitEnd()).hasSize(1);
      }
      assertThat(narrow.connections()).isEqualTo(1);
    }
  }

  @Test
  void callsSentBeforeTheServersLimitIsKnownAreServedToo() throws Exception {
    try (H2Upstream narrow =
        new H2Upstream(Http2Settings.defaultSettings().maxConcurrentStreams(1))) {
      upstream = house.to(narrow.port()).http(HttpVersion.HTTP_2).connections(8).open();
      List<Heard> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        calls.add(house.get(upstream));
      }
      for (int i = 0; i < 4; i++) {
        narrow.request().answer("ok");
      }

      for (Heard call : calls) {
        assertThat(call.awaitEnd()).isEqualTo("ok");
      }
    }
  }

  @Test
  void streamsThatAServerWhoGoesAwayHasTakenEndAndNewOnesGoElsewhere() throws Exception {
    Heard taken = house.get(upstream);
    Request request = server.request();
    request.head(200).data("half");
    taken.awaitBody("half");
    request.goAway(0);
    UpstreamHouse.awaitGauge(upstream::idleConnections, 0);
    Heard fresh = null;
    for (int i = 0; i < 1000 && server.connections() == 1; i++) {
      // One sent before the news has come is sent again.
      fresh = house.get(upstream);
      server.request().answer("elsewhere");
      assertThat(fresh.awaitEnd()).isEqualTo("elsewhere");
    }
    assertThat(server.connections()).isEqualTo(2);
    request.last("half");

    assertThat(taken.awaitEnd()).isEqualTo("halfhalf");
    UpstreamHouse.awaitGauge(upstream::openConnections, 1);
  }

  @Test
  void aStreamThatAServerWhoGoesAwayHasNotTakenIsSentAgain() throws Exception {
    Heard first = house.post(upstream, "first");
    Request one = server.request();
    Heard second = house.post(upstream, "second");
    server.request();
    // The server's own codec counts the second as taken, so the frame is written by hand.
    one.goAwayAfterThis();
    Request again = server.request();
    assertThat(again.body()).isEqualTo("second");
    assertThat(again.connection()).isNotEqualTo(one.connection());
    again.answer("second");
    one.answer("first");

    assertThat(first.awaitEnd()).isEqualTo("first");
    assertThat(second.awaitEnd()).isEqualTo("second");
    assertThat(second.timesConnected()).isEqualTo(1);
  }

  @Test
  void aRefusedStreamIsSentAgainOnce() throws Exception {
    Heard heard = house.post(upstream, "body");
    server.request().reset(Http2Error.REFUSED_STREAM);
    Request again = server.request();
    assertThat(again.body()).isEqualTo("body");
    again.answer("ok");
    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(heard.timesConnected()).isEqualTo(1);

    Heard unlucky = house.post(upstream, "body");
    server.request().reset(Http2Error.REFUSED_STREAM);
    server.request().reset(Http2Error.REFUSED_STREAM);
    assertThat(unlucky.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
  }

  @Test
  void aStreamResetBeforeItsAnswerFailsAndIsNotSentAgain() throws Exception {
    settled();
    Heard heard = house.post(upstream, "body");
    server.request().reset(Http2Error.INTERNAL_ERROR);

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
    assertThat(server.requestsWaiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Http2Error.class,
      names = {"NO_ERROR", "INTERNAL_ERROR", "REFUSED_STREAM", "CANCEL"})
  void aStreamResetWithinItsAnswerFails(Http2Error error) throws Exception {
    Heard heard = house.get(upstream);
    Heard other = house.get(upstream);
    Request request = server.request();
    Request untouched = server.request();
    request.head(200).data("half");
    heard.awaitBody("half");
    request.reset(error);

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_WITHIN_ANSWER);
    untouched.answer("whole");
    assertThat(other.awaitEnd()).isEqualTo("whole");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void anAnswerShorterThanItsLengthFails() throws Exception {
    Heard heard = house.get(upstream);
    server.request().head(200, "content-length", "10").last("short");

    assertThat(heard.awaitFailure().kind()).isIn(Kind.CLOSED_WITHIN_ANSWER, Kind.PROTOCOL_ERROR);
  }

  @Test
  void aConnectionClosedWithinAnswersFailsThem() throws Exception {
    Heard first = house.get(upstream);
    Heard second = house.get(upstream);
    Request one = server.request();
    Request two = server.request();
    one.head(200).data("half");
    two.head(200).data("half");
    first.awaitBody("half");
    second.awaitBody("half");
    one.closeConnection();

    assertThat(first.awaitFailure().kind()).isEqualTo(Kind.CLOSED_WITHIN_ANSWER);
    assertThat(second.awaitFailure().kind()).isEqualTo(Kind.CLOSED_WITHIN_ANSWER);
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
  }

  @Test
  void aStaleConnectionIsReplacedUnseen() throws Exception {
    settled();
    Heard heard = house.post(upstream, "body");
    server.request().closeConnection();
    Request again = server.request();
    assertThat(again.body()).isEqualTo("body");
    again.answer("ok");

    assertThat(heard.awaitEnd()).isEqualTo("ok");
    assertThat(server.connections()).isEqualTo(2);
    assertThat(upstream.staleRetries()).isEqualTo(1);
  }

  @Test
  void aFreshConnectionThatBreaksFailsTheCall() throws Exception {
    Heard heard = house.post(upstream, "body");
    server.request().closeConnection();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_BEFORE_ANSWER);
  }

  @Test
  void aPausedCallStopsItsStreamAndNoOther() throws Exception {
    Heard slow = house.get(upstream);
    Request request = server.request();
    request.head(200);
    slow.awaitHead();
    slow.pause();
    String piece = "p".repeat(1 << 14);
    for (int i = 0; i < PAUSED_BYTES; i += piece.length()) {
      request.data(piece);
    }
    request.last("");
    for (int i = 0; i < 20; i++) {
      Heard quick = house.get(upstream);
      server.request().answer("q".repeat(100_000));
      assertThat(quick.awaitEnd()).hasSize(100_000);
    }

    assertThat(request.sentBytes()).isLessThan(PAUSED_BYTES / 2);
    assertThat(slow.isOver()).isFalse();
    assertThat(server.connections()).isEqualTo(1);
    slow.resume();
    assertThat(slow.awaitEnd()).hasSize(PAUSED_BYTES);
  }

  @Test
  void givingUpResetsTheStreamAndLeavesTheConnection() throws Exception {
    Heard before = house.get(upstream);
    Request unanswered = server.request();
    before.cancel();
    assertThat(unanswered.awaitReset()).isEqualTo(Http2Error.CANCEL.code());

    Heard within = house.get(upstream);
    Request begun = server.request();
    begun.head(200).data("half");
    within.awaitBody("half");
    within.cancel();
    within.cancel();
    assertThat(begun.awaitReset()).isEqualTo(Http2Error.CANCEL.code());

    Heard next = house.get(upstream);
    server.request().answer("ok");
    assertThat(next.awaitEnd()).isEqualTo("ok");
    assertThat(server.connections()).isEqualTo(1);
    assertThat(before.isOver()).isFalse();
    assertThat(within.isOver()).isFalse();
  }

  @Test
  void closingLetsStreamsEnd() throws Exception {
    Heard heard = house.get(upstream);
    Request request = server.request();
    request.head(200).data("half");
    heard.awaitBody("half");
    upstream.close();
    house.settle();
    request.last("half");

    assertThat(heard.awaitEnd()).isEqualTo("halfhalf");
    UpstreamHouse.awaitGauge(upstream::openConnections, 0);
    await().until(() -> !request.connection().isActive());
  }

  @Test
  void aServerWithoutHttp2FailsTheCall() throws Exception {
    try (RawUpstream old = new RawUpstream()) {
      upstream = house.to(old.port()).http(HttpVersion.HTTP_2).open();
      Heard heard = house.post(upstream, "body");
      Peer peer = old.accept();
      assertThat(peer.readHead()).startsWith("PRI * HTTP/2.0");
      peer.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");

      assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
      UpstreamHouse.awaitGauge(upstream::openConnections, 0);
    }
  }
}
