package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tests of answers' forms ask, and what is answered. */
abstract class AnswerForms {

  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final String HEADER = "x-sluice-answer-form";
  static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"],"
          + "\"additionalProperties\":false}";
  static final String WITH_SCHEMA =
      ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
          + SCHEMA
          + "}}";
  static final String WITH_JSON = ",\"response_format\":{\"type\":\"json_object\"}";
  static final String FITS = "{\"a\":1}";
  static final String MISFIT = "{\"a\":\"one\"}";

  /** What a provider does with its second and further calls. */
  interface Later {
    boolean answer(OutputStream out, Socket socket) throws IOException;
  }

  static ScriptedUpstream up(String first, Later later) throws IOException {
    AtomicInteger calls = new AtomicInteger();
    return new ScriptedUpstream((number, request, out, socket) -> {
      if (calls.getAndIncrement() == 0) {
        out.write(ok(first));
        return true;
      }
      return later.answer(out, socket);
    });
  }

  static ScriptedUpstream up(String first, String second) throws IOException {
    return up(
        first,
        (out, socket) -> {
          out.write(ok(second));
          return true;
        });
  }

  static byte[] ok(String body) {
    return ScriptedUpstream.answer(200, "content-type: application/json\r\n", body);
  }

  static String completion(String content, String usage) {
    return choice("{\"role\":\"assistant\",\"content\":" + JsonText.quote(content) + "}", "stop")
        .replace("{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}", usage);
  }

  static String completion(String content) {
    return completion(
        content, "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}");
  }

  static String choice(String message, String finish) {
    return "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
        + "[{\"index\":0,\"message\":"
        + message
        + ",\"finish_reason\":\""
        + finish
        + "\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
  }

  static String message(String text, int input, int output) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
        + "\"content\":[{\"type\":\"text\",\"text\":"
        + JsonText.quote(text)
        + "}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":"
        + input
        + ",\"cache_read_input_tokens\":2,\"output_tokens\":"
        + output
        + "}}";
  }

  static RunningGateway before(ScriptedUpstream up, String kind, String more) {
    String path = kind.equals("openai") || kind.equals("mistral") ? "/v1" : "";
    return RunningGateway.with(
        RunningGateway.PORTS
            + "providers:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + path
            + "\", translation: { unfit_answer: repaired }"
            + more
            + " }\n");
  }

  static RunningGateway before(ScriptedUpstream up) {
    return before(up, "openai", "");
  }

  static String asking(String more) {
    return RunningGateway.body("up/m", "hi", more);
  }

  static String bodyOf(String request) {
    return request.substring(request.indexOf("\r\n\r\n") + 4);
  }

  static String form(HttpResponse<String> answer) {
    return answer.headers().firstValue(HEADER).orElse("");
  }

  static String content(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer).at("/choices/0/message/content").asString();
  }

  static JsonNode tree(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  static void assertCounted(RunningGateway gateway, String outcome) {
    assertThat(gateway.gateway().metrics().scrape())
        .contains("sluice_answer_checks_total{outcome=\"" + outcome + "\",provider=\"up\"} 1.0");
  }

  static void assertTokens(RunningGateway gateway, String kind, int tokens) {
    await()
        .untilAsserted(() ->
            assertThat(gateway.gateway().metrics().scrape())
                .containsPattern(
                    "sluice_tokens_total\\{kind=\"" + kind + "\"[^}]*\\} " + tokens + "\\.0"));
  }

  static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
