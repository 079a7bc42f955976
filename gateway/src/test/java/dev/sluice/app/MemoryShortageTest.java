package dev.sluice.app;

import static dev.sluice.app.GatewayProcess.head;
import static dev.sluice.app.RunningGateway.body;
import static dev.sluice.app.RunningGateway.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own with less direct memory than its clients could fill. */
class MemoryShortageTest {

  /** Each can hold some 128 KB, so that all of them could hold twice what there is. */
  private static final int CLIENTS = 300;

  private static final String FRAME =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
          + "word ".repeat(300)
          + "\"},\"finish_reason\":null}]}\n\n";

  @TempDir private Path folder;

  @Test
  void clientsThatDoNotReadTakeTheMemoryOfNobodyElse() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (EndlessUpstream up = new EndlessUpstream();
        GatewayProcess gateway =
            GatewayProcess.with(
                folder,
                "threads: 2",
                "providers:\n  up: { kind: openai, api_key: none, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\" }\n",
                // As the launcher has it, so that Netty counts.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.allocator.maxOrder=7",
                "-XX:MaxDirectMemorySize=16m")) {
      clients.add(gateway.awaitConnection());
      for (int i = 0; i < CLIENTS; i++) {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(4096);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        client.getOutputStream().write(post(body("up/m", "hi", ",\"stream\":true")));
      }

      // They are cut long before they have stalled for the minute that they have otherwise.
      await().atMost(Duration.ofSeconds(30)).until(() -> up.left() > 0);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            assertThat(gateway.process().isAlive()).as(gateway.log()).isTrue();
            return status(gateway).equals("HTTP/1.1 200 ");
          });
      assertThat(gateway.log()).doesNotContain("ERROR", "\tat ");
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static String status(GatewayProcess gateway) throws IOException {
    try (Socket reader = gateway.connect()) {
      reader.getOutputStream().write(post(body("demo/echo", "hi", "")));
      String status = head(reader.getInputStream()).substring(0, "HTTP/1.1 200 ".length());
      assertThat(status).isIn("HTTP/1.1 200 ", "HTTP/1.1 503 ");
      return status;
    }
  }

  /** Answers every connection with a stream as long as it is taken. */
  private static final class EndlessUpstream implements AutoCloseable {
    private final ServerSocket listener =
        new ServerSocket(0, CLIENTS, InetAddress.getLoopbackAddress());
    private final AtomicInteger left = new AtomicInteger();

    EndlessUpstream() throws IOException {
      Thread.startVirtualThread(() -> {
        while (!listener.isClosed()) {
          try {
            Socket socket = listener.accept();
            Thread.startVirtualThread(() -> answer(socket));
          } catch (IOException _) {
            return; // Closed.
          }
        }
      });
    }

    int port() {
      return listener.getLocalPort();
    }

    /** How many connections the gateway has closed. */
    int left() {
      return left.get();
    }

    private void answer(Socket socket) {
      byte[] chunk =
          (Integer.toHexString(FRAME.length()) + "\r\n" + FRAME + "\r\n")
              .repeat(40)
              .getBytes(StandardCharsets.US_ASCII);
      try (socket) {
        head(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        out.write(
            ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                    + "transfer-encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        while (true) {
          out.write(chunk);
        }
      } catch (IOException _) {
        left.incrementAndGet();
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
