package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of OpenAI's protocol before providers with protocols of their own. */
class ForeignProviderTest {

  private static final String PORTS =
      "server: { host: 127.0.0.1, port: 0 }\nadmin: { host: 127.0.0.1, port: 0 }\n";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final String MESSAGE =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude-x",
      "content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn",
      "usage":{"input_tokens":10,"cache_read_input_tokens":4,"output_tokens":3}}\
      """;

  private static final String EVENTS =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

      event: ping
      data: {"type":"ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" there"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String CANDIDATE =
      """
      {"candidates":[{"content":{"role":"model","parts":[{"text":"Hello there"}]},
      "finishReason":"STOP","index":0}],"responseId":"r1","modelVersion":"gemini-x",
      "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":3,"totalTokenCount":13}}\
      """;

  @Test
  void anAnthropicAnswerReachesAClientOfOpenAisProtocol() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/claude-x", "hi", ""));

      String asked = up.request();
      assertThat(asked).startsWith("POST /v1/messages HTTP/1.1");
      assertThat(asked.toLowerCase())
          .contains("x-api-key: secret", "anthropic-version: 2023-06-01");
      assertThat(asked).doesNotContain("authorization").contains("\"max_tokens\":");
      JsonNode json = MAPPER.readTree(answer.body());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(json.at("/choices/0/message/content").asString()).isEqualTo("Hello there");
      assertThat(json.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
      assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(14);
      assertThat(json.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(4);
      assertThat(json.at("/extra_fields/provider").asString()).isEqualTo("up");
      assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
    }
  }

  @Test
  void anAnthropicStreamReachesAClientOfOpenAisProtocol() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.stream(EVENTS, true);
        RunningGateway gateway = before(up, "anthropic", "")) {
      String answer =
          gateway
              .chat(
                  body(
                      "up/claude-x",
                      "hi",
                      ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
              .body();

      assertThat(answer)
          .contains("\"content\":\"Hello\"", "\"content\":\" there\"")
          .contains("\"finish_reason\":\"stop\"", "\"prompt_tokens\":10,\"completion_tokens\":3")
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aCutAnthropicStreamEndsAsAnErrorAndItsUsageIsCounted() throws Exception {
    String cut = EVENTS.substring(0, EVENTS.indexOf("event: content_block_stop"));
    try (ScriptedUpstream up = ScriptedUpstream.stream(cut, true);
        RunningGateway gateway = before(up, "anthropic", "")) {
      String answer = gateway.chat(body("up/claude-x", "hi", ",\"stream\":true")).body();

      assertThat(answer).contains("\"content\":\"Hello\"", "\"error\"").doesNotContain("[DONE]");
      assertThat(gateway.gateway().metrics().scrape())
          .contains("sluice_tokens_total{kind=\"prompt\",model=\"claude-x\",provider=\"up\"} 10.0");
    }
  }

  @Test
  void whatAProvidersProtocolCannotCarryIsNamed() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/claude-x", "hi", ",\"logit_bias\":{\"5\":1},\"wei\\nrd\":true"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-dropped")).contains("logit_bias, wei?rd");
    }
  }

  @Test
  void aRequestThatLosesFieldsIsRefusedWhereThatIsAskedFor() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "on_unsupported: error\n")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/claude-x", "hi", ",\"logit_bias\":{\"5\":1}"));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("logit_bias");
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @Test
  void anAnthropicErrorIsToldAsTheClientsProtocolDoes() throws Exception {
    String error =
        """
        {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(529, "content-type: application/json\r\n", error);
        RunningGateway gateway = before(up, "anthropic", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/claude-x", "hi", ""));

      assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
      assertThat(answer.body()).contains("Overloaded", "\"is_bifrost_error\"");
    }
  }

  @Test
  void aGeminiAnswerReachesAClientOfOpenAisProtocol() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", CANDIDATE);
        RunningGateway gateway = before(up, "gemini", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/gemini-x", "hi", ""));

      String asked = up.request();
      assertThat(asked).startsWith("POST /v1beta/models/gemini-x:generateContent HTTP/1.1");
      assertThat(asked.toLowerCase()).contains("x-goog-api-key: secret");
      JsonNode json = MAPPER.readTree(answer.body());
      assertThat(json.at("/choices/0/message/content").asString()).isEqualTo("Hello there");
      assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(13);
    }
  }

  @Test
  void aGeminiStreamReachesAClientOfOpenAisProtocol() throws Exception {
    String events = "data: " + CANDIDATE.replace("\n", "") + "\r\n\r\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(events, true);
        RunningGateway gateway = before(up, "gemini", "")) {
      String answer = gateway.chat(body("up/gemini-x", "hi", ",\"stream\":true")).body();

      assertThat(up.request())
          .startsWith("POST /v1beta/models/gemini-x:streamGenerateContent?alt=sse HTTP/1.1");
      assertThat(answer)
          .contains("\"content\":\"Hello there\"", "\"finish_reason\":\"stop\"")
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aGeminiStreamWithoutAFinishReasonIsBroken() throws Exception {
    String events =
        "data: "
            + CANDIDATE.replace("\n", "").replace("\"finishReason\":\"STOP\",", "")
            + "\r\n\r\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(events, true);
        RunningGateway gateway = before(up, "gemini", "")) {
      String answer = gateway.chat(body("up/gemini-x", "hi", ",\"stream\":true")).body();

      assertThat(answer).contains("Hello there", "\"error\"").doesNotContain("[DONE]");
    }
  }

  private static RunningGateway before(ScriptedUpstream up, String kind, String more)
      throws IOException {
    return RunningGateway.with(
        PORTS
            + more
            + "providers:\n  up: { kind: "
            + kind
            + ", base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", api_key: secret }\n");
  }
}
