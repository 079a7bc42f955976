package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that reset their connection as soon as they have asked. */
class ResetClientsTest {

  private static final int CLIENTS = 100;
  private static final byte[] REQUEST =
      "GET /held HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"nio, 1", "epoll, 1", "auto, 1", "auto, 2"})
  void allOfThemAreNoticed(String transport, int version) throws Exception {
    try (RunningServer server = RunningServer.with("transport: " + transport)) {
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = server.socket();
        ask(socket, version);
        // The end of such a socket is a reset.
        socket.setSoLinger(true, 0);
        socket.close();
      }

      await()
          .untilAsserted(() -> {
            assertThat(server.server().connections()).isZero();
            assertThat(server.server().exchanges()).isZero();
          });
    }
  }

  private static void ask(Socket socket, int version) throws IOException {
    if (version == 1) {
      socket.getOutputStream().write(REQUEST);
    } else {
      Http2Client.greeted(socket).get(1, "/held");
    }
  }
}
