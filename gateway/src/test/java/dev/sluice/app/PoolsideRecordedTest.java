package dev.sluice.app;

import static dev.sluice.app.PoolsideClient.MAPPER;
import static dev.sluice.app.PoolsideClient.valid;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;

/** Real providers' answers, as poolside's clients get them: each fits the page's schema. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class PoolsideRecordedTest {

  @Test
  @DisplayName("poolside page: real providers' answers and chunks fit the schema and lose nothing")
  void everyRecordedAnswerFitsThePagesSchema() throws Exception {
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
        if (recorded.text().contains("\"error\":{")) {
          continue;
        }
        next.set(recorded);
        String more =
            recorded.isStream()
                ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
                : "";

        String answer = PoolsideClient.chat(gateway, body("up/m", "hi", more)).body();

        if (recorded.isStream()) {
          streams++;
          sameStream(recorded, answer);
        } else {
          wholes++;
          JsonNode fitted = valid("ChatCompletion", answer);
          assertThat(fitted.at("/choices/0/message/content"))
              .as(recorded.name())
              .isEqualTo(MAPPER.readTree(recorded.text()).at("/choices/0/message/content"));
        }
      }
      assertThat(wholes).as("whole answers").isGreaterThan(50);
      assertThat(streams).as("streams").isGreaterThan(10);
    }
  }

  private static void sameStream(Recorded recorded, String answer) {
    List<JsonNode> chunks = PoolsideClient.chunks(answer);
    List<JsonNode> sent =
        PoolsideClient.data(recorded.text().replace("\r\n", "\n")).stream()
            .filter(data -> !data.equals("[DONE]"))
            .map(MAPPER::readTree)
            .toList();

    assertThat(answer).as(recorded.name()).endsWith("data: [DONE]\n\n");
    for (String part : new String[] {"content", "reasoning_content", "reasoning"}) {
      assertThat(text(chunks, "/choices/0/delta/" + part))
          .as(recorded.name())
          .isEqualTo(text(sent, "/choices/0/delta/" + part));
    }
    assertThat(text(chunks, "/choices/0/finish_reason"))
        .as(recorded.name())
        .isEqualTo(text(sent, "/choices/0/finish_reason"));
    assertThat(total(chunks)).as(recorded.name()).isEqualTo(total(sent));
  }

  private static String text(List<JsonNode> chunks, String pointer) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      text.append(chunk.at(pointer).asString(""));
    }
    return text.toString();
  }

  /** The last total of usage; 0 where there is none. */
  private static int total(List<JsonNode> chunks) {
    int total = 0;
    for (JsonNode chunk : chunks) {
      total = chunk.at("/usage/total_tokens").asInt(total);
    }
    return total;
  }
}
