package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images by their address, from a client to a provider that takes only bytes. */
@Timeout(60)
class FetchedMediaTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String GIF = "GIF89a, more or less";
  private static final String MESSAGE =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude-x",
      "content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn",
      "usage":{"input_tokens":10,"output_tokens":3}}\
      """;

  @Test
  @DisplayName("translation case 30: an image's address becomes its bytes")
  void anImageIsFetchedForAProviderThatTakesBytes() throws Exception {
    try (ScriptedUpstream files = ScriptedUpstream.whole(200, "content-type: text/html\r\n", GIF);
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "private_networks: allowed")) {
      HttpResponse<String> answer = gateway.chat(asked(files, "/a.gif?sig=x"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(files.request()).startsWith("GET /a.gif?sig=x HTTP/1.1\r\n");
      String sent = up.request();
      JsonNode source =
          MAPPER
              .readTree(sent.substring(sent.indexOf("\r\n\r\n") + 4))
              .at("/messages/0/content/1/source");
      assertThat(source.at("/media_type").asString()).isEqualTo("image/gif");
      assertThat(source.at("/data").asString()).isEqualTo("R0lGODlhLCBtb3JlIG9yIGxlc3M=");
      await().until(() -> gateway.gateway().metrics().scrape().contains("sluice_held_bytes 0.0"));
    }
  }

  @Test
  void aModelThatFollowsAddressesIsSentTheAddress() throws Exception {
    try (ScriptedUpstream files = ScriptedUpstream.whole(200, "", GIF);
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "private_networks: allowed")) {
      String body = asked(files, "/a.gif").replace("claude-x", "claude-y");

      assertThat(gateway.chat(body).statusCode()).isEqualTo(200);
      assertThat(up.request()).contains("127.0.0.1:" + files.port() + "/a.gif");
      assertThat(files.connections()).isZero();
    }
  }

  @Test
  void privateAddressesAreRefusedWhereNobodyAllowsThem() throws Exception {
    try (ScriptedUpstream files = ScriptedUpstream.whole(200, "", GIF);
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "redirects: 1")) {
      HttpResponse<String> answer = gateway.chat(asked(files, "/a.gif?key=s3cret"));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("messages[0].content[1].image_url.url", "a network that is not gone to")
          .doesNotContain("s3cret");
      assertThat(files.connections()).isZero();
      assertThat(up.connections()).isZero();
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross §5.8: an image that cannot be fetched is each page's 400")
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions|messages[0].content[1].image_url.url",
        "/yomo/v1/chat/completions|messages[0].content[1].image_url.url",
        "/assemblyai/v1/chat/completions|messages[0].content[1].image_url.url",
        "/openai/v1/chat/completions|\"location\":\"body.messages[0].content[1].image_url.url\"",
      })
  void anImageThatCannotBeFetchedIsA400(String path, String words) throws Exception {
    try (ScriptedUpstream files = ScriptedUpstream.whole(404, "", "no");
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "private_networks: allowed")) {
      HttpResponse<String> answer =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(path))
                  .POST(HttpRequest.BodyPublishers.ofString(asked(files, "/a.gif?key=s3cret")))
                  .header("content-type", "application/json"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
      assertThat(answer.body()).contains(words).doesNotContain("s3cret");
      assertThat(up.connections()).isZero();
    }
  }

  @Test
  void withoutFetchingTheAddressIsRefused() throws Exception {
    try (ScriptedUpstream files = ScriptedUpstream.whole(200, "", GIF);
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "private_networks: allowed, fetch: false")) {
      HttpResponse<String> answer = gateway.chat(asked(files, "/a.gif"));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(files.connections()).isZero();
    }
  }

  @Test
  void aClientThatLeavesEndsTheFetching() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    try (ScriptedUpstream files =
            new ScriptedUpstream((number, request, out, socket) -> {
              int nothing = socket.getInputStream().read();
              left.countDown();
              return nothing > 0;
            });
        ScriptedUpstream up = provider();
        RunningGateway gateway = before(up, files, "private_networks: allowed")) {
      String body = asked(files, "/a.gif");
      try (Socket client = new Socket("127.0.0.1", gateway.port())) {
        OutputStream out = client.getOutputStream();
        out.write(
            ("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n"
                    + "content-length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(files.request()).startsWith("GET /a.gif");
      }

      left.await();
      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      assertThat(up.connections()).isZero();
    }
  }

  @Test
  void theDemoProviderCanBeTurnedOff() throws Exception {
    try (RunningGateway gateway =
        RunningGateway.with(RunningGateway.PORTS + "demo: { enabled: false }\n")) {
      HttpResponse<String> answer = gateway.chat(RunningGateway.body("demo/echo", "hi", ""));

      assertThat(answer.statusCode()).isIn(400, 404);
      assertThat(gateway.get("/v1/models").body()).doesNotContain("demo/");
    }
  }

  @Test
  void modelsThatLeadToTheDemoProviderNeedIt() throws ConfigException {
    SettingsLoader.Loaded loaded =
        RunningGateway.loaded(
            RunningGateway.PORTS + "demo: { enabled: false }\nmodels: { mine: demo/echo }\n");

    assertThatThrownBy(() -> Gateway.open(loaded, Map.<String, String>of()::get))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no provider is called demo");
  }

  private static ScriptedUpstream provider() throws Exception {
    return ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
  }

  private static String asked(ScriptedUpstream files, String path) {
    return "{\"model\":\"up/claude-x\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
        + "\"text\":\"look\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://127.0.0.1:"
        + files.port()
        + path
        + "\"}}]}]}";
  }

  /** A gateway before a model that takes images only as bytes, and one that follows addresses. */
  private static RunningGateway before(ScriptedUpstream up, ScriptedUpstream files, String media) {
    return RunningGateway.with(
        RunningGateway.PORTS
            + "media: { ports: [ "
            + files.port()
            + " ], "
            + media
            + " }\ncatalogue: { up/claude-x: { accepts: { images: true, image_urls: false } },"
            + " up/claude-y: { accepts: { images: true, image_urls: true } } }"
            + "\nproviders:\n  up: { kind: anthropic, base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", api_key: secret }\n");
  }
}
