package dev.sluice.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A gateway in a process of its own. */
final class GatewayProcess implements AutoCloseable {

  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int READ_MILLIS_MAX = 20_000;

  private final Process process;
  private final int port;
  private final Path log;

  private GatewayProcess(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Serves without a file.
   *
   * @param folder where it is at work, and where its log goes
   */
  static GatewayProcess plain(Path folder) throws IOException {
    int port = freePort();
    return start(folder, port, List.of(), List.of("--port", Integer.toString(port)));
  }

  /**
   * Serves without the operator's port.
   *
   * @param folder where it is at work, and where its settings and its log go
   * @param server settings of the server but its port: {@code drain_timeout: 1s}
   * @param others other settings, a line each
   * @param jvm more options for Java
   */
  static GatewayProcess with(Path folder, String server, String others, String... jvm)
      throws IOException {
    int port = freePort();
    Path settings =
        Files.writeString(
            folder.resolve("sluice.yaml"),
            "server: { port: "
                + port
                + ", "
                + server
                + " }\n"
                + others
                + "admin: { enabled: false }\n");
    return start(folder, port, List.of(jvm), List.of("-c", settings.toString()));
  }

  private static GatewayProcess start(Path folder, int port, List<String> jvm, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvm);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.sluice.app.Main", "serve"));
    command.addAll(options);
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new GatewayProcess(process, port, log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Process process() {
    return process;
  }

  int port() {
    return port;
  }

  /** What it has said up to now. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** A connection, as soon as it takes any. */
  Socket awaitConnection() {
    List<Socket> made = new ArrayList<>();
    await().atMost(START_MAX).ignoreExceptions().until(() -> made.add(connect()));
    return made.getFirst();
  }

  /** A connection. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_MILLIS_MAX);
    return socket;
  }

  /** Reads an answer's head, or as much of it as comes. */
  static String head(InputStream in) throws IOException {
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

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
