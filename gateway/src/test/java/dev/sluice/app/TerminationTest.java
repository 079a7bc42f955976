package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    int port = freePort();
    Process process = startBy("server: { port: " + port + ", drain_timeout: 15s }\n");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> {
            try (Socket socket = connect(port)) {
              return socket.isConnected();
            }
          });
      AtomicInteger begun = new AtomicInteger();
      AtomicInteger answered = new AtomicInteger();
      List<Future<String>> streams = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        streams.add(threads.submit(() -> stream(port, begun)));
      }
      List<Future<Integer>> loops = new ArrayList<>();
      for (int i = 0; i < LOOPS; i++) {
        loops.add(threads.submit(keepAsking(port, answered)));
      }
      await().until(() -> begun.get() == STREAMS && answered.get() > 50);

      process.destroy(); // SIGTERM.

      for (Future<String> stream : streams) {
        assertThat(stream.get(30, TimeUnit.SECONDS)).contains("[DONE]").endsWith("0\r\n\r\n");
      }
      for (Future<Integer> loop : loops) {
        assertThat(loop.get(30, TimeUnit.SECONDS)).isPositive();
      }
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(log()).isZero();
      assertThat(log()).contains("stopped").doesNotContain("cut off");
      assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aHangUpWithoutAFileEndsNothing() throws Exception {
    int port = freePort();
    Process process = start("--port", Integer.toString(port));
    try {
      await().atMost(Duration.ofSeconds(30)).until(() -> log().contains("127.0.0.1:" + port));

      Process kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();

      assertThat(kill.waitFor()).isZero();
      await().until(() -> log().contains("nothing to read again"));
      try (Socket socket = connect(port)) {
        socket.getOutputStream().write(post(body("demo/echo", "still here", "")));
        assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
      process.destroy(); // SIGTERM.
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(log()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatIsCutOffIsToldInTheLogInOneLine() throws Exception {
    int port = freePort();
    try (CalledUpstream up = new CalledUpstream()) {
      Process process =
          startBy(
              "server: { port: "
                  + port
                  + ", drain_timeout: 200ms }\nproviders:\n  up: { kind: openai, api_key: none,"
                  + " base_url: \"http://127.0.0.1:"
                  + up.port()
                  + "/v1\" }\n");
      List<Socket> clients = new ArrayList<>();
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions()
            .until(() -> clients.add(connect(port)));
        for (int i = 1; i < OPEN; i++) {
          clients.add(connect(port));
        }
        for (Socket client : clients) {
          client.getOutputStream().write(post(body("up/m", "hi", ",\"stream\":true")));
          up.next().begin("text/event-stream");
        }

        process.destroy(); // SIGTERM.

        for (Socket client : clients) {
          byte[] heard = client.getInputStream().readAllBytes();
          assertThat(new String(heard, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 503 ");
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(log()).contains("cut off").doesNotContain("WARN", "Exception", "\tat ");
      } finally {
        process.destroyForcibly();
        for (Socket client : clients) {
          client.close();
        }
      }
    }
  }

  /** Serves by these settings, without the operator's port. */
  private Process startBy(String yaml) throws IOException {
    Path settings =
        Files.writeString(folder.resolve("sluice.yaml"), yaml + "admin: { enabled: false }\n");
    return start("-c", settings.toString());
  }

  /** Serves in the folder, where there is no file unless a test has written one. */
  private Process start(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.app.Main",
                "serve"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** One stream that takes a while, read to its connection's end. */
  private static String stream(int port, AtomicInteger begun) throws IOException {
    try (Socket socket = connect(port)) {
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
  private static Callable<Integer> keepAsking(int port, AtomicInteger answered) {
    return () -> {
      int count = 0;
      byte[] request = post(body("demo/echo", "whole", ""));
      try (Socket socket = connect(port)) {
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

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return head.toString();
      }
      head.append((char) c);
    }
    return head.toString();
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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
