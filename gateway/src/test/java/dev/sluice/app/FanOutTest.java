package dev.sluice.app;

import static dev.sluice.app.AskingClient.answered;
import static dev.sluice.app.FannedStreams.awaitTokens;
import static dev.sluice.app.RunningGateway.PORTS;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.app.CalledUpstream.Call;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several choices, as whole answers, of a provider that gives one: a call for each. */
@Timeout(60)
class FanOutTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "content-type: application/json\r\n";

  @RegisterExtension final AskingClient client = new AskingClient();

  private static RunningGateway before(int port, String kind, String more, String rest) {
    return RunningGateway.with(PORTS + provider(port, kind, more) + rest);
  }

  private static String provider(int port, String kind, String more) {
    return "providers:\n  up: { kind: "
        + kind
        + ", api_key: secret, base_url: \"http://127.0.0.1:"
        + port
        + "\", translation: { several_choices: fan_out }"
        + more
        + " }\n";
  }

  private static RunningGateway before(CalledUpstream up, String more, String rest) {
    return before(up.port(), "anthropic", more, rest);
  }

  private static String message(String text, int input, int output) {
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":[{"
        + "\"type\":\"text\",\"text\":\""
        + text
        + "\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":"
        + input
        + ",\"cache_read_input_tokens\":2,\"output_tokens\":"
        + output
        + "}}";
  }

  @Test
  @DisplayName("case 40: each choice is a call of its own, with its index, and all are paid for")
  void eachChoiceIsACall() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":3");
      List<Call> calls = List.of(up.next(), up.next(), up.next());
      // In another order than they were asked.
      calls.get(2).answer(200, JSON, message("c", 10, 4));
      calls.get(0).answer(200, JSON, message("a", 10, 1));
      calls.get(1).answer(200, JSON, message("b", 10, 2));

      HttpResponse<String> answer = answered(asked);
      JsonNode tree = MAPPER.readTree(answer.body());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
      assertThat(tree.at("/choices").size()).isEqualTo(3);
      Set<String> texts = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        JsonNode choice = tree.at("/choices/" + i);
        assertThat(choice.at("/index").asInt()).isEqualTo(i);
        assertThat(choice.at("/finish_reason").asString()).isEqualTo("stop");
        texts.add(choice.at("/message/content").asString());
        assertThat(calls.get(i).request()).doesNotContain("\"n\":").contains("x-api-key: secret");
      }
      assertThat(texts).containsExactlyInAnyOrder("a", "b", "c");
      assertThat(tree.at("/usage/prompt_tokens").asInt()).isEqualTo(36);
      assertThat(tree.at("/usage/completion_tokens").asInt()).isEqualTo(7);
      assertThat(tree.at("/usage/total_tokens").asInt()).isEqualTo(43);
      assertThat(tree.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(6);
      awaitTokens(gateway, "prompt", 36);
      awaitTokens(gateway, "completion", 7);
      assertThat(up.callsWaiting()).isZero();
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: by default n is dropped and named, or refused, as everything else is")
  @ValueSource(strings = {"drop", "error"})
  void byDefaultThereIsOneCall(String unsupported) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message("a", 1, 1));
        RunningGateway gateway =
            RunningGateway.with(
                PORTS
                    + "on_unsupported: "
                    + unsupported
                    + "\nproviders:\n  up: { kind: anthropic, api_key: secret, base_url:"
                    + " \"http://127.0.0.1:"
                    + up.port()
                    + "\" }\n")) {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", ",\"n\":2"));

      if (unsupported.equals("drop")) {
        assertThat(answer.headers().firstValue("x-sluice-dropped")).contains("n");
        assertThat(up.requestsWaiting()).isEqualTo(1);
      } else {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("n cannot be carried to up");
        assertThat(up.requestsWaiting()).isZero();
      }
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: more calls than a request may cause are refused")
  @CsvSource({"16, 200", "17, 400", "4000000000, 400"})
  void callsAreBounded(long choices, int status) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message("a", 1, 1));
        RunningGateway gateway = before(up.port(), "anthropic", "", "")) {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", ",\"n\":" + choices));

      assertThat(answer.statusCode()).isEqualTo(status);
      if (status == 400) {
        assertThat(answer.body())
            .startsWith("{\"is_bifrost_error\":")
            .contains("n may be at most 16 for up");
        assertThat(up.requestsWaiting()).isZero();
      } else {
        assertThat(MAPPER.readTree(answer.body()).at("/choices").size()).isEqualTo(16);
        assertThat(up.requestsWaiting()).isEqualTo(16);
      }
    }
  }

  @Test
  @DisplayName("case 40: one choice is one call")
  void oneChoiceIsOneCall() throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message("a", 1, 1));
        RunningGateway gateway = before(up.port(), "anthropic", "", "")) {
      assertThat(gateway.chat(body("up/m", "hi", ",\"n\":1")).statusCode()).isEqualTo(200);
      assertThat(gateway.chat(body("up/m", "hi", "")).statusCode()).isEqualTo(200);

      assertThat(up.requestsWaiting()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: who gives several choices is asked for them, as far as it can")
  @CsvSource({"2, 1", "8, 1", "9, 9"})
  void whoGivesSeveralIsAskedForThem(int choices, int calls) throws Exception {
    String candidate =
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"a\"}]},"
            + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, candidate);
        RunningGateway gateway = before(up.port(), "gemini", "", "")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/gemini-2.5-flash", "hi", ",\"seed\":7,\"n\":" + choices));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(up.requestsWaiting()).isEqualTo(calls);
      Set<String> seeds = new HashSet<>();
      for (int i = 0; i < calls; i++) {
        String asked = up.request();
        assertThat(asked.contains("\"candidateCount\":" + choices)).isEqualTo(calls == 1);
        seeds.add(
            MAPPER
                .readTree(asked.substring(asked.indexOf("\r\n\r\n")))
                .at("/generationConfig/seed")
                .asString());
      }
      // With one and the same seed all choices would be the same.
      assertThat(seeds).hasSize(calls).contains("7");
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: one call that is refused is a refusal of all, and the others are given up")
  @CsvSource({"429, 429", "529, 503", "400, 400"})
  void oneRefusalIsTheWholes(int status, int told) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":3");
      List<Call> calls = List.of(up.next(), up.next(), up.next());
      calls.get(0).answer(200, JSON, message("a", 10, 5));
      calls.get(1).answer(status, JSON, "{\"type\":\"error\",\"error\":{\"message\":\"Not now\"}}");

      HttpResponse<String> answer = answered(asked);
      assertThat(answer.statusCode()).isEqualTo(told);
      assertThat(answer.body()).contains("Not now").doesNotContain("choices");
      calls.get(2).awaitGivenUp();
    }
  }

  @Test
  @DisplayName("case 40: what a refused request has cost all the same is counted")
  void whatCameIsPaidForWhateverBecomesOfTheOthers() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":2");
      Call first = up.next();
      Call second = up.next();
      first.answer(200, JSON, message("a", 10, 5));
      // The connection is free again only when its answer has been read.
      await()
          .until(() ->
              gateway
                  .gateway()
                  .metrics()
                  .scrape()
                  .contains("sluice_upstream_connections{provider=\"up\",state=\"idle\"} 1.0"));
      second.cut();

      assertThat(answered(asked).statusCode()).isEqualTo(502);
      awaitTokens(gateway, "prompt", 12);
      awaitTokens(gateway, "completion", 5);
    }
  }

  @ParameterizedTest
  @DisplayName(
      "case 40: where one answer cannot be read, the others are counted whatever its place")
  @CsvSource({"0, <html>", "1, <html>", "2, <html>", "0, ''", "1, ''", "2, ''"})
  void whatCouldBeReadIsPaidFor(int place, String unreadable) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":3");
      List<Call> calls = List.of(up.next(), up.next(), up.next());
      for (int i = 0; i < 3; i++) {
        calls.get(i).answer(200, JSON, i == place ? unreadable : message("a", 8, 5));
      }

      assertThat(answered(asked).statusCode()).isEqualTo(502);
      awaitTokens(gateway, "prompt", 20);
      awaitTokens(gateway, "completion", 10);
    }
  }

  @Test
  @DisplayName("case 40: a failed call lets another target answer, unseen")
  void anotherTargetIsAskedForAll() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked =
          client.ask(gateway, ",\"n\":2,\"fallbacks\":[\"demo/echo\"]");
      Call first = up.next();
      Call second = up.next();
      first.cut();

      HttpResponse<String> answer = answered(asked);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(MAPPER.readTree(answer.body()).at("/choices").size()).isEqualTo(2);
      assertThat(answer.body()).contains("\"provider\":\"demo\"");
      second.awaitGivenUp();
    }
  }

  @Test
  @DisplayName("case 40: where a failed call is repeated, all are")
  void aRetryRepeatsAll() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      Future<HttpResponse<String>> asked =
          client.submit(() ->
              gateway.send(
                  HttpRequest.newBuilder(gateway.uri("/assemblyai/v1/chat/completions"))
                      .header("content-type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(body("up/m", "hi", ",\"n\":2")))));
      Call first = up.next();
      Call second = up.next();
      first.answer(500, JSON, "{\"error\":{\"message\":\"Oh\"}}");
      second.awaitGivenUp();
      for (Call again : List.of(up.next(), up.next())) {
        again.answer(200, JSON, message("again", 10, 1));
      }

      HttpResponse<String> answer = answered(asked);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(MAPPER.readTree(answer.body()).at("/choices").size()).isEqualTo(2);
      assertThat(up.callsWaiting()).isZero();
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: each call has to begin and to go on in time")
  @CsvSource({"first_byte, did not begin to answer in time", "idle, stopped in the middle"})
  void timeoutsHoldForEachCall(String timeout, String told) throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, ", timeouts: { " + timeout + ": 200ms }", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":2");
      Call first = up.next();
      Call second = up.next();
      first.answer(200, JSON, message("a", 10, 5));
      if (timeout.equals("idle")) {
        second.begin("application/json");
        second.say("{\"id\":");
      }

      HttpResponse<String> answer = answered(asked);
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).contains(told);
      second.awaitGivenUp();
    }
  }

  /** Sends a request whose client leaves when all its calls have come. */
  private static List<Call> abandoned(RunningGateway gateway, CalledUpstream up, int choices)
      throws Exception {
    List<Call> calls = new ArrayList<>();
    String asked = body("up/m", "hi", ",\"n\":" + choices);
    try (Socket socket = gateway.open()) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                      + "content-type: application/json\r\ncontent-length: "
                      + asked.length()
                      + "\r\n\r\n"
                      + asked)
                  .getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < choices; i++) {
        calls.add(up.next());
      }
    }
    return calls;
  }

  @Test
  @DisplayName("case 40: a client that leaves ends all calls")
  void aClientThatLeavesEndsAllCalls() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, "", "")) {
      for (Call call : abandoned(gateway, up, 3)) {
        call.awaitGivenUp();
      }

      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
    }
  }

  @Test
  @DisplayName("cases 40 and 59: answers that are drained are so to the last one's end")
  void abandonedAnswersAreDrained() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, ", abandoned: drained", "")) {
      List<Call> calls = abandoned(gateway, up, 2);
      await().until(() -> gateway.gateway().metrics().scrape().contains("sluice_drains 1.0"));
      for (Call call : calls) {
        call.answer(200, JSON, message("a", 10, 3));
      }

      awaitTokens(gateway, "prompt", 24);
      awaitTokens(gateway, "completion", 6);
    }
  }

  @Test
  @DisplayName("case 40: all answers together are bounded as one is")
  void allAnswersTogetherAreBounded() throws Exception {
    String large = "a".repeat(700_000);
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message(large, 1, 1));
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, limits: { answer: 1MB } }\nadmin: { port: 0 }\n"
                    + provider(up.port(), "anthropic", ""))) {
      HttpResponse<String> one = gateway.chat(body("up/m", "hi", ",\"n\":1"));
      HttpResponse<String> two = gateway.chat(body("up/m", "hi", ",\"n\":2"));

      assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
      assertThat(two.statusCode()).isEqualTo(502);
      assertThat(two.body()).contains("the provider's answer is too large");
    }
  }

  @Test
  @DisplayName("case 40: more calls than the pool has room for are refused")
  void thePoolsBoundsHold() throws Exception {
    try (CalledUpstream up = new CalledUpstream();
        RunningGateway gateway = before(up, ", pool: { connections: 1, waiting: 0 }", "")) {
      Future<HttpResponse<String>> asked = client.ask(gateway, ",\"n\":2");

      assertThat(answered(asked).statusCode()).isEqualTo(503);
      assertThat(up.callsWaiting()).isZero();
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: every door hands on several choices")
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/yomo/v1/chat/completions",
        "/assemblyai/v1/chat/completions",
        "/openai/v1/chat/completions"
      })
  void everyDoorHandsThemOn(String path) throws Exception {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message("a", 10, 3));
        RunningGateway gateway = before(up.port(), "anthropic", "", "")) {
      HttpResponse<String> answer =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(path))
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body("up/m", "hi", ",\"n\":2"))));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode tree = MAPPER.readTree(answer.body());
      assertThat(tree.at("/choices").size()).isEqualTo(2);
      assertThat(answer.body()).contains("24", "\"index\":1");
      assertThat(up.requestsWaiting()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("case 40: calls that share an id in two choices are told apart")
  void idsOfCallsAreToldApart() throws Exception {
    String call =
        "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"x\",\"content\":[{"
            + "\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}],"
            + "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, call);
        RunningGateway gateway = before(up.port(), "anthropic", "", "")) {
      JsonNode tree = MAPPER.readTree(gateway.chat(body("up/m", "hi", ",\"n\":2")).body());

      String first = tree.at("/choices/0/message/tool_calls/0/id").asString();
      String second = tree.at("/choices/1/message/tool_calls/0/id").asString();
      assertThat(Set.of(first, second)).hasSize(2).contains("c1");
    }
  }

  @ParameterizedTest
  @DisplayName("case 40: a large request is sent as often as others, and leaves nothing behind")
  @ValueSource(strings = {"", ",\"seed\":1"})
  void largeRequestsAreCopied(String seed) throws Exception {
    String text = "x".repeat(400_000);
    String candidate =
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"a\"}]},"
            + "\"finishReason\":\"STOP\"}]}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, candidate);
        RunningGateway gateway = before(up.port(), "gemini", "", "")) {
      HttpResponse<String> answer =
          gateway.chat(body("up/gemini-2.5-flash", text, ",\"n\":9" + seed));

      assertThat(MAPPER.readTree(answer.body()).at("/choices").size()).isEqualTo(9);
      for (int i = 0; i < 9; i++) {
        assertThat(up.request()).contains(text);
      }
      await().until(() -> gateway.gateway().metrics().scrape().contains("sluice_held_bytes 0.0"));
    }
  }
}
