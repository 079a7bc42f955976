package dev.sluice.net;

import static org.awaitility.Awaitility.await;

import dev.sluice.config.ConfigException;
import dev.sluice.config.ServerSettings;
import dev.sluice.config.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server on a free port, behind which {@link Answers} stand. */
final class RunningServer implements AutoCloseable {

  private static final int READ_MILLIS_MAX = 10_000;

  private final Transport transport;
  private final Server server;
  private final ServerSettings settings;
  private final Answers answers = new Answers();
  private final InetSocketAddress address;

  private RunningServer(ServerSettings settings, DirectMemory memory) {
    this.settings = settings;
    this.transport = Transport.open(settings.transport(), settings.threads(), memory);
    this.server = new Server(transport, answers, settings);
    try {
      this.address = server.listen("test", "127.0.0.1", 0, settings.tls());
    } catch (IOException e) {
      transport.close();
      throw new UncheckedIOException(e);
    }
  }

  /** A server with these settings, as they stand in a file: {@code limits: { url: 1KB }}. */
  static RunningServer with(String settings) {
    return with(settings, DirectMemory.ofNetty());
  }

  /** A server with these settings that looks at this memory. */
  static RunningServer with(String settings, DirectMemory memory) {
    try {
      Path file = Files.createTempFile("server", ".yaml");
      try {
        Files.writeString(file, "server: { threads: 1, " + settings + " }\n");
        return new RunningServer(
            new SettingsLoader(Map.<String, String>of()::get, List.of("bifrost"))
                .load(file)
                .settings()
                .server(),
            memory);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  Server server() {
    return server;
  }

  ServerSettings settings() {
    return settings;
  }

  Answers answers() {
    return answers;
  }

  int port() {
    return address.getPort();
  }

  Socket socket() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS_MAX);
    return socket;
  }

  /** A connection that takes in little before its client reads. */
  Socket socketWithSmallBuffer() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(READ_MILLIS_MAX);
    socket.connect(address);
    return socket;
  }

  Http1Client http1() throws IOException {
    return new Http1Client(socket());
  }

  Http2Client http2() throws IOException {
    return Http2Client.greeted(socket());
  }

  /** Closes, once no exchange is under way and no connection open, which must soon be so. */
  void closeOnceAllHasEnded() {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> server.exchanges() == 0 && server.connections() == 0);
    close();
  }

  @Override
  public void close() {
    server.close();
    transport.close();
  }
}
