package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.chat;
import static dev.sluice.app.PoolsideClient.valid;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How poolside tells what breaks its page's schema, word for word. */
class PoolsideFieldsTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.plain();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** The answer's {@code errors}, of a body that breaks the schema. */
  private static String errors(String text) {
    HttpResponse<String> response = chat(gateway, text);
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    String schema = gateway.uri("/openai/schemas/ErrorModel.json").toString();
    assertThat(response.headers().firstValue("link"))
        .contains("<" + schema + ">; rel=\"describedBy\"");
    // The page's only error object has the same members.
    valid("V1PromptModelError", response.body());
    String start =
        "{\"$schema\":\""
            + schema
            + "\",\"title\":\"Unprocessable Entity\",\"status\":422,"
            + "\"detail\":\"validation failed\",\"errors\":";
    assertThat(response.body()).startsWith(start).endsWith("]}\n");
    return response.body().substring(start.length(), response.body().length() - 2);
  }

  @ParameterizedTest
  @DisplayName("poolside §7: a schema violation is 422 and names location, expectation and value")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"messages\":[]}|[{\"message\":\"expected required property model to be"
            + " present\",\"location\":\"body\"}]",
        "{}|[{\"message\":\"expected required property model to be"
            + " present\",\"location\":\"body\"}]",
        "{\"model\":null}|[{\"message\":\"expected"
            + " string\",\"location\":\"body.model\",\"value\":null}]",
        "{\"model\":5}|[{\"message\":\"expected string\",\"location\":\"body.model\",\"value\":5}]",
        "{\"model\":1e400 }|[{\"message\":\"expected"
            + " string\",\"location\":\"body.model\",\"value\":1e400}]",
        "{\"model\":[\"secret prompt\"]}|[{\"message\":\"expected"
            + " string\",\"location\":\"body.model\"}]",
        "{\"model\":{\"a\":1}}|[{\"message\":\"expected string\",\"location\":\"body.model\"}]",
        "{\"model\":\"demo/echo\",\"stream\":1}|[{\"message\":\"expected"
            + " boolean\",\"location\":\"body.stream\",\"value\":1}]",
        "{\"model\":\"demo/echo\",\"stream\":\"true\"}|[{\"message\":\"expected"
            + " boolean\",\"location\":\"body.stream\",\"value\":\"true\"}]",
        "{\"model\":\"demo/echo\",\"stream\":\"\"}|[{\"message\":\"expected"
            + " boolean\",\"location\":\"body.stream\",\"value\":\"\"}]",
        "{\"model\":\"demo/echo\",\"stream\":\"a\\\\\\\"b\\u00e9\\\\\"}|[{\"message\":\"expected"
            + " boolean\",\"location\":\"body.stream\",\"value\":\"a\\\\\\\"bé\\\\\"}]",
        "{\"model\":\"demo/echo\",\"stream\":\"a value that is longer than anything to be"
            + " repeated\"}|[{\"message\":\"expected boolean\",\"location\":\"body.stream\"}]",
        "{\"model\":\"demo/echo\",\"stream_options\":true}|[{\"message\":\"expected"
            + " object\",\"location\":\"body.stream_options\",\"value\":true}]",
        "{\"model\":\"demo/echo\",\"stream_options\":[]}|[{\"message\":\"expected"
            + " object\",\"location\":\"body.stream_options\"}]",
        "{\"model\":\"demo/echo\",\"stream_options\":{\"include_usage\":0}}|[{\"message\":\"expected"
            + " boolean\",\"location\":\"body.stream_options.include_usage\",\"value\":0}]",
        "{\"model\":\"demo/echo\",\"$schema\":7}|[{\"message\":\"expected"
            + " string\",\"location\":\"body.$schema\",\"value\":7}]",
        "[]|[{\"message\":\"expected object\",\"location\":\"body\"}]",
        "\"a secret prompt\"|[{\"message\":\"expected object\",\"location\":\"body\"}]",
      })
  void wrongFieldsAreNamed(String text, String errors) {
    assertThat(errors(text)).isEqualTo(errors);
  }

  @Test
  @DisplayName("poolside page: several violations are all listed")
  void allViolationsAreListed() {
    assertThat(
            errors(
                "{\"stream_options\":{\"include_usage\":\"no\"},\"stream\":\"yes\","
                    + "\"messages\":[{\"content\":\"secret prompt\"}]}"))
        .isEqualTo(
            "[{\"message\":\"expected"
                + " boolean\",\"location\":\"body.stream_options.include_usage\",\"value\":\"no\"},{\"message\":\"expected"
                + " boolean\",\"location\":\"body.stream\",\"value\":\"yes\"},{\"message\":\"expected"
                + " required property model to be present\",\"location\":\"body\"}]");
  }

  @ParameterizedTest
  @DisplayName("poolside trap 22: a member given twice is refused")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"model\":\"demo/echo\",\"model\":\"demo/lorem\"}|model",
        "{\"model\":\"demo/echo\",\"m\\u006fdel\":\"demo/lorem\"}|model",
        "{\"model\":\"demo/echo\",\"a\":1,\"a\":2}|a",
      })
  void aMemberIsGivenOnce(String text, String name) {
    assertThat(errors(text))
        .isEqualTo("[{\"message\":\"expected property once\",\"location\":\"body." + name + "\"}]");
  }

  @Test
  void anEmptyModelIsAnUnknownOne() {
    HttpResponse<String> response = chat(gateway, "{\"model\":\"\",\"messages\":[]}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).endsWith(",\"code\":\"model-not-found\"}\n");
  }
}
