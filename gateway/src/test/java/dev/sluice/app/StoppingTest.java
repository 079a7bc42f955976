package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

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

/** What clients are told whose answers a gateway that stops does not wait for. */
@Timeout(60)
class StoppingTest {

  private static final String CHUNK =
      "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final Pattern OUTCOME =
      Pattern.compile("sluice_requests_total\\{[^}]*outcome=\"(\\w+)\"[^}]*} (\\S+)");

  @RegisterExtension final AskingClient client = new AskingClient();

  private CalledUpstream up;
  private RunningGateway gateway;

  @BeforeEach
  void open() throws IOException {
    up = new CalledUpstream();
    gateway =
        RunningGateway.with(
            "server: { port: 0, drain_timeout: 200ms }\nadmin: { port: 0 }\nproviders:\n"
                + "  up: { kind: openai, api_key: none, base_url: \"http://127.0.0.1:"
                + up.port()
                + "/v1\", translation: { unfit_answer: repaired } }\n");
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
    up.close();
  }

  @ParameterizedTest
  @EnumSource
  void aStreamEndsWithAnErrorEvent(LeavingClient asking) throws Exception {
    try (Socket socket = gateway.open()) {
      asking.ask(socket, body("up/m", "hi", ",\"stream\":true"));
      CalledUpstream.Call call = up.next();
      call.begin("text/event-stream");
      call.say(CHUNK);
      asking.hear(socket);

      assertThat(gateway.gateway().drain()).isFalse();

      assertThat(asking.hearAll(socket)).contains("the gateway stops").doesNotContain("[DONE]");
      call.awaitGivenUp();
    }
    assertThat(outcomes()).isEqualTo("broken 1.0;");
  }

  @Test
  void whoHasHeardNothingGetsA503() throws Exception {
    Future<HttpResponse<String>> asked = client.ask(gateway, ",\"fallbacks\":[\"demo/echo\"]");
    CalledUpstream.Call call = up.next();

    assertThat(gateway.gateway().drain()).isFalse();

    HttpResponse<String> answer = AskingClient.answered(asked);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
    assertThat(answer.body()).contains("the gateway stops");
    call.awaitGivenUp();
    assertThat(outcomes()).isEqualTo("refused 1.0;");
  }

  @Test
  void anAnswerWhoseFormIsBeingRepairedGoesOutAsItIs() throws Exception {
    Future<HttpResponse<String>> asked = client.ask(gateway.unchecked(), AnswerForms.WITH_SCHEMA);
    up.next()
        .answer(
            200, "content-type: application/json\r\n", AnswerForms.completion(AnswerForms.MISFIT));
    CalledUpstream.Call second = up.next();

    assertThat(gateway.gateway().drain()).isFalse();

    HttpResponse<String> answer = AskingClient.answered(asked);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(AnswerForms.form(answer)).isEqualTo("misfit");
    second.awaitGivenUp();
    assertThat(outcomes()).isEqualTo("completed 1.0;");
  }

  private String outcomes() {
    StringBuilder outcomes = new StringBuilder();
    Matcher matcher = OUTCOME.matcher(gateway.gateway().metrics().scrape());
    while (matcher.find()) {
      outcomes.append(matcher.group(1)).append(' ').append(matcher.group(2)).append(';');
    }
    return outcomes.toString();
  }
}
