package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls by the AssemblyAI door, and the shapes that its answers must have. */
final class AssemblyAiDoor {

  static final String CHAT = "/assemblyai/v1/chat/completions";
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final Schema RESPONSE = schema("response");
  private static final Schema ERROR = schema("error");
  private static final Schema ACCESS_ERROR = schema("access-error");

  private AssemblyAiDoor() {}

  static HttpRequest.Builder request(RunningGateway gateway, String path, String body) {
    return HttpRequest.newBuilder(gateway.uri(path))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  static HttpResponse<String> chat(RunningGateway gateway, String body) {
    return gateway.send(request(gateway, CHAT, body));
  }

  static HttpResponse<String> chat(RunningGateway gateway, String authorization, String body) {
    return gateway.send(request(gateway, CHAT, body).header("authorization", authorization));
  }

  /** The body of what a provider was sent. */
  static String body(String request) {
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  static JsonNode tree(HttpResponse<String> response) {
    return MAPPER.readTree(response.body());
  }

  /** A whole answer that satisfies the page's schema. */
  static JsonNode answered(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertValid(RESPONSE, response.body());
    JsonNode tree = tree(response);
    assertThat(response.headers().firstValue("x-request-id"))
        .contains(tree.get("request_id").stringValue());
    return tree;
  }

  /** The flat envelope with this status. */
  static JsonNode refused(HttpResponse<String> response, int status) {
    JsonNode tree = error(response, status, ERROR);
    assertThat(tree.get("code").intValue()).isEqualTo(status);
    return tree;
  }

  /** A refusal of what a request says, with this cause. */
  static void invalid(HttpResponse<String> response, String cause) {
    JsonNode tree = refused(response, 400);
    assertThat(tree.get("message").stringValue()).isEqualTo("invalid request body");
    assertThat(tree.get("metadata").get("errors").toString()).contains(cause);
  }

  /** The envelope of refused credentials. */
  static JsonNode denied(HttpResponse<String> response, int status) {
    return error(response, status, ACCESS_ERROR);
  }

  private static JsonNode error(HttpResponse<String> response, int status, Schema shape) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body()).doesNotContain("Exception").doesNotContain("sk-secret");
    assertValid(shape, response.body());
    JsonNode tree = tree(response);
    assertThat(response.headers().firstValue("x-request-id"))
        .contains(tree.get("request_id").stringValue());
    return tree;
  }

  private static void assertValid(Schema schema, String text) {
    assertThat(
            schema.validate(
                text,
                InputFormat.JSON,
                execution ->
                    execution.executionConfig(config -> config.formatAssertionsEnabled(true))))
        .as(text)
        .isEmpty();
  }

  private static Schema schema(String name) {
    try (InputStream in =
        AssemblyAiDoor.class.getResourceAsStream("/assemblyai/" + name + ".schema.json")) {
      return SCHEMAS.getSchema(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
