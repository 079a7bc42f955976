package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real providers' answers at Jylo's door: the page's schema, and the same words and tokens. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class JyloRecordedTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final PageSchema ANSWER = PageSchema.named("jylo-answer");
  private static final PageSchema PROBLEM = PageSchema.named("jylo-problem");
  private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  @Test
  void everyAnswerHasThePagesFormAndTheSameWords() throws Exception {
    AtomicReference<Recorded> next = new AtomicReference<>();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              String type = next.get().isStream() ? "text/event-stream" : "application/json";
              out.write(
                  ScriptedUpstream.answer(
                      200, "content-type: " + type + "\r\n", next.get().text()));
              return true;
            });
        RunningGateway gateway = JyloAnswerTest.before(up)) {
      int wholes = 0;
      int streams = 0;
      for (Recorded recorded : Recordings.openAiAnswers()) {
        next.set(recorded);

        String answer =
            JyloAnswerTest.chat(gateway, BODY + (recorded.isStream() ? ",\"stream\":true}" : "}"))
                .body();

        if (recorded.text().contains("\"error\":{")) {
          List<String> frames = JyloStreamTest.data(answer);
          assertThat(frames).as(recorded.name()).doesNotContain("[DONE]");
          assertThat(PROBLEM.problems(frames.getLast())).isEmpty();
        } else if (recorded.isStream()) {
          streams++;
          sameStream(recorded, answer);
        } else {
          wholes++;
          sameWhole(recorded, answer);
        }
      }
      assertThat(wholes).as("whole answers").isGreaterThan(50);
      assertThat(streams).as("streams").isGreaterThan(10);
    }
  }

  private static void sameWhole(Recorded recorded, String answer) {
    assertThat(ANSWER.problems(answer)).as(recorded.name()).isEmpty();
    JsonNode sent = MAPPER.readTree(recorded.text());
    JsonNode got = MAPPER.readTree(answer);
    for (int i = 0; i < sent.path("choices").size(); i++) {
      JsonNode message = sent.path("choices").path(i).path("message");
      String text = text(message.path("content")) + message.path("refusal").asString("");
      assertThat(got.path("choices").path(i).path("message").path("content").asString(""))
          .as(recorded.name())
          .isEqualTo(text);
    }
    sameUsage(recorded, sent.path("usage"), got.path("usage"));
  }

  private static void sameStream(Recorded recorded, String answer) {
    StringBuilder sent = new StringBuilder();
    JsonNode usage = MAPPER.missingNode();
    for (String data : JyloStreamTest.data(recorded.text().replace("\r\n", "\n"))) {
      if (!data.startsWith("[DONE]")) {
        JsonNode chunk = MAPPER.readTree(data);
        JsonNode delta = chunk.path("choices").path(0).path("delta");
        sent.append(text(delta.path("content"))).append(delta.path("refusal").asString(""));
        usage = chunk.path("usage").isObject() ? chunk.path("usage") : usage;
      }
    }
    List<String> frames = JyloStreamTest.data(answer);
    assertThat(frames.getLast()).as(recorded.name()).isEqualTo("[DONE]");
    StringBuilder got = new StringBuilder();
    for (String chunk : frames.subList(0, frames.size() - 1)) {
      assertThat(ANSWER.problems(chunk)).as(recorded.name()).isEmpty();
      got.append(
          MAPPER
              .readTree(chunk)
              .path("choices")
              .path(0)
              .path("message")
              .path("content")
              .asString());
    }
    assertThat(got).as(recorded.name()).hasToString(sent.toString());
    JsonNode last = MAPPER.readTree(frames.get(frames.size() - 2));
    assertThat(last.path("choices").path(0).path("finishReason").isString())
        .as(recorded.name())
        .isTrue();
    sameUsage(recorded, usage, last.path("usage"));
  }

  private static void sameUsage(Recorded recorded, JsonNode sent, JsonNode got) {
    if (sent.has("prompt_tokens")) {
      assertThat(got.path("promptTokens").asInt(-1))
          .as(recorded.name())
          .isEqualTo(sent.path("prompt_tokens").asInt(-2));
      assertThat(got.path("completionTokens").asInt(-1))
          .as(recorded.name())
          .isEqualTo(sent.path("completion_tokens").asInt(0));
    }
  }

  /** What a content says in words, be it a string or parts. */
  private static String text(JsonNode content) {
    StringBuilder text = new StringBuilder(content.asString(""));
    for (JsonNode part : content.isArray() ? content : MAPPER.createArrayNode()) {
      text.append(
          part.path("type").asString("").equals("text") ? part.path("text").asString("") : "");
    }
    return text.toString();
  }
}
