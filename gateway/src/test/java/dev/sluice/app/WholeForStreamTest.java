package dev.sluice.app;

import static dev.sluice.app.AskingClient.answered;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Providers that answer as a whole what was asked for as a stream. */
@Timeout(60)
class WholeForStreamTest {

  @RegisterExtension final AskingClient client = new AskingClient();

  private static final String JSON = "content-type: application/json\r\n";
  private static final String STREAM = ",\"stream\":true";
  private static final Pattern OUTCOME =
      Pattern.compile("sluice_requests_total\\{[^}]*outcome=\"(\\w+)\"[^}]*} (\\S+)");

  /** Large enough to be counted as held. */
  private static final String ANSWER =
      "{\"id\":\"a\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
          + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
          + "x".repeat(200_000)
          + "\"},\"finish_reason\":\"stop\"}],"
          + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

  private CalledUpstream up;
  private RunningGateway gateway;

  @BeforeEach
  void open() throws IOException {
    up = new CalledUpstream();
    gateway =
        RunningGateway.with(
            "server: { port: 0, heartbeat: 30ms }\nadmin: { port: 0 }\nproviders:\n"
                + "  up: { kind: openai, api_key: none, base_url: \"http://127.0.0.1:"
                + up.port()
                + "/v1\" }\n");
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    up.close();
  }

  @ParameterizedTest
  @EnumSource
  void behindACommentItIsAnErrorEvent(LeavingClient asking) throws Exception {
    try (Socket socket = gateway.open()) {
      asking.ask(socket, body("up/m", "hi", STREAM));
      CalledUpstream.Call call = up.next();
      asking.hear(socket);
      call.answer(200, JSON, ANSWER);

      assertThat(asking.hearAll(socket)).contains("\"error\":{").doesNotContain("[DONE]", "xxx");
    }

    awaitSettled("broken");
    assertThat(scrape()).containsPattern("sluice_tokens_total\\{[^}]*kind=\"prompt\"[^}]*} 10");
  }

  @ParameterizedTest
  @EnumSource
  void behindACommentAnotherTargetAnswers(LeavingClient asking) throws Exception {
    try (Socket socket = gateway.open()) {
      asking.ask(socket, body("up/m", "rescued", STREAM + ",\"fallbacks\":[\"demo/echo\"]"));
      CalledUpstream.Call call = up.next();
      asking.hear(socket);
      call.answer(200, JSON, ANSWER);

      assertThat(asking.hearAll(socket))
          .contains("rescued", "[DONE]")
          .doesNotContain("\"error\":{", "xxx");
    }

    awaitSettled("completed");
    assertThat(scrape()).containsPattern("sluice_tokens_total\\{[^}]*kind=\"prompt\"[^}]*} 10");
  }

  @Test
  void oneThatHasBegunIsPassedOnWithoutComments() throws Exception {
    Future<HttpResponse<String>> asked = client.ask(gateway.unchecked(), STREAM);
    CalledUpstream.Call call = up.next();
    call.begin("application/json");
    call.say(ANSWER.substring(0, 100));
    // Another stream has comments meanwhile.
    String other = gateway.chat(body("demo/slow-400ms", "hi", STREAM)).body();
    call.say(ANSWER.substring(100));
    call.end();

    HttpResponse<String> answer = answered(asked);
    assertThat(other).startsWith(": heartbeat\n");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body()).startsWith("{").contains("xxx");
  }

  private String scrape() {
    return gateway.gateway().metrics().scrape();
  }

  /** The request is counted once, with that outcome, and nothing of its answer is held. */
  private void awaitSettled(String outcome) {
    await()
        .untilAsserted(() -> {
          String figures = scrape();
          StringBuilder outcomes = new StringBuilder();
          Matcher matcher = OUTCOME.matcher(figures);
          while (matcher.find()) {
            outcomes.append(matcher.group(1)).append(' ').append(matcher.group(2)).append(';');
          }
          assertThat(outcomes.toString()).isEqualTo(outcome + " 1.0;");
          assertThat(figures).contains("\nsluice_held_bytes 0.0\n");
        });
  }
}
