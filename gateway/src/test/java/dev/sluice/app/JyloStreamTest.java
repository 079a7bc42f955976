package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jylo's streams, whose form is ours. */
class JyloStreamTest {

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"one two three four\"}],\"stream\":true}";
  private static final String DONE = "data: [DONE]\n\n";
  private static final PageSchema ANSWER = PageSchema.named("jylo-answer");
  private static final PageSchema PROBLEM = PageSchema.named("jylo-problem");

  private static final String ROLE =
      "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
          + "\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},"
          + "\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
          + "\"total_tokens\":3}}\n\n";

  private static final String OWN_FINISH =
      "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
          + "\"assistant\",\"content\":\"\"},\"finishReason\":\"stop\"}]";
  private static final String OWN_USAGE =
      ",\"usage\":{\"promptTokens\":1,\"completionTokens\":2,\"totalTokens\":3}";

  private static final AtomicReference<String> next = new AtomicReference<>("");

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    up =
        new ScriptedUpstream((number, request, out, socket) -> {
          out.write(
              ScriptedUpstream.answer(200, "content-type: text/event-stream\r\n", next.get()));
          return true;
        });
    gateway = JyloAnswerTest.before(up);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  @Test
  @DisplayName("jylo §8.2: text by text, then one chunk with finish reason and usage, then [DONE]")
  void aStreamHasOurForm() {
    assertThat(streamed(ROLE + text("He") + text("\\u00e9\\n") + FINISH + USAGE + DONE))
        .isEqualTo(own("") + own("He") + own("é\\n") + OWN_FINISH + OWN_USAGE + "}\n\n" + DONE);
  }

  @Test
  void aCutAnswerIsToldAsSuchAfterEmptyFinishReasons() {
    String unfinished = text("a").replace("\"finish_reason\":null", "\"finish_reason\":\"\"");

    String body =
        streamed(ROLE + unfinished + unfinished + FINISH.replace("stop", "length") + USAGE + DONE);

    assertThat(body)
        .isEqualTo(
            own("")
                + own("a")
                + own("a")
                + OWN_FINISH.replace("stop", "length")
                + OWN_USAGE
                + "}\n\n"
                + DONE);
  }

  @Test
  void usageInTheFinishingFrameComesInTheSameChunk() {
    String finish =
        FINISH.replace("}]}", "}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}");
    assertThat(streamed(ROLE + text("a") + finish + DONE))
        .isEqualTo(own("") + own("a") + OWN_FINISH + OWN_USAGE + "}\n\n" + DONE);
  }

  @Test
  void withoutUsageTheLastChunkHasNone() {
    assertThat(streamed(ROLE + text("a") + FINISH + DONE))
        .isEqualTo(own("") + own("a") + OWN_FINISH + "}\n\n" + DONE);
  }

  @Test
  void usageInEveryFrameIsToldOnce() {
    String usage = "],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
    assertThat(streamed(ROLE + text("a").replace("]}", usage) + FINISH + USAGE + DONE))
        .isEqualTo(own("") + own("a") + OWN_FINISH + OWN_USAGE + "}\n\n" + DONE);
  }

  @Test
  @DisplayName("jylo trap 9: tool calls and thoughts have no place in a chunk")
  void whatHasNoFieldIsLeftOut() {
    String calls =
        "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":"
            + "[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"arguments\":\"{}\"}}],\"reasoning_content\":\"hm\"},\"finish_reason\":null}]}\n\n";
    assertThat(streamed(ROLE + calls + text("a") + ": ping\n\n" + FINISH + USAGE + DONE))
        .isEqualTo(own("") + own("a") + ": ping\n\n" + OWN_FINISH + OWN_USAGE + "}\n\n" + DONE);
  }

  @Test
  void everyChunkOfTheDemoIsAnAnswer() {
    try (RunningGateway demo = demo("demo/lorem-20")) {
      HttpResponse<String> answer = JyloAnswerTest.chat(demo, BODY);
      List<String> frames = data(answer.body());

      assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(frames.getLast()).isEqualTo("[DONE]");
      List<String> chunks = frames.subList(0, frames.size() - 1);
      assertThat(chunks).hasSizeGreaterThan(10);
      for (String chunk : chunks) {
        assertThat(ANSWER.problems(chunk)).as(chunk).isEmpty();
      }
      assertThat(chunks.getLast()).contains("\"usage\":").doesNotContain("\"finishReason\":null");
      assertThat(chunks.subList(0, chunks.size() - 1))
          .allMatch(chunk -> chunk.contains("\"finishReason\":null") && !chunk.contains("usage"));
    }
  }

