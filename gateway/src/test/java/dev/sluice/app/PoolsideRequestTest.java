package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.PATH;
import static dev.sluice.app.PoolsideClient.chat;
import static dev.sluice.app.PoolsideClient.valid;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What poolside's front door takes, and what of it a provider is sent. */
class PoolsideRequestTest {

  private static final String ANSWER =
      "{\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
          + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}]}";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    up = ScriptedUpstream.whole(200, "content-type: application/json\r\n", ANSWER);
    gateway = RunningGateway.before(up.port(), "");
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    up.close();
  }

  /** The body that the provider is sent for {@code asked}. */
  private static String sent(String asked) throws Exception {
    HttpResponse<String> response = chat(gateway, asked);
    assertThat(response.body()).contains("\"content\":\"a\"");
    assertThat(response.statusCode()).isEqualTo(200);
    String request = up.request();
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  private static HttpResponse<String> typed(String type, String text) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(PATH))
            .header("content-type", type)
            .POST(HttpRequest.BodyPublishers.ofString(text)));
  }

  @Test
  @DisplayName("poolside page: a body of nothing but a model is valid")
  void nothingButTheModelIsNeeded() throws Exception {
    assertThat(sent("{\"model\":\"up/m\"}")).isEqualTo("{\"model\":\"m\"}");
  }

  @Test
  @DisplayName("poolside page: every documented member at once, $schema included")
  void everyDocumentedMemberIsTaken() throws Exception {
    String asked =
        "{\"$schema\":\"https://example.com/openai/schemas/CreateChatCompletionBody.json\","
            + "\"model\":\"up/m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";

    valid("CreateChatCompletionBody", asked);
    assertThat(sent(asked))
        .isEqualTo("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
  }

  @Test
  @DisplayName("poolside §7: unknown members reach the provider, byte for byte")
  void whatThePageDoesNotNameIsForwarded() throws Exception {
    String asked =
        "{\"zz\": 1e2, \"temperature\":9,\"top_k\":-5.50,\"min_p\":\"x\",\"model\" : \"up/m\", \"x\":{\"model\":\"y\","
            + "\"q\":\"\\u00e9\\/\",\"stream\":7},\"messages\":\"none\",\"max_tokens\":0,"
            + "\"seed\":12345678901234567890,\"chat_template_kwargs\":{\"enable_thinking\":null}, \"fallbacks\":[1]}";

    assertThat(sent(asked)).isEqualTo(asked.replace("\"up/m\"", "\"m\""));
  }

  @Test
  @DisplayName("poolside trap 4: the page has no ranges, so none is checked")
  void noRangeIsChecked() throws Exception {
    String more = ",\"temperature\":99,\"top_p\":-1,\"n\":0,\"top_logprobs\":500";

    assertThat(sent(body("up/m", "hi", more))).isEqualTo(body("m", "hi", more));
  }

  @ParameterizedTest
  @DisplayName("poolside trap 28: roles are not checked, as messages are not in the page's schema")
  @ValueSource(strings = {"user", "developer", "wizard", ""})
  void aRoleIsTheProvidersMatter(String role) throws Exception {
    String asked = "{\"model\":\"up/m\",\"messages\":[{\"role\":\"" + role + "\"}]}";

    assertThat(sent(asked)).isEqualTo(asked.replace("up/m", "m"));
  }

  @ParameterizedTest
  @DisplayName("poolside §7: octet-stream and +json are taken as JSON")
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/octet-stream",
        "APPLICATION/OCTET-STREAM ; x=y",
        "application/vnd.api+json",
      })
  void thesAreTakenAsJson(String type) throws Exception {
    assertThat(typed(type, "{\"model\":\"up/m\"}").statusCode()).isEqualTo(200);
    assertThat(up.request()).contains("content-type: application/json\r\n").endsWith("\"m\"}");
  }

  @Test
  @DisplayName("poolside §7: a missing Content-Type is accepted")
  void aMissingTypeIsTakenAsJson() throws Exception {
    String answer =
        gateway.raw(
            "POST "
                + PATH
                + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 16\r\n\r\n"
                + "{\"model\":\"up/m\"}");

    assertThat(answer).startsWith("HTTP/1.1 200");
    assertThat(up.request()).endsWith("{\"model\":\"m\"}");
  }

  @ParameterizedTest
  @DisplayName("poolside §5.8: another content type is 415, as a problem")
  @ValueSource(
      strings = {
        "text/plain",
        "text/json",
        "multipart/form-data; boundary=x",
        "application/cbor",
        "application/jsonp",
        "application/x-www-form-urlencoded",
      })
  void otherTypesAreRefused(String type) {
    int semicolon = type.indexOf(';');
    String essence = semicolon < 0 ? type : type.substring(0, semicolon);

    HttpResponse<String> response = typed(type, "{\"model\":\"up/m\"}");

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(response.body())
        .endsWith(
            "\"title\":\"Unsupported Media Type\",\"status\":415,\"detail\":\"validation failed\","
                + "\"errors\":[{\"message\":\"unknown content type: "
                + essence
                + "\",\"location\":\"body\"}]}\n");
  }

  @Test
  void aCompressedBodyIsRefused() {
    HttpResponse<String> response =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(PATH))
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("unknown content encoding: gzip");
  }

  @Test
  void streamOptionsAreCompletedAsAProviderNeedsThem() throws Exception {
    assertThat(sent("{\"model\":\"up/m\",\"stream\":true,\"stream_options\":null}"))
        .isEqualTo("{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    assertThat(sent("{\"stream_options\":{\"x\":1},\"model\":\"up/m\",\"stream\":true}"))
        .isEqualTo(
            "{\"stream_options\":{\"include_usage\":true,\"x\":1},\"model\":\"m\",\"stream\":true}");
    assertThat(sent("{\"model\":\"up/m\",\"stream\":false,\"stream_options\":{}}"))
        .isEqualTo("{\"model\":\"m\",\"stream\":false,\"stream_options\":{}}");
  }
}
