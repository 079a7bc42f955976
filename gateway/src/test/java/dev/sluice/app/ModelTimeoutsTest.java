package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which timeouts hold for a model: its own, else its provider's, one by one. */
class ModelTimeoutsTest {

  private static final String EVENT =
      "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"first\"},"
          + "\"finish_reason\":null}]}\n\n";

  private static RunningGateway gateway(ScriptedUpstream up, String provider, String model) {
    return RunningGateway.with(
        "server: { port: 0, threads: 1 }\nadmin: { port: 0 }\nproviders:\n"
            + "  up: { kind: openai, api_key: none, base_url: \"http://127.0.0.1:"
            + up.port()
            + "/v1\", "
            + provider
            + " }\nmodels:\n  mine: { targets: [ up/m ], timeouts: { "
            + model
            + " } }\n");
  }

  /** Says {@code first}, and nothing more for as long as the gateway stays. */
  private static ScriptedUpstream silentAfter(String first) throws IOException {
    return new ScriptedUpstream((number, request, out, socket) -> {
      out.write(first.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return socket.getInputStream().read() >= 0;
    });
  }

  @Test
  void whatAModelLeavesOutIsItsProviders() throws Exception {
    String head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    try (ScriptedUpstream up = silentAfter(head + EVENT);
        RunningGateway gateway =
            gateway(up, "timeouts: { idle: 200ms }", "first_byte: 9s, total: 5s")) {

      HttpResponse<String> response = gateway.chat(body("mine", "hi", ",\"stream\":true"));

      assertThat(response.body())
          .contains("first")
          .contains("stopped in the middle")
          .doesNotContain("not complete in time");
    }
  }

  @Test
  void whatAModelSaysHoldsInPlaceOfItsProviders() throws Exception {
    try (ScriptedUpstream up = silentAfter("");
        RunningGateway gateway = gateway(up, "timeouts: { total: 8s }", "first_byte: 100ms")) {

      HttpResponse<String> response = gateway.chat(body("mine", "hi", ""));

      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(response.body()).contains("did not begin to answer in time");
    }
  }

  @Test
  void aModelMayWaitForAConnectionForAShorterTimeThanItsProvider() throws Exception {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    byte[] answer = ScriptedUpstream.answer(200, "", "{\"choices\":[]}");
    ScriptedUpstream.Script busy =
        (number, request, out, socket) -> {
          goOn.join();
          out.write(answer);
          return true;
        };
    try (ScriptedUpstream up = new ScriptedUpstream(busy);
        RunningGateway gateway = gateway(up, "pool: { connections: 1 }", "connect: 100ms")) {
      CompletableFuture<HttpResponse<String>> holding =
          CompletableFuture.supplyAsync(() -> gateway.chat(body("up/m", "hi", "")));
      await().until(() -> up.requestsWaiting() == 1);

      HttpResponse<String> response = gateway.chat(body("mine", "hi", ""));
      goOn.complete(null);

      assertThat(response.statusCode()).isEqualTo(504);
      assertThat(response.body()).contains("could not be connected to in time");
      assertThat(holding.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aModelDoesNotWaitForAConnectionForLongerThanItsProvider() throws Exception {
    try (ScriptedUpstream up = silentAfter("");
        RunningGateway gateway =
            gateway(up, "timeouts: { connect: 100ms, total: 8s }", "connect: 1h, idle: 9s")) {

      assertThat(gateway.gateway().serving().router().targets("mine").getFirst().timeouts())
          .hasToString("TimeoutSettings[connect=PT0.1S, firstByte=PT2M, idle=PT9S, total=PT8S]");
    }
  }
}
