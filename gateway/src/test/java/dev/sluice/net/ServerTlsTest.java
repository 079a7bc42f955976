package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS towards clients. */
@ParameterizedClass
@ValueSource(strings = {"nio", "auto"})
class ServerTlsTest {

  @TempDir private static Path folder;

  private static SelfSigned identity;
  private static SSLContext trusting;

  @Parameter private String transport;

  private RunningServer server;

  @BeforeAll
  static void makeIdentity() throws Exception {
    identity = SelfSigned.in(folder);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
  }

  private RunningServer open(String settings) {
    server =
        RunningServer.with(
            "transport: "
                + transport
                + ", tls: { certificate: \""
                + identity.certificate()
                + "\", key: \""
                + identity.key()
                + "\" }"
                + settings);
    return server;
  }

  @AfterEach
  void everyConnectionEnds() {
    if (server != null) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> server.server().exchanges() == 0 && server.server().connections() == 0);
      server.close();
    }
  }

  private SSLSocket connect(String version, String... protocols) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            trusting
                .getSocketFactory()
                .createSocket(server.socket(), "127.0.0.1", server.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.3", "TLSv1.2"})
  void http2IsChosenWhereTheClientKnowsIt(String version) throws Exception {
    open("");
    try (SSLSocket socket = connect(version, "h2", "http/1.1")) {
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");

      Http2Client client = Http2Client.greeted(socket);

      assertThat(client.get(1, "/a").answer(1).body()).isEqualTo("GET /a ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http/1.1", "", "h3"})
  void http1IsSpokenWithEveryoneElse(String protocol) throws Exception {
    open("");
    String[] protocols = protocol.isEmpty() ? new String[0] : new String[] {protocol};
    try (SSLSocket socket = connect("TLSv1.3", protocols)) {
      Http1Client client = new Http1Client(socket);

      assertThat(client.get("/a").read().body()).isEqualTo("GET /a ");
      assertThat(client.get("/big-1000000").read().body()).hasSize(1_000_000);
      assertThat(client.get("/stream-3").read().body()).isEqualTo("line 0\nline 1\nline 2\n");
    }
  }

  @Test
  void http2IsNotOfferedWhereItIsTurnedOff() throws Exception {
    open(", http2: false");
    try (SSLSocket socket = connect("TLSv1.3", "h2", "http/1.1")) {
      socket.startHandshake();

      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      assertThat(new Http1Client(socket).get("/a").read().status()).isEqualTo(200);
    }
  }

  @Test
  void oldVersionsAreRefused() throws Exception {
    open("");
    // By hand, since the JDK's client no longer speaks it: a hello of TLS 1.1 with two ciphers.
    byte[] hello =
        java.util.HexFormat.of()
            .parseHex("160301002f0100002b0302" + "00".repeat(32) + "000004c00ac0090100");
    try (Socket socket = server.socket()) {
      socket.getOutputStream().write(hello);
      byte[] answer = socket.getInputStream().readAllBytes();

      // An alert of level fatal; 70 says that the version is not spoken.
      assertThat(answer).hasSizeGreaterThanOrEqualTo(7);
      assertThat(answer[0]).isEqualTo((byte) 21);
      assertThat(answer[6]).isEqualTo((byte) 70);
    }
  }

  @Test
  void aHandshakeThatIsNotFinishedInTimeIsClosed() throws Exception {
    open(", timeouts: { header: 200ms }");
    for (byte[] part : new byte[][] {{}, {0x16, 3, 1, 2, 0}}) {
      try (Socket socket = server.socket()) {
        socket.getOutputStream().write(part);

        socket.getInputStream().readAllBytes();
      }
      await().until(() -> server.server().connections() == 0);
    }
  }

  @Test
  void cleartextIsClosed() throws Exception {
    open("");
    try (Socket socket = server.socket()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes());

      socket.getInputStream().readAllBytes();
    }
    assertThat(server.answers().requests).hasValue(0);
  }

  @Test
  void aDrainDoesNotWaitForHandshakes() throws Exception {
    open("");
    try (Socket _ = server.socket();
        SSLSocket idle = connect("TLSv1.3", "http/1.1");
        SSLSocket busy = connect("TLSv1.3", "http/1.1")) {
      Http1Client client = new Http1Client(idle);
      client.get("/a").read();
      Http1Client held = new Http1Client(busy);
      held.get("/held");
      ServerExchange exchange = server.answers().nextHeld();
      Thread drain = Thread.ofVirtual().start(() -> server.server().drain(Duration.ofSeconds(9)));
      await().until(() -> server.server().connections() == 1);

      assertThat(client.isEnded()).isTrue();
      Answers.release(exchange);
      assertThat(held.read().body()).isEqualTo("released /held");
      assertThat(held.isEnded()).isTrue();
      drain.join();
    }
  }

  @Test
  void aCertificateThatCannotBeReadIsNamed() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.pem"), "no certificate");
    String settings = "tls: { certificate: \"" + broken + "\", key: \"" + identity.key() + "\" }";

    assertThatThrownBy(() -> RunningServer.with(settings))
        .hasMessageContaining("broken.pem")
        .isInstanceOf(java.io.UncheckedIOException.class);
  }
}
