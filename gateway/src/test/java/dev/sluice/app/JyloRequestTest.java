package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Jylo's front door takes, by which ways, and what a provider gets of it. */
class JyloRequestTest {

  static final String ID = "11111111-1111-4111-8111-aaaaaaaaaaaa";
  static final String ECHO = "/inference/completions/" + ID;

  /** The page's own example. */
  static final String EXAMPLE =
      "{\"messages\":[{\"role\":\"text\",\"content\":\"text\"}],\"stream\":true,"
          + "\"response_format\":{\"type\":\"text\",\"schema\":\"text\"},\"max_tokens\":1}";

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String BODY = "{" + MESSAGES + "}";
  private static final PageSchema ANSWER = PageSchema.named("jylo-answer");
  private static final PageSchema PROBLEM = PageSchema.named("jylo-problem");

  /** A model whose answers are all the same bytes. */
  private static final String FIXED = "/inference/completions/11111111-1111-4111-8111-cccccccccccc";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    up = ScriptedUpstream.whole(200, "", JyloAnswerTest.PLAIN);
    gateway =
        RunningGateway.before(
            up.port(),
            "models:\n  echo: { targets: [ demo/echo ], id: "
                + ID
                + " }\n  fixed: { targets: [ up/m ], id: 11111111-1111-4111-8111-cccccccccccc }\n"
                + "dialects: { jylo: { listen: 0, hosts: [ jylo.test ] } }\n");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  @Test
  @DisplayName("jylo page: the example request, as it stands there and whole")
  void theExampleIsAnswered() {
    HttpResponse<String> streamed = post(ECHO, EXAMPLE);
    HttpResponse<String> whole =
        post(ECHO, EXAMPLE.replace("true", "false").replace("\"text\"}]", "\"text and more\"}]"));

    assertThat(streamed.statusCode()).isEqualTo(200);
    assertThat(streamed.headers().firstValue("content-type")).contains("text/event-stream");
    List<String> frames = JyloStreamTest.data(streamed.body());
    assertThat(frames.getLast()).isEqualTo("[DONE]");
    for (String chunk : frames.subList(0, frames.size() - 1)) {
      assertThat(ANSWER.problems(chunk)).as(chunk).isEmpty();
    }
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.headers().firstValue("content-type")).contains("application/json");
    assertThat(ANSWER.problems(whole.body())).as(whole.body()).isEmpty();
    assertThat(whole.body()).contains("\"content\":\"text\"},\"finishReason\":\"length\"");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("jylo §7: three media types are JSON, all others and none are a 415")
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|200",
        "APPLICATION/JSON|200",
        "application/json; charset=utf-8|200",
        "application/json;charset=\"UTF-8\";x=y|200",
        "text/json|200",
        "application/vnd.acme.v1+json|200",
        "application/json; charset=latin1|415",
        "application/xml|415",
        "application/octet-stream|415",
        "text/plain|415",
        "application/+json|415",
        "text/x+json|415",
        "json|415",
        "|415",
      })
  void threeMediaTypesAreTaken(String type, int status) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri(ECHO)).POST(HttpRequest.BodyPublishers.ofString(BODY));
    if (type != null) {
      request.header("content-type", type);
    }
    HttpResponse<String> answer = gateway.send(request);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat((status == 200 ? ANSWER : PROBLEM).problems(answer.body())).isEmpty();
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    if (status == 415) {
      assertThat(answer.body())
          .startsWith(
              "{\"type\":\"https://tools.ietf.org/html/rfc9110#section-15.5.16\","
                  + "\"title\":\"Unsupported Media Type\",\"status\":415,");
    }
  }

  @Test
  void aBodyInUtf16IsRead() {
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri(ECHO))
                .header("content-type", "application/json; charset=utf-16")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        BODY.replace("hi", "hé😀").getBytes(StandardCharsets.UTF_16LE))));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"hé😀\"");
  }

  @Test
  void aCompressedBodyIsRefused() {
    assertThat(gateway.send(request(ECHO, BODY).header("content-encoding", "gzip")).statusCode())
        .isEqualTo(415);
  }

  @Test
  @DisplayName("jylo trap 9: what a provider gets holds the page's fields alone")
  void aProviderGetsThePagesFieldsAlone() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", JyloAnswerTest.PLAIN);
        RunningGateway before = JyloAnswerTest.before(up)) {
      String body =
          "{\"temperature\":9,\"Messages\":[{\"role\":\"System\",\"content\":\"\\u00e9\\/\",\"name\":"
              + "\"n\"},{\"content\":\"hi\",\"role\":\"user\"}],\"tools\":[],\"MAX_TOKENS\":\"05\","
              + "\"response_format\":{\"type\":\"json_schema\",\"schema\":\"{\\\"type\\\":\\\"object\\\","
              + "\\\"n\\\":1e2}\"}}";

      assertThat(JyloAnswerTest.chat(before, body).statusCode()).isEqualTo(200);
      String sent = up.request();
      assertThat(sent).startsWith("POST /v1/chat/completions ");
      assertThat(sent)
          .endsWith(
              "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"é/\"},{\"role\":"
                  + "\"user\",\"content\":\"hi\"}],\"max_tokens\":5,\"response_format\":{\"type\":"
                  + "\"json_schema\",\"json_schema\":{\"name\":\"response\",\"schema\":{\"type\":"
                  + "\"object\",\"n\":1e2}}}}");

      JyloAnswerTest.chat(before, BODY.replace("}]", "}],\"stream\":true"));
      assertThat(up.request())
          .contains("\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    }
  }

  @Test
  @DisplayName("jylo §7: an answer after a schema that came as a string")
  void aSchemaIsFollowed() {
    HttpResponse<String> answer =
        post(
            ECHO,
            "{"
                + MESSAGES
                + ",\"response_format\":{\"type\":\"json_schema\",\"schema\":\"{\\\"type\\\":"
                + "\\\"object\\\",\\\"properties\\\":{\\\"n\\\":{\\\"const\\\":42}},\\\"required\\\":"
                + "[\\\"n\\\"],\\\"additionalProperties\\\":false}\"}}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ANSWER.problems(answer.body())).isEmpty();
    assertThat(answer.body()).contains("\"content\":\"{\\\"n\\\":42}\"");
  }

  @ParameterizedTest
  @DisplayName("jylo §7: tenant and region come by host or prefix; every way gives the same bytes")
  @ValueSource(
      strings = {
        "/jylo",
        "/jylo/example/uk",
        "/jylo/acme/US",
        "/jylo/inference/jp",
        "",
        "/?",
      })
  void everyPathGivesTheSameBytes(String prefix) {
    String expected = post(FIXED, BODY).body();

    if (prefix.endsWith("?")) {
      assertThat(post(FIXED + "/?a=b", BODY).body()).isEqualTo(expected);
      return;
    }
    HttpResponse<String> answer = post(prefix + FIXED, BODY);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(expected);
  }

  @ParameterizedTest
  @DisplayName("jylo §7: the service's own host names, and configured ones")
  @ValueSource(strings = {"api.acme.uk.jylo.ai", "API.Example.JP.jylo.ai:8080", "jylo.test"})
  void hostsSelectIt(String host) throws IOException {
    String expected = post(FIXED, BODY).body();

    assertThat(raw(host, FIXED, BODY)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + expected);
    // Below such a host everything is Jylo's, also what is another's elsewhere.
    assertThat(raw(host, "/v1/chat/completions", BODY))
        .startsWith("HTTP/1.1 404 ")
        .contains("rfc9110#section-15.5.5");
  }

  @Test
  void aRegionThatDoesNotExistIsNobodys() throws IOException {
    assertThat(raw("api.acme.fr.jylo.ai", FIXED, BODY)).startsWith("HTTP/1.1 404 ");
    assertThat(post("/jylo/acme/fr" + FIXED, BODY).statusCode()).isEqualTo(404);
    assertThat(post("/jylox" + FIXED, BODY).body()).doesNotContain("traceId");
  }

  @Test
  void itsOwnListenerServesItAlone() {
    int port = gateway.gateway().address("jylo").getPort();
    URI own = URI.create("http://127.0.0.1:" + port);
    HttpResponse<String> answer =
        gateway.send(
            HttpRequest.newBuilder(own.resolve(FIXED))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY)));

    assertThat(answer.body()).isEqualTo(post(FIXED, BODY).body());
    assertThat(gateway.send(HttpRequest.newBuilder(own.resolve("/v1/models"))).statusCode())
        .isEqualTo(404);
    assertThat(gateway.send(HttpRequest.newBuilder(own.resolve("/models"))).statusCode())
        .isEqualTo(200);
  }

  @Test
  void anotherDialectInBetweenLeaksNothing() throws IOException {
    String chat = "{\"model\":\"demo/echo\"," + MESSAGES + "}";
    try (Socket socket = gateway.open()) {
      StringBuilder requests = new StringBuilder();
      requests.append(http("h", ECHO, "{}"));
      requests.append(http("h", "/v1/chat/completions", chat));
      requests.append(http("h", ECHO, BODY).replace("host: h", "host: h\r\nconnection: close"));
      socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.UTF_8));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answers.split("HTTP/1.1 ", -1))
          .satisfiesExactly(
              before -> assertThat(before).isEmpty(),
              first -> assertThat(first).startsWith("400 ").contains("traceId"),
              second ->
                  assertThat(second)
                      .startsWith("200 ")
                      .contains("extra_fields")
                      .doesNotContain("finishReason"),
              third ->
                  assertThat(third)
                      .startsWith("200 ")
                      .contains("finishReason")
                      .doesNotContain("extra_fields"));
    }
  }

  @Test
  @DisplayName("jylo §8.3: strict refuses unknown members, naming them")
  void strictRefusesUnknownMembers() {
    try (RunningGateway strict =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models: { echo: { targets: [ demo/echo ], id: "
                + ID
                + " } }\n"
                + "dialects: { jylo: { strict: true } }\n")) {
      HttpResponse<String> answer =
          JyloAnswerTest.chat(strict, "{\"temperature\":1," + MESSAGES + "}");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"$.temperature\":[\"The JSON property 'temperature'");
      assertThat(JyloAnswerTest.chat(strict, BODY).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> post(String path, String body) {
    return gateway.send(request(path, body));
  }

  private static HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String raw(String host, String path, String body) {
    return gateway.raw(
        http(host, path, body).replace("content-type", "connection: close\r\ncontent-type"));
  }

  private static String http(String host, String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nhost: "
        + host
        + "\r\ncontent-type: application/json\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
