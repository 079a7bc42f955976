package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.body;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.invalid;
import static dev.sluice.app.AssemblyAiDoor.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Second tries and fallbacks of the AssemblyAI door. */
class AssemblyAiFallbackTest {

  private static final byte[] GOOD =
      ScriptedUpstream.answer(
          200, "", "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"good\"}}]}");
  private static final String NO_RETRY = "\"fallback_config\":{\"retry\":false}";

  private static RunningGateway demo;

  @BeforeAll
  static void start() {
    demo = RunningGateway.plain();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  /** Fails with {@code status} as often as told, and answers well from then on. */
  private static ScriptedUpstream failing(int times, int status) throws IOException {
    AtomicInteger calls = new AtomicInteger();
    byte[] bad =
        ScriptedUpstream.answer(status, "", "{\"error\":{\"message\":\"not now\",\"code\":\"x\"}}");
    return new ScriptedUpstream((number, request, out, socket) -> {
      out.write(calls.getAndIncrement() < times ? bad : GOOD);
      return true;
    });
  }

  @Test
  @DisplayName("assemblyai trap 15: a failure that passes takes exactly two calls, 500 ms apart")
  void aFailureThatPassesTakesTwoCalls() throws Exception {
    try (ScriptedUpstream up = failing(1, 503);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      long began = System.nanoTime();

      answered(chat(gateway, "{\"model\":\"up/m\",\"prompt\":\"q\"}"));

      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(499_000_000L);
      assertThat(body(up.request())).isEqualTo(body(up.request()));
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @Test
  void aFailureThatStaysTakesTwoCallsAndIsTold() throws Exception {
    try (ScriptedUpstream up = failing(100, 500);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      refused(chat(gateway, "{\"model\":\"up/m\",\"prompt\":\"q\"}"), 500);

      assertThat(up.requestsWaiting()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fallback_config\":{\"retry\":false}",
        "\"fallback_config\":{\"depth\":1,\"x\":{},\"retry\":false}",
      })
  @DisplayName("assemblyai page: retry false means one call")
  void withoutRetryThereIsOneCall(String config) throws Exception {
    try (ScriptedUpstream up = failing(1, 503);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      refused(chat(gateway, "{\"model\":\"up/m\",\"prompt\":\"q\"," + config + "}"), 500);

      assertThat(up.requestsWaiting()).isEqualTo(1);
    }
  }

  @Test
  void aClientThatLeavesBeforeTheSecondCallIsNotCalledFor() throws Exception {
    try (ScriptedUpstream up = failing(100, 503);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String asked = "{\"model\":\"up/m\",\"prompt\":\"q\"}";
      try (Socket socket = gateway.open()) {
        socket
            .getOutputStream()
            .write(
                ("POST "
                        + AssemblyAiDoor.CHAT
                        + " HTTP/1.1\r\nhost: x\r\ncontent-length: "
                        + asked.length()
                        + "\r\n\r\n"
                        + asked)
                    .getBytes(StandardCharsets.US_ASCII));
        up.request();
      }

      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      refused(chat(gateway, asked), 500);
      assertThat(up.requestsWaiting()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 422, 429})
  void whatIsNotTheProvidersFailureIsNotTriedAgain(int status) throws Exception {
    try (ScriptedUpstream up = failing(1, status);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      refused(chat(gateway, "{\"model\":\"up/m\",\"prompt\":\"q\"}"), status);

      assertThat(up.requestsWaiting()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("assemblyai §7: a fallback is an object whose fields override the request's")
  void aFallbackOverridesFields() throws Exception {
    try (ScriptedUpstream up = failing(1, 503);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String response =
          chat(
                  gateway,
                  "{\"model\":\"demo/fail-503\",\"temperature\":1,\"top_p\" : 1e0 ,\"messages\":[{"
                      + "\"role\":\"user\",\"content\":\"\\u00e9\"}],"
                      + NO_RETRY
                      + ",\"fallbacks\":[{\"model\":\"up/one\"},{\"seed\":1e1,\"model\":\"up/two\","
                      + "\"temperature\":0.50,\"top_p\":0.1,\"max_tokens\":7,\"stream\":true}]}")
              .body();

      assertThat(response).contains("good").contains("\"request\":{\"model\":\"demo/fail-503\"");
      assertThat(body(up.request()))
          .isEqualTo(
              "{\"max_tokens\":1000,\"model\":\"one\",\"temperature\":1,\"top_p\" : 1e0 ,\"messages\":"
                  + "[{\"role\":\"user\",\"content\":\"\\u00e9\"}]}");
      assertThat(body(up.request()))
          .isEqualTo(
              "{\"seed\":1e1,\"max_tokens\":7,\"model\":\"two\",\"temperature\":0.50,\"top_p\" : 0.1 ,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e9\"}]}");
    }
  }

  @Test
  void aFallbackWithItsOwnQuestionDropsTheOtherOne() throws Exception {
    try (ScriptedUpstream up = failing(0, 0);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String asked = "{\"model\":\"demo/fail-503\",\"max_tokens\":3," + NO_RETRY;
      answered(
          chat(
              gateway,
              asked
                  + ",\"messages\":[{\"role\":\"user\",\"content\":\"old\"}],\"fallbacks\":[{\"model\":"
                  + "\"up/m\",\"prompt\":\"new\"}]}"));
      answered(
          chat(
              gateway,
              asked
                  + ",\"prompt\":\"old\",\"fallbacks\":[{\"model\":\"up/m\",\"messages\":[{\"role\":"
                  + "\"user\",\"content\":\"new\"}]}]}"));

      for (int i = 0; i < 2; i++) {
        assertThat(body(up.request()))
            .contains("\"messages\":[{\"role\":\"user\",\"content\":\"new\"}]")
            .doesNotContain("old");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 200", "1, 500", "0, 500"})
  @DisplayName("assemblyai §7: depth bounds how many fallbacks are tried, two at most")
  void depthBoundsTheFallbacks(int depth, int status) {
    HttpResponse<String> response =
        chat(
            demo,
            "{\"model\":\"demo/fail-503\",\"prompt\":\"q\",\"fallback_config\":{\"retry\":false,"
                + "\"depth\":"
                + depth
                + "},\"fallbacks\":[{\"model\":\"demo/fail-500\"},{\"model\":\"demo/echo\"}]}");

    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void aThirdFallbackIsNotTried() {
    refused(
        chat(
            demo,
            "{\"model\":\"demo/fail-503\",\"prompt\":\"q\","
                + NO_RETRY
                + ",\"fallbacks\":[{\"model\":\"demo/fail-500\"},{\"model\":\"demo/fail-500\"},"
                + "{\"model\":\"demo/echo\"}]}"),
        500);
  }

  @Test
  @DisplayName("assemblyai trap 21: a fallback does not rescue a 400")
  void aFallbackDoesNotRescueAWrongRequest() throws Exception {
    try (ScriptedUpstream up = failing(0, 0);
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      String fallbacks = "\"prompt\":\"q\",\"fallbacks\":[{\"model\":\"up/m\"}]," + NO_RETRY + "}";
      refused(chat(gateway, "{\"model\":\"demo/fail-400\"," + fallbacks), 400);
      invalid(chat(gateway, "{\"model\":\"nobody/x\"," + fallbacks), "is not supported");
      assertThat(up.requestsWaiting()).isZero();

      answered(chat(gateway, "{\"model\":\"demo/fail-429\"," + fallbacks));
      answered(chat(gateway, "{\"model\":\"demo/fail-401\"," + fallbacks));
      assertThat(up.requestsWaiting()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "[{}]|`fallbacks[0].model` is required",
        "[\"demo/echo\"]|`fallbacks[0]` must be an object, but is a string",
        "[{\"model\":\"demo/echo\",\"temperature\":3}]|`fallbacks[0].temperature` must be a number between",
        "[{\"model\":\"demo/echo\",\"messages\":[{\"content\":\"a\"}]}]|fallbacks[0]: `messages[0].role` is required",
        "[{\"model\":\"demo/echo\"},{\"model\":\"demo/echo\",\"messages\":[]}]|fallbacks[1]: one of messages or prompt",
      })
  void aFallbackThatIsWrongIsRefusedBeforeAnybodyIsAsked(String fallbacks, String cause) {
    invalid(
        chat(
            demo,
            "{\"model\":\"demo/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                + "\"fallbacks\":"
                + fallbacks
                + "}"),
        cause);
  }

  @Test
  void aStreamIsRescuedUnseen() {
    String stream =
        chat(
                demo,
                "{\"model\":\"demo/fail-503\",\"prompt\":\"rescued\",\"stream\":true,"
                    + "\"fallbacks\":[{\"model\":\"demo/echo\"}],"
                    + NO_RETRY
                    + "}")
            .body();

    assertThat(stream).contains("rescued").endsWith("data: [DONE]\n\n");
  }
}
