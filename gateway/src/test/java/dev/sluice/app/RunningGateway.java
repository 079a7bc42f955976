package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ConfigException;
import dev.sluice.config.Settings;
import dev.sluice.config.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;

/** A whole gateway on a free port, for tests that speak to it as clients do. */
final class RunningGateway implements AutoCloseable {

  static final String PORTS = "server: { port: 0 }\nadmin: { port: 0 }\n";

  private final Gateway gateway;
  private final Contract.All contracts;
  private boolean checked = true;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningGateway(Gateway gateway, Settings settings) {
    this.gateway = gateway;
    this.contracts = new Contract.All(settings);
  }

  /** A gateway with only the demo provider. */
  static RunningGateway plain() {
    return with(PORTS);
  }

  /** A gateway that is open already; it is closed with this. */
  static RunningGateway of(Gateway gateway, Settings settings) {
    return new RunningGateway(gateway, settings);
  }

  /** A gateway with this configuration; {@code server} and {@code admin} are the caller's. */
  static RunningGateway with(String yaml) {
    try {
      SettingsLoader.Loaded loaded = loaded(yaml);
      return new RunningGateway(Gateway.open(loaded, name -> null), loaded.settings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A gateway whose provider {@code up} is at this port. */
  static RunningGateway before(int port, String more) {
    return with(
        PORTS
            + "providers:\n  up: { kind: openai, base_url: \"http://127.0.0.1:"
            + port
            + "/v1\", api_key: sk-secret-of-ours-1234 }\n"
            + more);
  }

  static SettingsLoader.Loaded loaded(String yaml) throws ConfigException {
    try {
      Path file = Files.createTempFile("sluice", ".yaml");
      try {
        Files.writeString(file, yaml);
        return new SettingsLoader(Map.<String, String>of()::get, Gateway.DIALECTS).load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Gateway gateway() {
    return gateway;
  }

  int port() {
    return gateway.address().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> chat(String body) {
    return send(
        HttpRequest.newBuilder(uri("/v1/chat/completions"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /**
   * From here on exchanges are not held against the description: the settings depart from it, or
   * the provider does.
   */
  RunningGateway unchecked() {
    checked = false;
    return this;
  }

  /** Sends a request; it and its answer must be as the front door's description says. */
  HttpResponse<String> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    HttpResponse<String> response = exchanged(request);
    if (!checked || request.uri().getPort() != port()) {
      return response; // On a listener of one dialect's own a path may be another's.
    }
    assertThat(
            contracts.problems(
                request.method(),
                request.uri().getPath(),
                request.bodyPublisher().map(RunningGateway::text).orElse(""),
                response.statusCode(),
                response.headers().firstValue("content-type").orElse(null),
                response.body()))
        .isEmpty();
    return response;
  }

  private HttpResponse<String> exchanged(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(HttpRequest.BodyPublisher publisher) {
    HttpResponse.BodySubscriber<String> subscriber =
        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
    publisher.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer item) {
            subscriber.onNext(List.of(item));
          }

          @Override
          public void onError(Throwable thrown) {
            subscriber.onError(thrown);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
    return subscriber.getBody().toCompletableFuture().join();
  }

  /** Sends these bytes, and reads until the gateway closes the connection. */
  String raw(String request) {
    return raw(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  String raw(byte[] request) {
    try (Socket socket = open()) {
      socket.getOutputStream().write(request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket open() throws IOException {
    Socket socket = new Socket(gateway.address().getAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Override
  public void close() {
    client.close();
    gateway.close();
  }

  /** A request to the default door, as it is written to a socket; {@code body} in ASCII. */
  static byte[] post(String body) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            + "content-length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A chat completion's body. */
  static String body(String model, String text, String more) {
    return "{\"model\":\""
        + model
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + text
        + "\"}]"
        + more
        + "}";
  }
}
