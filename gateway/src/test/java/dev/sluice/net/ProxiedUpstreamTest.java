package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams behind an outgoing proxy, which here only pretends to connect further. */
class ProxiedUpstreamTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
  private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

  private final UpstreamHouse house = new UpstreamHouse();
  private RawUpstream proxy;

  @BeforeEach
  void open() throws Exception {
    proxy = new RawUpstream();
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    house.close();
  }

  private UpstreamHouse.Plan behind(String host, int port, String credentials) {
    return house
        .to(port)
        .host(host)
        .proxy(OutgoingProxy.of("http://" + credentials + "localhost:" + proxy.port()));
  }

  @Test
  void theProxyIsAskedForTheOriginByName() throws Exception {
    HttpUpstream upstream = behind("api.test", 8443, "").open();
    Heard heard = house.get(upstream);
    Peer peer = proxy.accept();
    String asked = peer.answer(ESTABLISHED);

    assertThat(asked).startsWith("CONNECT api.test:8443 HTTP/1.1\r\n");
    assertThat(asked.toLowerCase(Locale.ROOT))
        .contains("\r\nhost: api.test:8443\r\n")
        .doesNotContain("authorization");
    assertThat(peer.answer(OK))
        .startsWith("GET /path?q=1 HTTP/1.1\r\nhost: api.test:8443\r\n")
        .doesNotContain("roxy");
    assertThat(heard.awaitEnd()).isEqualTo("ok");

    Heard next = house.get(upstream);
    assertThat(peer.answer(OK)).startsWith("GET /path");
    assertThat(next.awaitEnd()).isEqualTo("ok");
  }

  @Test
  void credentialsGoToTheProxyAndNoFurther() throws Exception {
    Heard heard = house.get(behind("api.test", 80, "me:s%3Aecret@").open());
    Peer peer = proxy.accept();

    // me:s:ecret
    assertThat(peer.answer(ESTABLISHED).toLowerCase(Locale.ROOT))
        .contains("\r\nproxy-authorization: basic bwu6czply3jlda==\r\n");
    assertThat(peer.answer(OK).toLowerCase(Locale.ROOT)).doesNotContain("authorization");
    assertThat(heard.awaitEnd()).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: basic\r\n"
            + "content-length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 3\r\n\r\nbad"
      })
  void aProxyThatRefusesFailsTheCall(String answer) throws Exception {
    for (boolean secure : new boolean[] {false, true}) {
      UpstreamHouse.Plan plan = behind("api.test", 8443, "me:secret@");
      HttpUpstream upstream = (secure ? plan.tls(null) : plan).open();
      Heard heard = house.get(upstream);
      Peer peer = proxy.accept();
      peer.answer(answer);

      UpstreamFailure failure = heard.awaitFailure();
      assertThat(failure.kind()).isEqualTo(Kind.CONNECT_FAILED);
      assertThat(failure.detail()).doesNotContain("secret");
      peer.awaitClosed();
      assertThat(upstream.connectFailures()).isEqualTo(1);
    }
  }

  @Test
  void aProxyThatClosesFailsTheCall() throws Exception {
    Heard heard = house.get(behind("api.test", 8443, "").open());
    Peer peer = proxy.accept();
    peer.readRequest();
    peer.close();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CONNECT_FAILED);
  }

  @Test
  void aProxyThatNeverAnswersFailsTheCallInTime() throws Exception {
    Heard heard = house.get(behind("api.test", 8443, "").connect(Duration.ofMillis(200)).open());
    Peer peer = proxy.accept();
    peer.readRequest();

    assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
    peer.awaitClosed();
  }
}
