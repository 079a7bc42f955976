package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.MAPPER;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Real providers' answers at the AssemblyAI door. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class AssemblyAiRecordedTest {

  private static final List<String> ENVELOPE =
      List.of("request_id", "request", "http_status_code", "response_time", "llm_status_code");

  @Test
  void everyAnswerPassesUnchangedButForTheAdditions() throws Exception {
    AtomicReference<Recorded> next = new AtomicReference<>();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              String type = next.get().isStream() ? "text/event-stream" : "application/json";
              out.write(
                  ScriptedUpstream.answer(
                      200, "content-type: " + type + "\r\n", next.get().text()));
              return true;
            });
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      int wholes = 0;
      int streams = 0;
      for (Recorded recorded : Recordings.openAiAnswers()) {
        next.set(recorded);
        String more =
            recorded.isStream()
                ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                : "";

        HttpResponse<String> answer =
            chat(
                gateway,
                "{\"model\":\"up/m\",\"prompt\":\"hi\",\"fallback_config\":{\"retry\":false}"
                    + more
                    + "}");

        if (recorded.text().contains("\"error\":{")) {
          assertThat(answer.body()).contains("\"code\":").doesNotContain("[DONE]");
        } else if (recorded.isStream()) {
          streams++;
          assertThat(answer.body().strip()).as(recorded.name()).isEqualTo(recorded.text().strip());
        } else {
          wholes++;
          assertAdded(recorded, answer.body());
        }
      }
      assertThat(wholes).isGreaterThan(50);
      assertThat(streams).isGreaterThan(10);
    }
  }

  private static void assertAdded(Recorded recorded, String answer) {
    ObjectNode sent = (ObjectNode) MAPPER.readTree(recorded.text());
    ObjectNode got = (ObjectNode) MAPPER.readTree(answer);
    assertThat(got.propertyNames()).as(recorded.name()).containsAll(ENVELOPE);
    ENVELOPE.forEach(got::remove);
    // Some providers have a request_id of their own, which gives way.
    ENVELOPE.forEach(sent::remove);
    JsonNode usage = got.path("usage");
    if (usage.isObject() && usage.has("prompt_tokens")) {
      assertThat(usage.get("input_tokens")).isEqualTo(usage.get("prompt_tokens"));
      assertThat(usage.get("output_tokens")).isEqualTo(usage.get("completion_tokens"));
      ((ObjectNode) usage).remove(List.of("input_tokens", "output_tokens"));
    }
    for (JsonNode choice : got.path("choices")) {
      JsonNode calls = choice.path("message").path("tool_calls");
      if (calls.isArray()) {
        assertThat(choice.get("tool_calls")).isEqualTo(calls);
        ((ObjectNode) choice).remove("tool_calls");
      }
    }
    assertThat(got).as(recorded.name()).isEqualTo(sent);
  }
}
