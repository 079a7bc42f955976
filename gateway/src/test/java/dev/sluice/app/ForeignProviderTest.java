package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Locale;
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
      assertThat(asked.toLowerCase(Locale.ROOT))
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
      assertThat(asked.toLowerCase(Locale.ROOT)).contains("x-goog-api-key: secret");
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

  @Test
  void aRequestThatKeepsToMistralsRulesGoesOnByteForByte() throws Exception {
    String ok =
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
        "message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", ok);
        RunningGateway gateway = before(up, "mistral", "")) {
      gateway.chat(
          "{\"messages\": [{\"role\":\"user\",\"content\":\"\\u00e9\"}],\"model\":\"up/m\", \"temperature\":1e-1}");

      String asked = up.request();
      assertThat(asked).startsWith("POST /v1/chat/completions HTTP/1.1");
      assertThat(asked)
          .endsWith(
              "{\"messages\": [{\"role\":\"user\",\"content\":\"\\u00e9\"}],\"model\":\"m\", \"temperature\":1e-1}");
    }
  }

  @Test
  void aRequestThatMistralWouldRefuseIsWrittenAnew() throws Exception {
    String ok =
        """
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
        "message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text",\
        "text":"well"}]},{"type":"text","text":"hi"}]},"finish_reason":"stop"}]}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", ok);
        RunningGateway gateway = before(up, "mistral", "")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/m", "hi", ",\"seed\":7,\"logit_bias\":{\"5\":1}"));

      assertThat(up.request()).contains("\"random_seed\":7").doesNotContain("logit_bias");
      assertThat(answer.headers().firstValue("x-sluice-dropped")).contains("logit_bias");
      JsonNode message = MAPPER.readTree(answer.body()).at("/choices/0/message");
      assertThat(message.path("content").asString()).isEqualTo("hi");
      assertThat(message.path("reasoning_content").asString()).isEqualTo("well");
    }
  }

  @Test
  void aMistralStreamIsNotAskedForItsUsageAndItsListsOfPartsAreText() throws Exception {
    String events =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":"
            + "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"well\"}]}]},"
            + "\"finish_reason\":null}]}\n\n"
            + "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},"
            + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
            + "\"total_tokens\":3}}\n\ndata: [DONE]\n\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(events, true);
        RunningGateway gateway = before(up, "mistral", "")) {
      String answer =
          gateway
              .chat(
                  body(
                      "up/m", "hi", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
              .body();

      assertThat(up.request()).doesNotContain("stream_options").contains("\"stream\":true");
      assertThat(answer)
          .contains("\"reasoning_content\":\"well\"", "\"content\":\"hi\"", "\"total_tokens\":3")
          .doesNotContain("\"type\":\"thinking\"")
          .endsWith("data: [DONE]\n\n");
    }
  }

  @Test
  void aCohereAnswerReachesAClientOfOpenAisProtocol() throws Exception {
    String chat =
        """
        {"id":"c1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text",
        "text":"Hello there"}]},"usage":{"billed_units":{"input_tokens":2,"output_tokens":3},
        "tokens":{"input_tokens":70,"output_tokens":3}}}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", chat);
        RunningGateway gateway = before(up, "cohere", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/command-a-03-2025", "hi", ""));

      String asked = up.request();
      assertThat(asked).startsWith("POST /v2/chat HTTP/1.1");
      assertThat(asked.toLowerCase(Locale.ROOT)).contains("authorization: bearer secret");
      JsonNode json = MAPPER.readTree(answer.body());
      assertThat(json.at("/choices/0/message/content").asString()).isEqualTo("Hello there");
      assertThat(json.at("/usage/prompt_tokens").asInt()).isEqualTo(2);
      assertThat(json.path("model").asString()).isEqualTo("command-a-03-2025");
    }
  }

  @Test
  void aBedrockAnswerReachesAClientOfOpenAisProtocolAndTheRequestIsSigned() throws Exception {
    String converse =
        """
        {"output":{"message":{"role":"assistant","content":[{"text":"Hello there"}]}},
        "stopReason":"end_turn","usage":{"inputTokens":4,"outputTokens":3,"totalTokens":7}}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", converse);
        RunningGateway gateway =
            RunningGateway.with(
                PORTS
                    + "providers:\n  up: { kind: bedrock, region: eu-west-1, base_url:"
                    + " \"http://127.0.0.1:"
                    + up.port()
                    + "\", access_key_id: AKIDEXAMPLE, secret_access_key: hidden }\n")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/anthropic.claude-3-haiku-20240307-v1:0", "hi", ""));

      String asked = up.request();
      assertThat(asked)
          .startsWith("POST /model/anthropic.claude-3-haiku-20240307-v1%3A0/converse HTTP/1.1");
      assertThat(asked.toLowerCase(Locale.ROOT))
          .contains("authorization: aws4-hmac-sha256 credential=akidexample/")
          .contains("/eu-west-1/bedrock/aws4_request")
          .doesNotContain("hidden");
      JsonNode json = MAPPER.readTree(answer.body());
      assertThat(json.at("/choices/0/message/content").asString()).isEqualTo("Hello there");
      assertThat(json.at("/usage/total_tokens").asInt()).isEqualTo(7);
    }
  }

  @Test
  void claudeIsInvokedInItsOwnWordsWhereBedrockIsToldSo() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway =
            RunningGateway.with(
                PORTS
                    + "providers:\n  up: { kind: bedrock, region: eu-west-1, bedrock_api: invoke,"
                    + " base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "\", api_key: secret }\n")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "hi", ""));

      String asked = up.request();
      assertThat(asked)
          .startsWith("POST /model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke HTTP/1.1")
          .contains("\"anthropic_version\":\"bedrock-2023-05-31\"");
      assertThat(asked.toLowerCase(Locale.ROOT)).contains("authorization: bearer secret");
      assertThat(MAPPER.readTree(answer.body()).at("/choices/0/message/content").asString())
          .isEqualTo("Hello there");
    }
  }

  @Test
  void vertexServesBothPublishersUnderItsOwnPaths() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(
                  ScriptedUpstream.answer(
                      200,
                      "content-type: application/json\r\n",
                      number == 0 ? CANDIDATE : MESSAGE));
              return true;
            });
        RunningGateway gateway =
            RunningGateway.with(
                PORTS
                    + "providers:\n  up: { kind: vertex, project: p1, location: us-east5, base_url:"
                    + " \"http://127.0.0.1:"
                    + up.port()
                    + "\", api_key: secret }\n")) {
      gateway.chat(body("up/gemini-2.5-flash", "hi", ""));
      String gemini = up.request();
      gateway.chat(body("up/claude-sonnet-4-5@20250929", "hi", ""));
      String claude = up.request();

      String place = "POST /v1/projects/p1/locations/us-east5/publishers/";
      assertThat(gemini).startsWith(place + "google/models/gemini-2.5-flash:generateContent ");
      assertThat(claude)
          .startsWith(place + "anthropic/models/claude-sonnet-4-5@20250929:rawPredict ")
          .contains("\"anthropic_version\":\"vertex-2023-10-16\"");
    }
  }

  @Test
  void theGatewaysOwnKeyIsHiddenWhateverItLooksLike() throws Exception {
    String error =
        """
        {"type":"error","error":{"type":"own-key","message":"bad key own-key, see x-api-key: own-key"}}\
        """;
    String stream =
        EVENTS.substring(0, EVENTS.indexOf("event: content_block_stop"))
            + "event: error\ndata: "
            + error
            + "\n\n";
    try (ScriptedUpstream refusing =
            ScriptedUpstream.whole(400, "content-type: application/json\r\n", error);
        ScriptedUpstream breaking = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = RunningGateway.with(PORTS + two(refusing, breaking, "own-key"))) {
      String refused = gateway.chat(body("refusing/claude-x", "hi", "")).body();
      String broken = gateway.chat(body("breaking/claude-x", "hi", ",\"stream\":true")).body();

      assertThat(refused).contains("bad key ***").doesNotContain("own-key");
      assertThat(broken).contains("\"error\"").doesNotContain("own-key");
    }
  }

  @Test
  void theGatewaysUnpaidBillIsNotTheClients() throws Exception {
    String error =
        """
        {"type":"error","error":{"type":"billing_error","message":"pay, acme corp"}}\
        """;
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(402, "content-type: application/json\r\n", error);
        RunningGateway gateway = before(up, "anthropic", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/claude-x", "hi", ""));

      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).doesNotContain("acme");
    }
  }

  @Test
  void whatARequestOrAnAnswerBecomesInAnotherProtocolCountsAsHeld() throws Exception {
    String large = MESSAGE.replace("Hello there", "a".repeat(300_000));
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", large);
        RunningGateway gateway =
            RunningGateway.with(
                "server: { host: 127.0.0.1, port: 0, limits: { held: 1MB } }\n"
                    + "admin: { host: 127.0.0.1, port: 0 }\n"
                    + one(up, "anthropic"))) {
      HttpResponse<String> request = gateway.chat(body("up/claude-x", "b".repeat(300_000), ""));
      HttpResponse<String> answer = gateway.chat(body("up/claude-x", "hi", ""));

      assertThat(request.statusCode()).isEqualTo(503);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(gateway.gateway().metrics().scrape()).contains("sluice_held_bytes 0.0");
    }
  }

  @Test
  void countsThatNoAnswerCanHaveAreNotCounted() throws Exception {
    String message = MESSAGE.replace("\"input_tokens\":10", "\"input_tokens\":9223372036854775807");
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", message);
        RunningGateway gateway = before(up, "anthropic", "")) {
      String answer = gateway.chat(body("up/claude-x", "hi", "")).body();

      assertThat(answer).doesNotContain("9223372036854775807", "\"total_tokens\":-");
    }
  }

  private static String two(ScriptedUpstream refusing, ScriptedUpstream breaking, String key) {
    return "providers:\n  refusing: { kind: anthropic, base_url: \"http://127.0.0.1:"
        + refusing.port()
        + "\", api_key: "
        + key
        + " }\n  breaking: { kind: anthropic, base_url: \"http://127.0.0.1:"
        + breaking.port()
        + "\", api_key: "
        + key
        + " }\n";
  }

  private static String one(ScriptedUpstream up, String kind) {
    return "providers:\n  up: { kind: "
        + kind
        + ", base_url: \"http://127.0.0.1:"
        + up.port()
        + "\", api_key: secret }\n";
  }

  private static RunningGateway before(ScriptedUpstream up, String kind, String more) {
    return RunningGateway.with(PORTS + more + one(up, kind));
  }
}
