package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.body;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Streams by the AssemblyAI door. */
class AssemblyAiStreamTest {

  private static final String CHUNK =
      "data: { \"z\":1e2,\"big\":12345678901234567890,\"choices\":[{\"index\":0,\"delta\":{\"content\":"
          + "\"%s\\u00e9\\/\"},\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String ASKED =
      "{\"model\":\"up/m\",\"prompt\":\"q\",\"stream\":true,\"fallback_config\":{\"retry\":false}";

  private static RunningGateway demo;

  @BeforeAll
  static void start() {
    demo = RunningGateway.plain();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  @Test
  @DisplayName("assemblyai trap 1: a stream's bytes pass as they come")
  void chunksPassAsTheyCome() throws Exception {
    String stream =
        CHUNK.formatted("a") + ": note\n\n" + CHUNK.formatted("b") + FINISH + USAGE + DONE;
    try (ScriptedUpstream up = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> whole =
          chat(gateway, ASKED + ",\"stream_options\":{\"include_usage\":true}}");
      HttpResponse<String> without = chat(gateway, ASKED + "}");
      HttpResponse<String> repaired =
          chat(gateway, ASKED + ",\"post_processing_steps\":[{\"type\":\"json-repair\"}]}");

      assertThat(whole.body()).isEqualTo(stream);
      assertThat(whole.headers().firstValue("content-type"))
          .contains("text/event-stream; charset=utf-8");
      assertThat(whole.headers().firstValue("cache-control")).contains("no-cache");
      assertThat(without.body()).isEqualTo(stream.replace(USAGE, ""));
      assertThat(repaired.body()).isEqualTo(without.body());
      assertThat(body(up.request())).contains("\"stream_options\":{\"include_usage\":true}");
      assertThat(body(up.request())).contains("{\"include_usage\":true}");
    }
  }

  /** The event that ends a broken stream. */
  private static void brokenOff(String stream, int code) {
    String last = stream.substring(stream.lastIndexOf("data: ") + 6);
    assertThat(last).endsWith("\n\n");
    JsonNode event = AssemblyAiDoor.MAPPER.readTree(last);
    assertThat(event.propertyNames()).containsExactly("request_id", "message", "code", "error");
    assertThat(event.get("code").intValue()).isEqualTo(code);
    assertThat(event.get("error").propertyNames()).containsExactly("code", "message", "metadata");
    assertThat(event.get("error").get("code").intValue()).isEqualTo(code);
    assertThat(stream).doesNotContain("[DONE]");
  }

  @Test
  @DisplayName("assemblyai trap 5: a stream that is cut ends in an error event and never clean")
  void aCutStreamEndsInAnError() throws Exception {
    String stream = CHUNK.formatted("a") + CHUNK.formatted("b") + FINISH + USAGE + DONE;
    int first = CHUNK.formatted("a").getBytes(StandardCharsets.UTF_8).length;
    int end = stream.length() - DONE.length();
    for (boolean lastChunk : new boolean[] {true, false}) {
      for (int cut = 1; cut < end + 8; cut += 37) {
        try (ScriptedUpstream up = ScriptedUpstream.stream(stream.substring(0, cut), lastChunk);
            RunningGateway gateway = RunningGateway.before(up.port(), "")) {
          HttpResponse<String> response = chat(gateway, ASKED + "}");

          if (cut < first) {
            refused(response, 500);
          } else {
            assertThat(response.statusCode()).isEqualTo(200);
            brokenOff(response.body(), 500);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "cut-clean", "error-mid-stream", "garbage"})
  void aStreamThatBreaksEndsInAnError(String model) {
    HttpResponse<String> response = chat(demo, ASKED.replace("up/m", "demo/" + model) + "}");

    brokenOff(response.body(), 500);
    assertThat(response.body()).doesNotContain("\"finish_reason\":\"");
  }

  @ParameterizedTest
  @CsvSource({"fail-400, 400", "fail-429, 429", "fail-500, 500", "fail-401, 500", "html-502, 500"})
  @DisplayName("assemblyai page: an error before the first chunk is JSON with its status")
  void anErrorBeforeTheFirstChunkIsJson(String model, int status) {
    refused(chat(demo, ASKED.replace("up/m", "demo/" + model) + "}"), status);
  }

  @Test
  void aTimeoutWithinAStreamIsAnEvent() {
    String models = "models:\n  stall: { targets: [ demo/stall ], timeouts: { idle: 100ms } }\n";
    try (RunningGateway gateway = RunningGateway.with(RunningGateway.PORTS + models)) {
      brokenOff(chat(gateway, ASKED.replace("up/m", "stall") + "}").body(), 504);
    }
  }
}
