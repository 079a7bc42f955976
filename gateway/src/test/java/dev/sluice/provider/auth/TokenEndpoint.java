package dev.sluice.provider.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real server that answers whoever asks for tokens, and remembers what it was asked. */
final class TokenEndpoint implements AutoCloseable {

  /** What was asked; headers have lower-case names and are one line each. */
  record Asked(String method, String target, List<String> headers, String body) {}

  record Answer(int status, String body) {}

  interface Script {
    Answer answer(Asked asked);
  }

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Script script;

  TokenEndpoint(Script script) throws IOException {
    this.script = script;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Without a slash at its end. */
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    return asked;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      List<String> headers =
          exchange.getRequestHeaders().entrySet().stream()
              .flatMap(e -> e.getValue().stream().map(v -> e.getKey().toLowerCase() + ": " + v))
              .toList();
      Asked now =
          new Asked(
              exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body);
      asked.add(now);
      Answer answer = script.answer(now);
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      // Google's library asks every metadata server whether it is one.
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
