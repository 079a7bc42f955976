package dev.sluice.app;

import static dev.sluice.app.GatewayProcess.head;
import static dev.sluice.app.RunningGateway.body;
import static dev.sluice.app.RunningGateway.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own that is told to stop while it works. */
class TerminationTest {

  private static final int STREAMS = 50;
  private static final int LOOPS = 4;
  private static final int OPEN = 20;

  @TempDir private Path folder;

  @Test
  void aTerminatedProcessAnswersWhatItHasAcceptedAndEndsWell() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.with(folder, "drain_timeout: 15s", "");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      gateway.awaitConnection().close();
      AtomicInteger begun = new AtomicInteger();
      AtomicInteger answered = new AtomicInteger();
      List<Future<String>> streams = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        streams.add(threads.submit(() -> stream(gateway, begun)));
      }
      List<Future<Integer>> loops = new ArrayList<>();
      for (int i = 0; i < LOOPS; i++) {
        loops.add(threads.submit(keepAsking(gateway, answered)));
      }
      await().until(() -> begun.get() == STREAMS && answered.get() > 50);

      gateway.process().destroy(); // SIGTERM.

      for (Future<String> stream : streams) {
        assertThat(stream.get(30, TimeUnit.SECONDS)).contains("[DONE]").endsWith("0\r\n\r\n");
      }
      for (Future<Integer> loop : loops) {
        assertThat(loop.get(30, TimeUnit.SECONDS)).isPositive();
      }
      assertThatItEndsWell(gateway);
      assertThat(gateway.log()).contains("stopped").doesNotContain("cut off");
      assertThatThrownBy(gateway::connect).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHangUpWithoutAFileEndsNothing() throws Exception {
    try (GatewayProcess gateway = GatewayProcess.plain(folder)) {
      gateway.awaitConnection().close();
      // It listens a little before it hears of signals.
      await().until(() -> gateway.log().contains("127.0.0.1:" + gateway.port()));

      Process kill =
          new ProcessBuilder("kill", "-HUP", Long.toString(gateway.process().pid())).start();

      assertThat(kill.waitFor()).isZero();
      await().until(() -> gateway.log().contains("nothing to read again"));
      try (Socket socket = gateway.connect()) {
        socket.getOutputStream().write(post(body("demo/echo", "still here", "")));
        assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
      gateway.process().destroy(); // SIGTERM.
      assertThatItEndsWell(gateway);
    }
  }

  @Test
  void whatIsCutOffIsToldInTheLogInOneLine() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        GatewayProcess gateway =
            GatewayProcess.with(
                folder,
                "drain_timeout: 200ms",
                "providers:\n  up: { kind: openai, api_key: none, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\" }\n")) {
      List<Socket> clients = new ArrayList<>();
      try {
        clients.add(gateway.awaitConnection());
        for (int i = 1; i < OPEN; i++) {
          clients.add(gateway.connect());
        }
        for (Socket client : clients) {
          client.getOutputStream().write(post(body("up/m", "hi", ",\"stream\":true")));
          up.next().begin("text/event-stream");
        }

        gateway.process().destroy(); // SIGTERM.

        for (Socket client : clients) {
          byte[] heard = client.getInputStream().readAllBytes();
          assertThat(new String(heard, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 503 ");
        }
        assertThat(gateway.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.log()).contains("cut off").doesNotContain("WARN", "Exception", "\tat ");
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  private static void assertThatItEndsWell(GatewayProcess gateway) throws Exception {
    assertThat(gateway.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(gateway.process().exitValue()).as(gateway.log()).isZero();
  }

  /** One stream that takes a while, read to its connection's end. */
  private static String stream(GatewayProcess gateway, AtomicInteger begun) throws IOException {
    try (Socket socket = gateway.connect()) {
      socket.getOutputStream().write(post(body("demo/lorem-60-50ms", "hi", ",\"stream\":true")));
      InputStream in = socket.getInputStream();
      int first = in.read();
      assertThat(first).isEqualTo('H');
      begun.incrementAndGet();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Asks again and again on one connection, until it is closed. An answer that has begun must be
   * whole, and one that announces the end must be the last.
   */
  private static Callable<Integer> keepAsking(GatewayProcess gateway, AtomicInteger answered) {
    return () -> {
      int count = 0;
      byte[] request = post(body("demo/echo", "whole", ""));
      try (Socket socket = gateway.connect()) {
        while (true) {
          String head;
          try {
            socket.getOutputStream().write(request);
            head = head(socket.getInputStream());
          } catch (IOException _) {
            return count; // Closed between two requests, as HTTP/1.1 allows.
          }
          if (head.isEmpty()) {
            return count;
          }
          assertThat(head).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
          int at = head.indexOf("content-length: ") + "content-length: ".length();
          int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
          assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);
          count++;
          answered.incrementAndGet();
          if (head.contains("connection: close")) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            return count;
          }
        }
      }
    };
  }
}
