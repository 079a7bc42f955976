package dev.sluice.admin;

import dev.sluice.observe.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;

/** Serves the operator's pages. */
public final class AdminServer implements AutoCloseable {

  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final WebServer server;

  private AdminServer(WebServer server) {
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param port 0 for a free one
   * @throws IllegalStateException where the address is not to be had
   */
  public static AdminServer open(String host, int port, Metrics metrics) {
    requireFree(host, port);
    WebServer server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ZERO)
            .routing(routing(metrics))
            .build();
    server.start();
    if (!server.isRunning()) {
      throw new IllegalStateException("cannot listen on " + host + ":" + port);
    }
    return new AdminServer(server);
  }

  /** Tries the address: the server itself tells of a failure in its log alone, at length. */
  private static void requireFree(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try (ServerSocket probe = new ServerSocket()) {
      if (address.isUnresolved()) {
        throw new UnknownHostException("the host name is not known");
      }
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private static HttpRouting.Builder routing(Metrics metrics) {
    return HttpRouting.builder().get("/metrics", (_, response) -> scrape(response, metrics));
  }

  private static void scrape(ServerResponse response, Metrics metrics) {
    response.header(HeaderNames.CONTENT_TYPE, METRICS_TYPE);
    response.send(metrics.scrape());
  }
}
