package dev.sluice.compat.requests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.Gateway;
import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running gateway before providers that keep what they are asked and refuse it, which is the
 * shortest answer.
 */
final class Asked implements AutoCloseable {

  private static final String NUMBER = "x-number";
  private static final byte[] REFUSAL =
      "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"seen\"}}"
          .getBytes(StandardCharsets.US_ASCII);

  private final HttpServer upstream;
  private final Gateway gateway;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * What became of a request.
   *
   * @param sent what the provider was asked; empty where the gateway refused
   * @param answer what the client was told
   */
  record Outcome(String sent, String answer) {}

  /**
   * A gateway.
   *
   * @param kinds of providers, with what else they need, by their names
   */
  Asked(Map<String, String> kinds) throws IOException, ConfigException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    upstream.createContext("/", this::refuse);
    upstream.start();
    StringBuilder yaml = new StringBuilder("server: { port: 0 }\nadmin: { port: 0 }\nproviders:\n");
    kinds.forEach((name, kind) ->
        yaml.append("  ")
            .append(name)
            .append(": { kind: ")
            .append(kind)
            .append(", api_key: none, forward_headers: [")
            .append(NUMBER)
            .append("], base_url: \"http://127.0.0.1:")
            .append(upstream.getAddress().getPort())
            .append("\" }\n"));
    Path file = Files.createTempFile("sluice", ".yaml");
    Files.writeString(file, yaml);
    gateway =
        Gateway.open(new SettingsLoader(name -> null, Gateway.DIALECTS).load(file), name -> null);
    Files.delete(file);
  }

  private void refuse(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      seen.put(
          exchange.getRequestHeaders().getFirst(NUMBER), new String(body, StandardCharsets.UTF_8));
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(400, REFUSAL.length);
      exchange.getResponseBody().write(REFUSAL);
    }
  }

  /** Asks as a client of OpenAI's protocol does. */
  Outcome ask(String body) throws IOException, InterruptedException {
    String number = Integer.toString(numbers.incrementAndGet());
    URI uri =
        URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/v1/chat/completions");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/json")
            .header(NUMBER, number)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    String sent = seen.remove(number);
    return new Outcome(sent == null ? "" : sent, answer);
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
    upstream.stop(0);
  }
}
