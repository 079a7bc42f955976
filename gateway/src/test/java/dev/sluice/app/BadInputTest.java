package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets for bad input: a clear refusal, and a gateway that goes on. */
class BadInputTest {

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.with(
            "server: { port: 0, limits: { body: 1MB }, timeouts: { header: 300ms, body: 300ms } }\n"
                + "admin: { port: 0 }\n");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void goesOn() {
    assertThat(gateway.chat(body("demo/echo", "still here", "")).body()).contains("still here");
  }

  private static void refused(HttpResponse<String> response, int status, String words) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body())
        .startsWith("{\"is_bifrost_error\":true,\"status_code\":" + status)
        .contains(words)
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
  }

  @ParameterizedTest
  @DisplayName("bifrost §5.8: malformed JSON, missing fields and unknown models are 400")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{|invalid request format",
        "!!|invalid request format: the text is empty",
        "[]|the request body must be an object",
        "{}|`model` is required",
        "{\"model\":\"demo/echo\"}|`messages` is required",
        "{\"model\":null,\"messages\":[{\"role\":\"user\"}]}|`model` must be a non-empty string,"
            + " but is null",
        "{\"model\":\"demo/echo\",\"messages\":null}|`messages` must be an array",
        "{\"model\":\"demo/echo\",\"messages\":[]}|`messages` must be an array with at least 1"
            + " item",
        "{\"model\":\"demo/echo\",\"messages\":[{\"content\":\"x\"}]}|`messages[0].role` is"
            + " required",
        "{\"model\":\"demo/echo\",\"model\":\"demo/lorem\",\"messages\":[{\"role\":\"user\"}]}|`model`"
            + " is given twice",
        "{\"model\":\"dmo/echo\",\"messages\":[{\"role\":\"user\"}]}|did you mean demo/echo?",
        "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\"}]}|expected provider/model or a"
            + " configured name",
      })
  void aBodyThatIsWrongIsNamed(String text, String words) {
    refused(gateway.chat(text), 400, words);
  }

  @Test
  @DisplayName("bifrost trap 20: the page's example, verbatim: types are checked, not vocabularies")
  void thePagesExampleIsTaken() throws Exception {
    String example =
        """
        {
          "model": "openai/gpt-4o-mini",
          "messages": [
            {
              "role": "user",
              "content": "Hello, how are you?",
              "tool_call_id": "<string>",
              "tool_calls": [
                {
                  "id": "tool_123",
                  "type": "function",
                  "function": {
                    "name": "get_weather",
                    "arguments": "{\\"location\\": \\"San Francisco, CA\\"}"
                  }
                }
              ],
              "refusal": "<string>",
              "annotations": [
                {
                  "type": "<string>",
                  "url_citation": {
                    "start_index": 123,
                    "end_index": 123,
                    "title": "<string>",
                    "url": "<string>",
                    "sources": "<any>",
                    "type": "<string>"
                  }
                }
              ],
              "thought": "<string>"
            }
          ],
          "max_tokens": 1000,
          "temperature": 1,
          "top_p": 0.5,
          "n": 1,
          "stream": false,
          "stream_options": {
            "include_usage": true
          },
          "stop": "<string>",
          "presence_penalty": 0,
          "frequency_penalty": 0,
          "logit_bias": {},
          "logprobs": false,
          "top_logprobs": 10,
          "max_completion_tokens": 123,
          "metadata": {},
          "modalities": [
            "<string>"
          ],
          "parallel_tool_calls": true,
          "prompt_cache_key": "<string>",
          "reasoning_effort": "<string>",
          "response_format": {
            "type": "text"
          },
          "safety_identifier": "<string>",
          "seed": 123,
          "service_tier": "auto",
          "store": true,
          "tool_choice": "none",
          "tools": [
            {
              "type": "function",
              "function": {
                "description": "<string>",
                "name": "<string>",
                "parameters": {}
              }
            }
          ],
          "user": "<string>",
          "verbosity": "<string>",
          "fallbacks": [
            "anthropic/claude-3-sonnet-20240229",
            "openai/gpt-4o"
          ]
        }\
        """;
    String answered =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-4o-mini\",\"choices\":"
            + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":"
            + "\"stop\"}]}";
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", answered);
        RunningGateway openai =
            RunningGateway.with(
                RunningGateway.PORTS
                    + "providers: { openai: { api_key: sk-x, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\" } }\n")) {
      // The first of its fallbacks is nobody's here, which is no reason to refuse.
      HttpResponse<String> answer = openai.chat(example);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(up.request())
          .endsWith(
              "\r\n\r\n"
                  + example
                      .replace("openai/gpt-4o-mini", "gpt-4o-mini")
                      .replaceFirst(",\\s*\"fallbacks\": \\[[^]]*]", ""));
    }
  }

  @Test
  @DisplayName("bifrost trap 25: ten thousand brackets are refused")
  void tenThousandBracketsAreRefused() {
    refused(
        gateway.chat(body("demo/echo", "hi", ",\"x\":" + "[".repeat(10_000))),
        400,
        "nesting is deeper than 128");
  }

  @Test
  @DisplayName("bifrost trap 25: bytes that are not UTF-8 are refused")
  void bytesThatAreNotUtf8AreRefused() {
    byte[] text = body("demo/echo", "#", "").getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '#') {
        text[i] = (byte) 0xc0;
      }
    }
    refused(
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(text))),
        400,
        "not UTF-8");
  }

  @Test
  @DisplayName("bifrost §5.8: a body beyond the limit is 413, announced or not")
  void aBodyBeyondTheLimitIsRefusedAnnouncedOrNot() {
    String announced =
        gateway.raw(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n");
    String chunked =
        gateway.raw(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
                + "110000\r\n"
                + "x".repeat(0x110000)
                + "\r\n");

    assertThat(announced).startsWith("HTTP/1.1 413").contains("larger than 1048576 bytes");
    assertThat(chunked).startsWith("HTTP/1.1 413");
  }

  @Test
  @DisplayName("bifrost trap 2: unknown path, wrong method and wrong type in its own shape")
  void wrongMethodsPathsAndTypesAreNamed() {
    refused(gateway.get("/v1/chat/completions"), 405, "use POST");
    assertThat(gateway.get("/v1/chat/completions").headers().firstValue("allow")).contains("POST");
    refused(gateway.get("/v1/nothing"), 404, "there is no GET /v1/nothing");
    refused(gateway.get("/bifrostx/v1/models"), 404, "there is no");
    assertThat(gateway.get("/bifrost/v1/models").statusCode()).isEqualTo(200);
    refused(
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))),
        415,
        "`content-type` must be application/json");
    refused(
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                .header("content-type", "application/json")
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))),
        415,
        "content-encoding");
  }

  @Test
  void headsBeyondTheLimitsAreRefused() {
    assertThat(gateway.raw("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414");
    assertThat(gateway.raw("GET / HTTP/1.1\r\nhost: x\r\nx: " + "a".repeat(40_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431");
  }

  @Test
  void aClientThatSendsTooSlowlyIsCutOff() {
    assertThat(gateway.raw("GET /livez HTTP/1.1\r\nhost:")).startsWith("HTTP/1.1 408");
    assertThat(
            gateway.raw(
                "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"))
        .startsWith("HTTP/1.1 408");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo/", "nobody/", ""})
  void aNameOfAModelHasALengthThatItKeepsTo(String provider) {
    String model = provider + "a".repeat(5000);

    HttpResponse<String> response = gateway.chat(body(model, "x", ""));

    refused(response, 400, "`model` must be at most 512 characters long");
    assertThat(response.body().length()).isLessThan(1000);
  }

  @Test
  void fallbacksAreFew() {
    String list = "\"demo/fail-503\",".repeat(33).replaceFirst(",$", "");

    refused(
        gateway.chat(body("demo/fail-503", "x", ",\"fallbacks\":[" + list + "]")),
        400,
        "`fallbacks` must have at most 32 items");
  }
}
