package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.PATH;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The ways to poolside's front door, and its pages. */
class PoolsideDoorTest {

  private static final String SETTINGS =
      "dialects: { poolside: { listen: 0, hosts: [ \"api.pool.example\" ] } }\n";
  private static final String ANSWER =
      "{\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
          + "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}]}";

  private static String post(String host, String path, String text) {
    return "POST "
        + path
        + " HTTP/1.1\r\nhost: "
        + host
        + "\r\nx-request-id: one\r\ncontent-length: "
        + text.length()
        + "\r\nconnection: close\r\n\r\n"
        + text;
  }

  private static String raw(RunningGateway gateway, int port, String request) throws Exception {
    try (Socket socket = new Socket(gateway.gateway().address().getAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @DisplayName("poolside §7: prefix, own path, host and listener give identical bytes")
  @ValueSource(strings = {"{\"model\":\"up/m\"}", "{\"model\":\"no/m\"}", "{\"model\":5}", "{"})
  void everyWayGivesTheSameBytes(String text) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", ANSWER);
        RunningGateway gateway = RunningGateway.before(up.port(), SETTINGS)) {
      int shared = gateway.port();
      int own = gateway.gateway().address("poolside").getPort();
      List<String> answers = new ArrayList<>();
      answers.add(raw(gateway, shared, post("a.example", PATH, text)));
      answers.add(raw(gateway, shared, post("a.example", PATH + "/?x=y", text)));
      answers.add(raw(gateway, shared, post("api.pool.example", PATH, text)));
      answers.add(raw(gateway, own, post("a.example", PATH, text)));
      answers.add(raw(gateway, shared, post("a.example", "/poolside" + PATH, text)));

      for (int i = 0; i < answers.size(); i++) {
        // The address of the schema is another one, and with it the length of the body.
        answers.set(
            i,
            answers
                .get(i)
                .replace("a.example/poolside/", "a.example/")
                .replace("api.pool.example/", "a.example/")
                .replaceAll("content-length: \\d+\r\n", "")
                .replaceAll("date: [^\r]*\r\n", ""));
      }
      assertThat(answers.getFirst()).contains("$schema");
      assertThat(answers).containsOnly(answers.getFirst());
    }
  }

  @Test
  @DisplayName("poolside trap 26: prefixes and own paths are whole segments")
  void onlyWholeSegmentsLeadHere() throws Exception {
    try (RunningGateway gateway = RunningGateway.with(RunningGateway.PORTS + SETTINGS)) {
      for (String path : new String[] {"/openaix/v1/models", "/poolsidex/openai/v1/models"}) {
        assertThat(gateway.get(path).body()).contains("is_bifrost_error");
      }
      assertThat(gateway.get("/poolside/v1/models").statusCode()).isEqualTo(404);
      int own = gateway.gateway().address("poolside").getPort();
      String other =
          raw(gateway, own, "GET /v1/models HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      assertThat(other).startsWith("HTTP/1.1 404").contains("/openai/schemas/ErrorModel.json");
    }
  }

  @Test
  @DisplayName("poolside §7: two dialects in turn on one connection leak nothing")
  void anotherDialectInBetweenLeavesNothing() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", ANSWER);
        RunningGateway gateway = RunningGateway.before(up.port(), "");
        Socket socket = gateway.open()) {
      String ours =
          post("a.example", PATH, "{\"model\":\"up/m\"}").replace("connection: close\r\n", "");
      String theirs =
          post("a.example", "/v1/chat/completions", body("up/m", "hi", ""))
              .replace("connection: close\r\n", "");

      socket
          .getOutputStream()
          .write(
              (ours + theirs + ours + post("a.example", "/v1/chat/completions", "{"))
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String[] answers = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("HTTP/1.1 ");

      assertThat(answers).hasSize(5);
      assertThat(answers[1]).startsWith("200").contains("$schema").doesNotContain("extra_fields");
      assertThat(answers[2]).startsWith("200").contains("extra_fields").doesNotContain("schema");
      assertThat(answers[3].replaceAll("date: [^\r]*", ""))
          .isEqualTo(answers[1].replaceAll("date: [^\r]*", ""));
      assertThat(answers[4]).startsWith("400").contains("is_bifrost_error").doesNotContain("link:");
    }
  }

  @Test
  @DisplayName("poolside §7: /openai/v1/completions is left out, and says so as a problem")
  void legacyCompletionsAreLeftOut() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      HttpResponse<String> response =
          PoolsideClient.chat(gateway, "/openai/v1/completions", "{\"model\":\"demo/echo\"}");

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body())
          .contains("\"detail\":\"there is no POST /openai/v1/completions here\"");
    }
  }

  @Test
  void headsAndTrailingSlashes() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String path : new String[] {"/openai/v1/models", "/openai/openapi.json/"}) {
        HttpResponse<String> head =
            gateway.send(
                HttpRequest.newBuilder(gateway.uri(path))
                    .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-type")).contains("application/json");
      }
    }
  }

  @Test
  @DisplayName("poolside §7: $schema and Link resolve to the schema that the answer satisfies")
  void theSchemaThatAnAnswerNamesIsThereAndFits() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      for (String prefix : new String[] {"", "/poolside"}) {
        SchemaRegistry registry =
            SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder ->
                    builder.schemas(
                        address -> gateway.get(address.substring(address.indexOf('/', 8))).body()));
        List<HttpResponse<String>> answers =
            List.of(
                PoolsideClient.chat(gateway, prefix + PATH, body("demo/echo", "hi", "")),
                PoolsideClient.chat(gateway, prefix + PATH, body("no/m", "hi", "")),
                PoolsideClient.chat(gateway, prefix + PATH, "{\"model\":5}"),
                gateway.get(prefix + "/openai/v1/models"),
                gateway.get(prefix + "/openai/nothing"));
        for (HttpResponse<String> answer : answers) {
          JsonNode body = PoolsideClient.MAPPER.readTree(answer.body());
          String address = body.get("$schema").asString();
          assertThat(address).startsWith(gateway.uri(prefix + "/openai/schemas/").toString());
          assertThat(answer.headers().firstValue("link"))
              .contains("<" + address + ">; rel=\"describedBy\"");

          Schema schema = registry.getSchema(SchemaLocation.of(address));

          assertThat(schema.validate(body)).isEmpty();
          assertThat(
                  schema.validate(
                      PoolsideClient.MAPPER.readTree("{\"status\":\"x\",\"object\":5}")))
              .isNotEmpty();
        }
      }
    }
  }

  @Test
  @DisplayName("poolside page: the schemas are the page's, but for null where we take it")
  void theSchemasSayWhatThePageSays() throws Exception {
    try (RunningGateway gateway = RunningGateway.plain();
        InputStream in = PoolsideDoorTest.class.getResourceAsStream("/pages/poolside.json")) {
      JsonNode page = PoolsideClient.MAPPER.readTree(in).get("$defs");
      JsonNode all = PoolsideClient.MAPPER.readTree(gateway.get("/openai/openapi.json").body());
      assertThat(all.at("/paths").propertyNames())
          .containsExactly("/openai/v1/chat/completions", "/openai/v1/models");
      assertThat(all.at("/servers/0/url").asString())
          .isEqualTo("http://127.0.0.1:" + gateway.port());
      for (Map.Entry<String, JsonNode> expected : page.properties()) {
        String name = expected.getKey();
        JsonNode schema = all.at("/components/schemas/" + name);

        assertThat(simplified(schema.toString(), "#/components/schemas/", ""))
            .as(name)
            .isEqualTo(simplified(expected.getValue().toString(), "#/$defs/", ""));
        assertThat(simplified(gateway.get("/openai/schemas/" + name + ".json").body(), "", ".json"))
            .as(name)
            .isEqualTo(simplified(expected.getValue().toString(), "#/$defs/", ""));
      }
    }
  }

  /** Without null, the page's formats that mean nothing here, and the way references are made. */
  private static JsonNode simplified(String schema, String reference, String suffix) {
    String text =
        schema
            .strip()
            .replaceAll("\\{\"anyOf\":\\[(\\{[^{}]*\\}),\\{\"type\":\"null\"\\}\\]\\}", "$1")
            .replaceAll(
                "\"\\$ref\":\"" + reference.replace("$", "\\$") + "([A-Za-z]+)" + suffix + "\"",
                "\"ref\":\"$1\"")
            .replaceAll(",\"(default|format)\":\"(about:blank|uri|int64)\"", "")
            .replaceAll("\"(default|format)\":\"(about:blank|uri|int64)\",", "");
    return PoolsideClient.MAPPER.readTree(text);
  }
}
