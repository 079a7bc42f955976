package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.ProviderSettings.HttpVersion;
import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom upstreams over TLS trust, and which HTTP is agreed on. */
class UpstreamTlsTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  @TempDir private static Path directory;
  private static Certificates local;
  private static Certificates elsewhere;

  private final UpstreamHouse house = new UpstreamHouse();

  @BeforeAll
  static void makeCertificates() throws Exception {
    local = Certificates.of(directory, "dns:localhost,dns:api.test,ip:127.0.0.1");
    elsewhere = Certificates.of(directory, "dns:elsewhere.test");
  }

  @AfterEach
  void close() {
    house.close();
  }

  /** A server over TLS that offers these protocols, by ALPN where there are any. */
  private static RawUpstream server(Certificates certificates, String... protocols)
      throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "server",
        certificates.key(),
        new char[0],
        new java.security.cert.Certificate[] {certificates.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    SSLServerSocket socket =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return new RawUpstream(socket);
  }

  private static SslContext h2(Certificates certificates) throws IOException {
    return SslContextBuilder.forServer(certificates.key(), certificates.certificate())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "h2"))
        .build();
  }

  /** What the server sees of a handshake that the upstream breaks off. */
  private static CompletableFuture<Boolean> handshake(RawUpstream server) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            ((SSLSocket) server.accept().socket()).startHandshake();
            done.complete(true);
          } catch (IOException _) {
            done.complete(false);
          }
        });
    return done;
  }

  @Test
  void anAuthorityOfOnesOwnIsTrusted() throws Exception {
    try (RawUpstream server = server(local)) {
      HttpUpstream upstream = house.to(server.port()).host("localhost").tls(pem(local)).open();
      Heard heard = house.get(upstream);
      Peer peer = server.accept();

      assertThat(peer.answer(OK)).contains("\r\nhost: localhost:" + server.port() + "\r\n");
      assertThat(heard.awaitEnd()).isEqualTo("ok");
      Heard next = house.post(upstream, "b".repeat(1 << 20));
      assertThat(peer.answer(OK)).hasSizeGreaterThan(1 << 20);
      assertThat(next.awaitEnd()).isEqualTo("ok");
    }
  }

  private static String pem(Certificates certificates) {
    return certificates.pem().toString();
  }

  @Test
  void anAddressInTheCertificateIsTrusted() throws Exception {
    try (RawUpstream server = server(local)) {
      Heard heard = house.get(house.to(server.port()).tls(pem(local)).open());
      server.accept().answer(OK);

      assertThat(heard.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void theNameIsSentToTheServer() throws Exception {
    try (RawUpstream server = server(local)) {
      Heard heard =
          house.get(
              house
                  .to(server.port())
                  .host("api.test")
                  .names(UpstreamHouse.knowing("127.0.0.1"))
                  .tls(pem(local))
                  .open());
      Peer peer = server.accept();
      peer.answer(OK);
      heard.awaitEnd();

      var session = (javax.net.ssl.ExtendedSSLSession) ((SSLSocket) peer.socket()).getSession();
      assertThat(session.getRequestedServerNames())
          .containsExactly(new javax.net.ssl.SNIHostName("api.test"));
    }
  }

  @Test
  void anAuthorityThatNobodyNamedIsRefused() throws Exception {
    try (RawUpstream server = server(local)) {
      CompletableFuture<Boolean> handshake = handshake(server);
      HttpUpstream upstream = house.to(server.port()).host("localhost").tls(null).open();

      assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.TLS_FAILED);
      handshake.get();
      assertThat(upstream.connectFailures()).isEqualTo(1);
    }
  }

  @Test
  void anotherAuthorityIsRefused() throws Exception {
    try (RawUpstream server = server(local)) {
      CompletableFuture<Boolean> handshake = handshake(server);
      HttpUpstream upstream = house.to(server.port()).host("localhost").tls(pem(elsewhere)).open();

      assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.TLS_FAILED);
      handshake.get();
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    try (RawUpstream server = server(elsewhere)) {
      for (String host : new String[] {"localhost", "127.0.0.1"}) {
        CompletableFuture<Boolean> handshake = handshake(server);
        HttpUpstream upstream = house.to(server.port()).host(host).tls(pem(elsewhere)).open();

        assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.TLS_FAILED);
        handshake.get();
      }
    }
  }

  @Test
  void aServerWithoutTlsIsRefused() throws Exception {
    try (RawUpstream server = new RawUpstream()) {
      Heard heard = house.get(house.to(server.port()).tls(pem(local)).open());
      Peer peer = server.accept();
      peer.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");

      assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.TLS_FAILED);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerWithoutLengthThatIsCutOffIsNotComplete(boolean reset) throws Exception {
    try (RawUpstream server = server(local);
        RawUpstream between = new RawUpstream()) {
      Heard heard = house.get(house.to(between.port()).tls(pem(local)).open());
      Peer cutting = between.accept();
      try (Socket further = new Socket("127.0.0.1", server.port())) {
        pump(cutting.socket(), further);
        pump(further, cutting.socket());
        server.accept().answer("HTTP/1.1 200 OK\r\n\r\nhalf");
        heard.awaitBody("half");
        if (reset) {
          cutting.reset();
        } else {
          cutting.close();
        }

        assertThat(heard.awaitFailure().kind()).isEqualTo(Kind.CLOSED_WITHIN_ANSWER);
      }
    }
  }

  @Test
  void anAnswerWithoutLengthMayEndByTlsOwnEnd() throws Exception {
    try (RawUpstream server = server(local)) {
      Heard heard = house.get(house.to(server.port()).tls(pem(local)).open());
      Peer peer = server.accept();
      peer.answer("HTTP/1.1 200 OK\r\n\r\nwhole");
      peer.close();

      assertThat(heard.awaitEnd()).isEqualTo("whole");
    }
  }

  @Test
  void authoritiesThatCannotBeReadAreRefusedAtOnce() throws Exception {
    Path nonsense = Files.writeString(directory.resolve("nonsense.pem"), "nonsense");
    for (Path path : new Path[] {nonsense, directory.resolve("missing.pem")}) {
      assertThatThrownBy(() -> house.to(1).tls(path.toString()).open())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_2", "AUTO"})
  void http2IsAgreedOn(HttpVersion http) throws Exception {
    try (H2Upstream server = new H2Upstream(Http2Settings.defaultSettings(), h2(local))) {
      HttpUpstream upstream =
          house.to(server.port()).host("localhost").tls(pem(local)).http(http).open();
      Heard heard = house.post(upstream, "body");
      H2Upstream.Request request = server.request();
      request.answer("over two");

      assertThat(request.headers().scheme()).hasToString("https");
      assertThat(request.body()).isEqualTo("body");
      assertThat(heard.awaitEnd()).isEqualTo("over two");
    }
  }

  @Test
  void withoutHttp2AutoFallsBack() throws Exception {
    try (RawUpstream server = server(local, "http/1.1")) {
      Heard heard =
          house.get(house.to(server.port()).tls(pem(local)).http(HttpVersion.AUTO).open());
      server.accept().answer(OK);

      assertThat(heard.awaitEnd()).isEqualTo("ok");
    }
  }

  @Test
  void withoutHttp2WhereItIsWantedTheCallFails() throws Exception {
    try (RawUpstream server = server(local)) {
      CompletableFuture<Boolean> handshake = handshake(server);
      Heard heard =
          house.get(house.to(server.port()).tls(pem(local)).http(HttpVersion.HTTP_2).open());

      UpstreamFailure failure = heard.awaitFailure();
      assertThat(failure.kind()).isEqualTo(Kind.TLS_FAILED);
      assertThat(failure.detail()).contains("HTTP/2");
      handshake.get();
    }
  }

  @Test
  void tlsGoesThroughAProxyToo() throws Exception {
    try (RawUpstream server = server(local);
        RawUpstream proxy = new RawUpstream()) {
      HttpUpstream upstream =
          house
              .to(server.port())
              .host("localhost")
              .tls(pem(local))
              .proxy(OutgoingProxy.of("127.0.0.1:" + proxy.port()))
              .open();
      Heard heard = house.get(upstream);
      Peer peer = proxy.accept();
      assertThat(peer.readRequest()).startsWith("CONNECT localhost:" + server.port() + " ");
      try (Socket further = new Socket("127.0.0.1", server.port())) {
        peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
        pump(peer.socket(), further);
        pump(further, peer.socket());
        server.accept().answer(OK);

        assertThat(heard.awaitEnd()).isEqualTo("ok");
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException _) {
            // One of them has left.
          }
        });
  }
}
