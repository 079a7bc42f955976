package dev.sluice.admin;

import dev.sluice.observe.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
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
   * @throws RuntimeException where the address is not to be had
   */
  public static AdminServer open(String host, int port, Metrics metrics) {
    WebServer server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ZERO)
            .routing(routing(metrics))
            .build();
    server.start();
    return new AdminServer(server);
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
