package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where each front door's description is, and what it says of the door's own address. */
class OpenApiTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "dialects: { yomo: { listen: 0, hosts: [ yomo.example ] }, "
                + "bifrost: { hosts: [ bifrost.example ] } }\n"
                + "access: { mode: keys, keys: { a: { key: a1 } } }\n");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static JsonNode document(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    return JsonMapper.builder().build().readTree(answer.body());
  }

  private static String server(JsonNode document) {
    assertThat(document.path("servers")).hasSize(1);
    return document.path("servers").path(0).path("url").asString();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("every front door has its description below its prefix, for whoever asks")
  @CsvSource({
    "/openapi.json, '', Bifrost's chat API",
    "/bifrost/openapi.json, /bifrost, Bifrost's chat API",
    "/assemblyai/openapi.json, /assemblyai, AssemblyAI's LLM gateway",
    "/jylo/openapi.json, /jylo, Jylo's inference API",
    "/jylo/acme/uk/openapi.json, /jylo/acme/uk, Jylo's inference API",
    "/openai/openapi.json, '', OpenAI Compatible API",
    "/poolside/openai/openapi.json, /poolside, OpenAI Compatible API",
    "/yomo/openapi.json, /yomo, YoMo's LLM Bridge API",
    "/yomo/openapi.json/?a=b, /yomo, YoMo's LLM Bridge API",
  })
  void everyDoorHasItsDescription(String path, String prefix, String title) {
    JsonNode document = document(gateway.get(path));

    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
    assertThat(document.path("info").path("title").asString()).isEqualTo(title);
    assertThat(server(document)).isEqualTo("http://127.0.0.1:" + gateway.port() + prefix);
    assertThat(document.path("paths").toString())
        .contains("completions")
        .contains("text/event-stream")
        .contains("/models\":{\"get\"");
  }

  @Test
  void aHostsOwnDoorIsAtItsRoot() {
    String answer =
        gateway.raw(
            "GET /openapi.json HTTP/1.1\r\nhost: yomo.example\r\nconnection: close\r\n\r\n");

    assertThat(answer).contains("\"title\":\"YoMo's LLM Bridge API\"");
    assertThat(answer).contains("\"servers\":[{\"url\":\"http://yomo.example\"}]");
  }

  @Test
  void aListenersOwnDoorIsAtItsRoot() {
    int port = gateway.gateway().address("yomo").getPort();

    JsonNode document =
        document(
            gateway.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/openapi.json"))));

    assertThat(server(document)).isEqualTo("http://127.0.0.1:" + port);
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "x-forwarded-host|api.example|http://api.example/yomo",
        "x-forwarded-host|api.example:8443, inner|http://api.example:8443/yomo",
        "forwarded|for=1.2.3.4;proto=https;host=\"api.example\", for=5|https://api.example/yomo",
        "x-forwarded-proto|HTTPS|https://127.0.0.1:PORT/yomo",
        "x-forwarded-proto|gopher|http://127.0.0.1:PORT/yomo",
        "x-forwarded-host|a\"}],|http://127.0.0.1:PORT/yomo",
      })
  void theAddressIsTheOneThatTheClientUsed(String header, String value, String url) {
    JsonNode document =
        document(
            gateway.send(
                HttpRequest.newBuilder(gateway.uri("/yomo/openapi.json")).header(header, value)));

    assertThat(server(document)).isEqualTo(url.replace("PORT", Integer.toString(gateway.port())));
  }

  @Test
  void itIsReadAndNotWritten() {
    HttpResponse<String> posted =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/openapi.json"))
                .POST(HttpRequest.BodyPublishers.noBody()));
    HttpResponse<String> head =
        gateway.send(HttpRequest.newBuilder(gateway.uri("/yomo/openapi.json")).HEAD());

    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("allow")).contains("GET, HEAD");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }
}
