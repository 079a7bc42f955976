package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Requests that are too large to be translated on their event loop. */
class LargeRequestsTest {

  private static final String PORTS =
      "server: { host: 127.0.0.1, port: 0 }\nadmin: { host: 127.0.0.1, port: 0 }\n";
  private static final String MESSAGE =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude-x",
      "content":[{"type":"text","text":"Hello there"}],"stop_reason":"end_turn",
      "usage":{"input_tokens":10,"output_tokens":3}}\
      """;
  private static final int MESSAGES = 12_000;

  private static RunningGateway before(ScriptedUpstream up) {
    return RunningGateway.with(
        PORTS
            + "on_unsupported: error\n"
            + "providers: { up: { kind: anthropic, api_key: secret, base_url: 'http://127.0.0.1:"
            + up.port()
            + "' } }\n");
  }

  private static String large(String model, String more) {
    StringBuilder text = new StringBuilder("{\"model\":\"" + model + "\",\"messages\":[");
    for (int i = 0; i < MESSAGES; i++) {
      text.append(i == 0 ? "" : ",").append("{\"role\":\"");
      text.append(i % 2 == 0 ? "user" : "assistant").append("\",\"content\":\"turn ");
      text.append(i).append("\"}");
    }
    return text.append(",{\"role\":\"user\",\"content\":\"the last one\"}]")
        .append(more)
        .append('}')
        .toString();
  }

  private static void awaitNothingHeld(RunningGateway gateway) {
    await()
        .untilAsserted(() ->
            assertThat(gateway.gateway().metrics().scrape()).contains("\nsluice_held_bytes 0.0\n"));
  }

  @Test
  void oneIsTranslatedWholeAndItsMemoryGivenBack() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(large("up/claude-x", ""));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("Hello there");
      assertThat(up.request()).contains("turn 0", "turn " + (MESSAGES - 1), "the last one");
      awaitNothingHeld(gateway);
    }
  }

  @Test
  void oneThatCannotBeReadOrSaidIsRefused() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> unread = gateway.chat(large("up/claude-x", ",\"stream\":7"));
      HttpResponse<String> unsaid = gateway.chat(large("up/claude-x", ",\"n\":3"));

      assertThat(unread.statusCode()).isEqualTo(400);
      assertThat(unread.body()).contains("stream");
      assertThat(unsaid.statusCode()).isEqualTo(400);
      assertThat(up.connections()).isZero();
      awaitNothingHeld(gateway);
    }
  }

  @Test
  void oneForAModelThatNobodyHasIsRefused() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(large("nobody/claude-x", ""));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("nobody");
      assertThat(up.connections()).isZero();
      awaitNothingHeld(gateway);
    }
  }

  @Test
  void aClientThatLeavesMeanwhileLeavesNothingBehind() throws Exception {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", MESSAGE);
        RunningGateway gateway = before(up)) {
      byte[] body = large("up/claude-x", "").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 4; i++) {
        try (Socket socket = gateway.open()) {
          socket
              .getOutputStream()
              .write(
                  ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                          + "content-type: application/json\r\ncontent-length: "
                          + body.length
                          + "\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().write(body);
        }
      }

      awaitNothingHeld(gateway);
      assertThat(gateway.chat(body("up/claude-x", "hi", "")).statusCode()).isEqualTo(200);
    }
  }
}