  @ParameterizedTest
  @DisplayName("jylo trap 5: a broken stream ends with a problem, without [DONE] or finish reason")
  @ValueSource(strings = {"demo/cut", "demo/cut-clean", "demo/error-mid-stream", "demo/garbage"})
  void aBrokenStreamEndsWithAProblem(String model) {
    try (RunningGateway demo = demo(model)) {
      List<String> frames = data(JyloAnswerTest.chat(demo, BODY).body());

      assertThat(frames).hasSizeGreaterThan(1).doesNotContain("[DONE]");
      assertThat(frames.getLast())
          .startsWith(
              "{\"type\":\"https://tools.ietf.org/html/rfc9110#section-15.6.1\",\"title\":\"An error"
                  + " occurred while processing your request.\",\"status\":500,\"traceId\":\"00-");
      assertThat(PROBLEM.problems(frames.getLast())).isEmpty();
      assertThat(frames.subList(0, frames.size() - 1))
          .allMatch(chunk -> chunk.contains("\"finishReason\":null"));
    }
  }

  @Test
  @DisplayName("jylo trap 5: cut at every frame, and after the finish")
  void everyCutIsTold() {
    List<String> parts = List.of(ROLE, text("a"), text("b"), FINISH, USAGE);
    for (int length = 1; length <= parts.size(); length++) {
      String cut = String.join("", parts.subList(0, length));
      for (String end : new String[] {"", "data: {\"choices\":[{\"index\":", "data: {}x\n\n"}) {
        String body = streamed(cut + end);

        assertThat(body).doesNotContain("[DONE]").doesNotContain("\"finishReason\":\"stop\"");
        assertThat(PROBLEM.problems(data(body).getLast())).isEmpty();
      }
    }
  }

  @Test
  void aChunkThatMakesNoSenseEndsTheStream() {
    String wild = ROLE.replace("\"index\":0", "\"index\":4096");

    String body = streamed(ROLE + text("a") + wild + FINISH + DONE);

    assertThat(body).startsWith(own("") + own("a")).doesNotContain("[DONE]");
    assertThat(PROBLEM.problems(data(body).getLast())).isEmpty();
  }

  @Test
  void aProvidersErrorInAStreamKeepsNoSecret() {
    String body =
        streamed(
            ROLE
                + text("a")
                + "data: {\"error\":{\"message\":\"bad key sk-secret-of-ours-1234\"}}\n\n");

    assertThat(body).doesNotContain("sk-secret").doesNotContain("[DONE]");
    assertThat(data(body).getLast()).contains("\"status\":500");
  }

  @Test
  void aClientHearsOfAProviderWhoseWordsHaveNoPlaceHere() {
    String question = BODY.replace("one two three four", "word ".repeat(5));
    try (RunningGateway thinking =
        RunningGateway.with(
            "server: { port: 0, heartbeat: 400ms }\nadmin: { port: 0 }\nmodels: { x: { targets: ["
                + " demo/reasoning-100ms ], id: "
                + JyloRequestTest.ID
                + " } }\n")) {
      String body = JyloAnswerTest.chat(thinking, question).body();

      assertThat(body.indexOf(": heartbeat")).isBetween(0, body.indexOf("word"));
      assertThat(body).endsWith(DONE).doesNotContain("reasoning_");
    }
  }

  private static String text(String text) {
    return "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  private static String own(String text) {
    return "data: {\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
        + "\"assistant\",\"content\":\""
        + text
        + "\"},\"finishReason\":null}]}\n\n";
  }

  /** What a client gets when a provider sends these events and ends the transfer in good order. */
  private static String streamed(String events) {
    next.set(events);
    return JyloAnswerTest.chat(gateway, BODY).body();
  }

  private static RunningGateway demo(String model) {
    return RunningGateway.with(
        RunningGateway.PORTS
            + "models: { x: { targets: [ "
            + model
            + " ], id: "
            + JyloRequestTest.ID
            + " } }\n");
  }

  /** The data of every frame. */
  static List<String> data(String body) {
    List<String> data = new ArrayList<>();
    for (String line : body.split("\n", -1)) {
      if (line.startsWith("data: ")) {
        data.add(line.substring(6));
      }
    }
    return data;
  }
}
