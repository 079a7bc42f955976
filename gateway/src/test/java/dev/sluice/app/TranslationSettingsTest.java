package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where two ways can be defended, an operator chooses; and which betas a client may ask for. */
class TranslationSettingsTest {

  private static final String JSON = "content-type: application/json\r\n";
  private static final String MESSAGE =
      "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
          + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
  private static final String LATE =
      "{\"model\":\"up/claude-x\",\"messages\":[{\"role\":\"system\",\"content\":\"one\"},"
          + "{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"system\",\"content\":\"two\"}]}";
  private static final String BLOCKED =
      "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":1}}";

  private static RunningGateway before(ScriptedUpstream up, String kind, String translation) {
    return before(up, kind, translation, "");
  }

  private static RunningGateway before(
      ScriptedUpstream up, String kind, String translation, String more) {
    return RunningGateway.with(
        "server: { port: 0 }\nadmin: { port: 0 }\n"
            + more
            + "providers:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", forward_headers: [anthropic-beta], translation: { "
            + translation
            + " } }\n");
  }

  private static HttpResponse<String> asking(RunningGateway gateway, String body, String betas) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("content-type", "application/json")
            .header("anthropic-beta", betas)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String beta(String asked) {
    String head = asked.substring(0, asked.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
    int at = head.indexOf("anthropic-beta: ");
    return at < 0 ? "" : head.substring(at + 16).lines().findFirst().orElse("");
  }

  @ParameterizedTest
  @DisplayName("case 69: betas are passed on that are known or allowed, and the others are named")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "- | context-1m-2025-08-07 | anthropic-beta.new-2030-01-01, anthropic-beta",
        "new-2030-01-01 | new-2030-01-01 | anthropic-beta.context-1m-2025-08-07, anthropic-beta",
        "'\"*\"' | context-1m-2025-08-07,new-2030-01-01 | anthropic-beta",
        "none | '' | anthropic-beta.context-1m-2025-08-07, anthropic-beta.new-2030-01-01, anthropic-beta"
      })
  void betas(String setting, String sent, String dropped) throws Exception {
    String betas = setting == null ? "" : "betas: [" + setting.replace("'", "") + "]";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway = before(up, "anthropic", betas)) {
      HttpResponse<String> answer =
          asking(
              gateway,
              body("up/claude-x", "hi", ""),
              "context-1m-2025-08-07, new-2030-01-01,, no name!");

      assertThat(beta(up.request())).isEqualTo(sent);
      assertThat(answer.headers().firstValue("x-sluice-dropped")).contains(dropped);
    }
  }

  @Test
  @DisplayName("cases 2 and 69: the beta that instructions in the middle need is asked for")
  void aBetaThatIsNeeded() throws Exception {
    String able = "catalogue: { up/claude-x: { accepts: { late_system: true } } }\n";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "", able)) {
      asking(gateway, LATE, "context-1m-2025-08-07");
      String late = up.request();
      gateway.chat(body("up/claude-x", "hi", ""));
      String plain = up.request();

      assertThat(beta(late)).isEqualTo("mid-conversation-system-2026-04-07,context-1m-2025-08-07");
      assertThat(late).contains("{\"role\":\"system\",\"content\":");
      assertThat(beta(plain)).isEmpty();
    }
  }

  @Test
  @DisplayName("case 69: Bedrock takes betas in the body, and fewer of them")
  void betasInTheBody() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0 }\nadmin: { port: 0 }\nproviders:\n  bedrock: { region: us-east-1,"
                    + " api_key: secret, bedrock_api: invoke, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "\" }\n")) {
      HttpResponse<String> answer =
          asking(
              gateway,
              body("bedrock/anthropic.claude-sonnet-4-20250514-v1:0", "hi", ""),
              "interleaved-thinking-2025-05-14,structured-outputs-2025-11-13");

      String asked = up.request();
      assertThat(beta(asked)).isEmpty();
      assertThat(asked).contains("\"anthropic_beta\":[\"interleaved-thinking-2025-05-14\"]");
      assertThat(answer.headers().firstValue("x-sluice-dropped"))
          .contains("anthropic-beta.structured-outputs-2025-11-13");
    }
  }

  @ParameterizedTest
  @DisplayName("case 2: instructions in the middle stay there, or go to the top")
  @ValueSource(strings = {"in_place", "at_the_top"})
  void lateInstructions(String way) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "late_instructions: " + way)) {
      gateway.chat(LATE);

      String asked = up.request();
      int two = asked.indexOf("two");
      int hi = asked.indexOf("\"hi\"");
      assertThat(two).isPositive();
      if (way.equals("at_the_top")) {
        assertThat(asked)
            .contains("\"system\":[{\"type\":\"text\",\"text\":\"one\"},")
            .doesNotContain("<system");
      } else {
        assertThat(two).isGreaterThan(hi);
      }
    }
  }

  @ParameterizedTest
  @DisplayName("case 22: a call without a result has failed, or the request is refused")
  @CsvSource({"anthropic, failed", "anthropic, refused", "gemini, failed", "gemini, refused"})
  void unansweredCalls(String kind, String way) throws Exception {
    String conversation =
        "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},"
            + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"user\",\"content\":\"go on\"}]}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(400, JSON, "{}");
        RunningGateway gateway = before(up, kind, "unanswered_calls: " + way)) {
      gateway.chat(conversation);

      assertThat(up.requestsWaiting()).isEqualTo(way.equals("failed") ? 1 : 0);
    }
  }

  @ParameterizedTest
  @DisplayName("case 36: where thinking leaves no room its budget is cut, or the limit is raised")
  @CsvSource({"less_thinking, 3000", "more_tokens, 7000"})
  void thinkingBeyondTheLimit(String way, int limit) throws Exception {
    String able = "catalogue: { up/claude-x: { output: 32000, accepts: { reasoning: budget } } }\n";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "thinking_beyond_limit: " + way, able)) {
      gateway.chat(
          body("up/claude-x", "hi", ",\"max_tokens\":3000,\"reasoning\":{\"max_tokens\":4000}"));

      assertThat(up.request()).contains("\"max_tokens\":" + limit);
    }
  }

  @ParameterizedTest
  @DisplayName("case 43: the end user's id is hashed, or as it was given")
  @CsvSource({"hashed, false", "as_given, true"})
  void endUsers(String way, boolean shown) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, MESSAGE);
        RunningGateway gateway = before(up, "anthropic", "end_user: " + way)) {
      gateway.chat(body("up/claude-x", "hi", ",\"user\":\"jane@example.com\""));

      assertThat(up.request().contains("jane@example.com")).isEqualTo(shown);
    }
  }

  @ParameterizedTest
  @DisplayName("case 63: a prompt that was blocked is an empty answer, or an error")
  @CsvSource({"answer, false", "answer, true", "error, false", "error, true"})
  void blockedPrompts(String way, boolean streamed) throws Exception {
    String events = "data: " + BLOCKED + "\n\n";
    try (ScriptedUpstream up =
            streamed
                ? ScriptedUpstream.stream(events, true)
                : ScriptedUpstream.whole(200, JSON, BLOCKED);
        RunningGateway gateway = before(up, "gemini", "blocked_prompt: " + way)) {
      HttpResponse<String> answer =
          gateway.chat(body("up/gemini-2.5-flash", "hi", ",\"stream\":" + streamed));

      if (way.equals("answer")) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"finish_reason\":\"content_filter\"");
      } else {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"error\"").doesNotContain("finish_reason");
      }
    }
  }

  @ParameterizedTest
  @DisplayName("case 50: thoughts are shown where a model thinks, or only where they are asked for")
  @CsvSource({"where_it_thinks, true", "where_asked, false"})
  void thoughts(String way, boolean shown) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(400, JSON, "{}");
        RunningGateway gateway = before(up, "gemini", "thoughts: " + way)) {
      gateway.chat(body("up/gemini-2.5-flash", "hi", ",\"reasoning_effort\":\"low\""));

      assertThat(up.request().contains("\"includeThoughts\":true")).isEqualTo(shown);
    }
  }
}
