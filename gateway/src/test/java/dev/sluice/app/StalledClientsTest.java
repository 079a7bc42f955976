package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that ask for long streams and do not read them. */
class StalledClientsTest {

  private static final int CLIENTS = 500;

  /** The high-water mark of each, and what lies between it and its provider. */
  private static final long BYTES_EACH_MAX = 256 * 1024;

  @ParameterizedTest
  @ValueSource(strings = {"nio", "auto"})
  void theyHoldLittleAndAreCutWhileOthersAreServed(String transport) throws Exception {
    String yaml =
        "server: { port: 0, transport: "
            + transport
            + ", timeouts: { stall: 3s } }\nadmin: { port: 0 }\n";
    List<Socket> clients = new ArrayList<>();
    long before = directBytes();
    try (RunningGateway gateway = RunningGateway.with(yaml)) {
      InetSocketAddress address = gateway.gateway().address();
      byte[] request = post(body("demo/lorem-200000", "hi", ",\"stream\":true"));
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(address);
        socket.getOutputStream().write(request);
        clients.add(socket);
      }
      await().until(() -> gauge(gateway, "sluice_open_streams") == CLIENTS);

      long most = 0;
      for (int i = 0; i < 20; i++) {
        assertThat(gateway.chat(body("demo/echo", "still here", "")).body()).contains("still here");
        most = Math.max(most, directBytes() - before);
      }
      assertThat(most).isLessThan(CLIENTS * BYTES_EACH_MAX);

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() ->
              gauge(gateway, "sluice_open_streams") == 0
                  && gauge(gateway, "sluice_open_requests") == 0);
      assertThat(gauge(gateway, "sluice_connections")).isLessThan(10);
      assertThat(gateway.chat(body("demo/echo", "still here", "")).body()).contains("still here");
    } finally {
      for (Socket socket : clients) {
        socket.close();
      }
    }
  }

  /** What the allocator that all connections use has taken from the system. */
  private static long directBytes() {
    assertThat(ByteBufAllocator.DEFAULT)
        .isInstanceOfAny(AdaptiveByteBufAllocator.class, PooledByteBufAllocator.class);
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  private static double gauge(RunningGateway gateway, String name) {
    for (String line : gateway.gateway().metrics().scrape().split("\n")) {
      if (line.startsWith(name + " ")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    throw new AssertionError("there is no " + name);
  }

  private static byte[] post(String body) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            + "content-length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }
}
