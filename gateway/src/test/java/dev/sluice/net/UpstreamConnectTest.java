package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.RawUpstream.Peer;
import dev.sluice.net.UpstreamFailure.Kind;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens until a connection is there. */
class UpstreamConnectTest {

  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private final UpstreamHouse house = new UpstreamHouse();

  @AfterEach
  void close() {
    house.close();
  }

  private static int closedPort() throws Exception {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return closed.getLocalPort();
    }
  }

  @Test
  void aPortWithoutListenerFailsTheCall() throws Exception {
    HttpUpstream upstream = house.open(closedPort());

    assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.CONNECT_FAILED);
    assertThat(upstream.connectFailures()).isEqualTo(1);
    assertThat(upstream.openConnections()).isZero();
  }

  @Test
  void aListenerThatNeverAcceptsFailsTheCallInTime() throws Exception {
    Duration connect = Duration.ofMillis(300);
    List<Socket> filling = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      // Once its backlog is full, a further connection stays half open.
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket();
        filling.add(socket);
        try {
          socket.connect(full.getLocalSocketAddress(), 100);
        } catch (java.net.SocketTimeoutException _) {
          break;
        }
      }
      HttpUpstream upstream = house.to(full.getLocalPort()).connect(connect).open();
      long started = System.nanoTime();
      Kind kind = house.get(upstream).awaitFailure().kind();

      assertThat(kind).isEqualTo(Kind.CONNECT_TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isBetween(connect, connect.multipliedBy(8));
      UpstreamHouse.awaitGauge(upstream::connectFailures, 1);
    } finally {
      for (Socket socket : filling) {
        socket.close();
      }
    }
  }

  @Test
  void aHandshakeThatIsNeverAnsweredFailsTheCallInTime() throws Exception {
    try (RawUpstream server = new RawUpstream()) {
      HttpUpstream upstream =
          house.to(server.port()).tls(null).connect(Duration.ofMillis(300)).open();
      Heard heard = house.get(upstream);
      Peer silent = server.accept();

      assertThat(heard.awaitFailure().kind()).isIn(Kind.CONNECT_TIMEOUT, Kind.TLS_FAILED);
      assertThat(silent.socket().getInputStream().read()).as("a hello").isPositive();
      UpstreamHouse.awaitGauge(upstream::connectFailures, 1);
      silent.socket().getInputStream().readAllBytes();
    }
  }

  @Test
  void aNameThatIsNeverResolvedFailsTheCallInTime() throws Exception {
    HttpUpstream upstream =
        house
            .to(1)
            .host("host.test")
            .names(UpstreamHouse.knowing())
            .connect(Duration.ofMillis(200))
            .open();

    assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
    UpstreamHouse.awaitGauge(upstream::connectFailures, 1);
    assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
    UpstreamHouse.awaitGauge(upstream::connectFailures, 2);
  }

  @Test
  void theNextAddressIsTriedWhenOneRefuses() throws Exception {
    try (RawUpstream server = RawUpstream.on("127.0.0.2")) {
      HttpUpstream upstream =
          house
              .to(server.port())
              .host("host.test")
              .names(UpstreamHouse.knowing("127.0.0.1", "127.0.0.2"))
              .open();
      for (int i = 0; i < 8; i++) {
        Heard heard = house.get(upstream);
        Peer peer = server.accept();
        String request =
            peer.answer("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
        assertThat(heard.awaitEnd()).isEqualTo("ok");
        assertThat(request).contains("\r\nhost: host.test:" + server.port() + "\r\n");
        peer.awaitClosed();
      }
      assertThat(upstream.connectFailures()).isZero();
    }
  }

  @Test
  void noMoreThanAFewAddressesAreTried() throws Exception {
    try (RawUpstream server = RawUpstream.on("127.0.0.9")) {
      HttpUpstream upstream =
          house
              .to(server.port())
              .host("host.test")
              .names(UpstreamHouse.knowing("127.0.0.2", "127.0.0.2", "127.0.0.2", "127.0.0.2"))
              .open();

      assertThat(house.get(upstream).awaitFailure().kind()).isEqualTo(Kind.CONNECT_FAILED);
      assertThat(upstream.connectFailures()).isEqualTo(1);
    }
  }

  @Test
  void connectionsSpreadOverAHostsAddresses() throws Exception {
    try (RawUpstream one = RawUpstream.on("127.0.0.3");
        RawUpstream two =
            new RawUpstream(new ServerSocket(one.port(), 50, InetAddress.getByName("127.0.0.4")))) {
      HttpUpstream upstream =
          house
              .to(one.port())
              .host("host.test")
              .connections(40)
              .waiting(40)
              .names(UpstreamHouse.knowing("127.0.0.3", "127.0.0.4"))
              .open();
      List<Heard> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(house.get(upstream));
      }

      // The odds that all forty go to one address are nil.
      one.accept();
      two.accept();
      for (Heard call : calls) {
        call.cancel();
      }
    }
  }

  @Test
  void aNameWithoutAddressFailsTheCall() throws Exception {
    HttpUpstream upstream = house.to(1).host("nowhere.invalid").open();

    assertThat(house.get(upstream).awaitFailure().kind())
        .isIn(Kind.UNRESOLVED, Kind.CONNECT_TIMEOUT);
  }

  @Test
  void localhostAndLiteralsAreReachedWithoutDns() throws Exception {
    try (RawUpstream server = new RawUpstream()) {
      for (String host : new String[] {"localhost", "127.0.0.1", "LOCALHOST"}) {
        Heard heard = house.get(house.to(server.port()).host(host).open());
        server.accept().answer(OK);
        assertThat(heard.awaitEnd()).as(host).isEqualTo("ok");
      }
    }
  }
}
