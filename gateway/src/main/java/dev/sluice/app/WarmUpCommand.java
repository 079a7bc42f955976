package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code sluice warm-up}: starts on free ports, answers itself a few requests, and stops, so that
 * the JDK can record what a start needs.
 */
@Command(
    name = "warm-up",
    hidden = true,
    description = "Runs a short training for the start-up cache.")
final class WarmUpCommand implements Callable<Integer> {

  private static final int ROUNDS = 50;

  private static final String CONFIGURATION =
      """
      server: { host: 127.0.0.1, port: 0 }
      admin: { host: 127.0.0.1, port: 0 }
      providers:
        house: { kind: openai, base_url: "http://127.0.0.1:9/v1", api_key: none }
      models:
        smart: { targets: [ { to: demo/echo, weight: 2 } ], fallbacks: [ house/m ] }
        alias: demo/echo
      dialects:
        default: bifrost
        yomo: { default_model: smart }
      access: { mode: open }
      """;

  @Override
  public Integer call() throws IOException, InterruptedException, ConfigException {
    SettingsLoader loader = new SettingsLoader(System::getenv, Gateway.DIALECTS);
    SettingsLoader.Loaded loaded = configured(loader).withPort(0).withAdminPort(0);
    Logging.configure(loaded.settings().log());
    Discovery.discover(loaded.settings(), System::getenv);
    try (Gateway gateway = Gateway.open(loaded, System::getenv);
        HttpClient client = HttpClient.newHttpClient()) {
      Banner.text(gateway, loaded.settings());
      gateway.openAdmin();
      String origin = "http://127.0.0.1:" + gateway.address().getPort();
      for (int i = 0; i < ROUNDS; i++) {
        for (String extra : List.of("", ",\"stream\":true", ",\"temperature\":9")) {
          send(
              client,
              HttpRequest.newBuilder(URI.create(origin + "/v1/chat/completions"))
                  .header("content-type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"model\":\"demo/echo\",\"messages\":[{\"role\":\"user\",\"content\":"
                              + "\"Hello, Sluice!\"}]"
                              + extra
                              + "}")));
        }
      }
      send(client, HttpRequest.newBuilder(URI.create(origin + "/v1/models")));
      send(
          client,
          HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + gateway.adminPort() + "/metrics")));
    }
    return 0;
  }

  /** As a configuration of one's own is read. */
  private static SettingsLoader.Loaded configured(SettingsLoader loader)
      throws IOException, ConfigException {
    Path file = Files.createTempFile("sluice", ".yaml");
    try {
      Files.writeString(file, CONFIGURATION);
      SettingsLoader.Loaded loaded = Serve.loaded(loader, new Serve.Options(file, null));
      loader.defaults();
      return loaded;
    } finally {
      Files.delete(file);
    }
  }

  private static void send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    client.send(
        request.version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofString());
  }
}
