package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often providers are asked what they have. */
@Timeout(60)
class ModelListingTest {

  private static final String LIST = "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}";

  @Test
  void aProviderThatFailsIsLeftAloneForAWhile() throws Exception {
    AtomicBoolean fails = new AtomicBoolean(true);
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              out.write(ScriptedUpstream.answer(fails.get() ? 500 : 200, "", LIST));
              return true;
            });
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.get("/v1/models").body()).contains("demo/echo").doesNotContain("up/a");
      }
      assertThat(up.requestsWaiting()).isOne();

      fails.set(false);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.get("/v1/models").body().contains("up/a"));
    }
  }

  @Test
  void allWhoAskMeanwhileWaitForOneAnswer() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    List<Socket> clients = new ArrayList<>();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              AnswerForms.awaited(answered);
              out.write(ScriptedUpstream.answer(200, "", LIST));
              return true;
            });
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, threads: 2 }\nadmin: { port: 0 }\nproviders:\n  up: { kind:"
                    + " openai, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\", api_key: none }\n")) {
      for (int i = 0; i < 8; i++) {
        Socket client = gateway.open();
        clients.add(client);
        client
            .getOutputStream()
            .write(
                "GET /v1/models HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      // The gateway's loops have had their turns.
      for (int i = 0; i < 8; i++) {
        assertThat(gateway.get("/livez").statusCode()).isEqualTo(200);
      }
      assertThat(up.request()).startsWith("GET /v1/models ");
      answered.countDown();

      for (Socket client : clients) {
        InputStream in = client.getInputStream();
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("up/a", "up/b", "demo/echo");
      }
      assertThat(up.requestsWaiting()).isZero();
    } finally {
      answered.countDown();
      for (Socket client : clients) {
        client.close();
      }
    }
  }
}
