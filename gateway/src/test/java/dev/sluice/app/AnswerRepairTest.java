package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.json.JsonText;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** An answer that has not the form that was asked for is asked for once more. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AnswerRepairTest extends AnswerForms {

  @Test
  @DisplayName("case 49: an answer that does not fit is asked for again, in the client's own bytes")
  void theClientsBytesAndTwoMessages() throws Exception {
    String first =
        completion(
            MISFIT,
            "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,\"cost\":0.1,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":3}}");
    String second =
        completion(
            FITS,
            "{ \"prompt_tokens\":30,\"completion_tokens\":4,\"total_tokens\":34,\"cost\":0.2,"
                + "\"tier\":\"x\",\"prompt_tokens_details\":{\"cached_tokens\":7}}");
    String asked =
        "{ \"model\" : \"up/m\",\"x\":1e2, \"messages\":[ {\"role\":\"user\",\"content\":\"\\u0068i\"} ]"
            + WITH_SCHEMA
            + ", \"seed\":  12345678901234567890 }";
    try (ScriptedUpstream up = up(first, second);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.unchecked().chat(asked);

      String one = bodyOf(up.request());
      String two = bodyOf(up.request());
      int at = one.indexOf("} ]") + 2;
      assertThat(one).isEqualTo(asked.replace("up/m", "m"));
      assertThat(two).startsWith(one.substring(0, at)).endsWith(one.substring(at));
      JsonNode more =
          MAPPER.readTree("[0" + two.substring(at, two.length() - one.length() + at) + "]");
      assertThat(more.size()).isEqualTo(3);
      assertThat(more.at("/1").toString())
          .isEqualTo("{\"role\":\"assistant\",\"content\":" + JsonText.quote(MISFIT) + "}");
      assertThat(more.at("/2/role").asString()).isEqualTo("user");
      assertThat(more.at("/2/content").asString()).contains("- /a: ", "integer", "schema");
      assertThat(up.requestsWaiting()).isZero();

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      assertThat(answer.body())
          .startsWith(second.substring(0, second.indexOf("{ \"prompt_tokens\"")));
      assertThat(tree(answer).get("usage"))
          .isEqualTo(
              MAPPER.readTree(
                  "{\"prompt_tokens\":40,\"completion_tokens\":9,\"total_tokens\":49,\"cost\":0.3,"
                      + "\"tier\":\"x\",\"prompt_tokens_details\":{\"cached_tokens\":7},"
                      + "\"completion_tokens_details\":{\"reasoning_tokens\":3}}"));
      assertThat(tree(answer).at("/extra_fields/billed_usage").toString())
          .isEqualTo("{\"prompt_tokens\":40,\"completion_tokens\":9}");
      assertCounted(gateway, "repaired");
      assertTokens(gateway, "prompt", 40);
      assertTokens(gateway, "completion", 9);
      assertTokens(gateway, "cached", 7);
      assertTokens(gateway, "reasoning", 3);
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: what is asked for in UTF-16 is held to, too")
  @ValueSource(strings = {"", "\ufeff"})
  void askedInUtf16(String mark) throws Exception {
    try (ScriptedUpstream up = up(completion("Sure: {}"), completion(FITS));
        RunningGateway gateway =
            before(
                up, "openai", " }\nmodels:\n  x: { targets: [ up/m ], id: " + JyloRequestTest.ID)) {
      String body =
          mark + "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + WITH_JSON + "}";
      HttpResponse<String> answer =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(JyloRequestTest.ECHO))
                  .header("content-type", "application/json; charset=utf-16")
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          body.getBytes(StandardCharsets.UTF_16LE))));

      assertThat(answer.body()).contains(JsonText.quote(FITS));
      assertCounted(gateway, "repaired");
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: a second answer that says nothing does not take the first one's place")
  @ValueSource(strings = {"\"choices\":[]", "\"choices\":null", "\"note\":\"busy\""})
  void anEmptySecondAnswer(String said) throws Exception {
    String second =
        "{\"id\":\"c2\",\"object\":\"chat.completion\",\"created\":2,\"model\":\"m\","
            + said
            + ",\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":0,\"total_tokens\":30}}";
    try (ScriptedUpstream up = up(completion(MISFIT), second);
        RunningGateway gateway = before(up).unchecked()) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(MISFIT);
      assertThat(form(answer)).isEqualTo("misfit");
      assertThat(tree(answer).get("usage").toString())
          .isEqualTo("{\"prompt_tokens\":40,\"completion_tokens\":5,\"total_tokens\":45}");
      assertCounted(gateway, "failed");
      assertTokens(gateway, "prompt", 40);
      assertTokens(gateway, "completion", 5);
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: a second answer without usage, or with null, has the first one's")
  @ValueSource(strings = {"", ",\"usage\":null"})
  void aSecondAnswerWithoutUsage(String usage) throws Exception {
    String second = completion(FITS, "null").replace(",\"usage\":null", usage);
    try (ScriptedUpstream up = up(completion(MISFIT), second);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(tree(answer).path("usage").toString())
          .isEqualTo("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}");
      assertTokens(gateway, "prompt", 10);
      assertTokens(gateway, "completion", 5);
    }
  }

  @Test
  @DisplayName("case 49: a provider with a protocol of its own gets the two messages in that")
  void translated() throws Exception {
    try (ScriptedUpstream up = up(message("Sure: {}", 10, 5), message(FITS, 30, 4));
        RunningGateway gateway = before(up, "anthropic", "")) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      JsonNode one = MAPPER.readTree(bodyOf(up.request())).get("messages");
      JsonNode two = MAPPER.readTree(bodyOf(up.request())).get("messages");
      assertThat(one.size()).isEqualTo(1);
      assertThat(two.size()).isEqualTo(3);
      assertThat(two.at("/1/role").asString()).isEqualTo("assistant");
      assertThat(two.get(1).toString()).contains("Sure: {}");
      assertThat(two.at("/2/role").asString()).isEqualTo("user");
      assertThat(two.get(2).toString()).contains("it is not JSON");

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      JsonNode usage = tree(answer).get("usage");
      assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(44);
      assertThat(usage.get("completion_tokens").asInt()).isEqualTo(9);
      assertThat(usage.get("total_tokens").asInt()).isEqualTo(53);
      assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(4);
      assertTokens(gateway, "prompt", 44);
      assertTokens(gateway, "completion", 9);
    }
  }

  @Test
  @DisplayName("case 49: a request that must be written anew is so the second time, too")
  void writtenAnew() throws Exception {
    try (ScriptedUpstream up = up(completion("no"), completion(FITS));
        RunningGateway gateway = before(up, "mistral", "")) {
      HttpResponse<String> answer =
          gateway.chat(asking(WITH_JSON + ",\"max_completion_tokens\":9,\"user\":\"u\""));

      String one = bodyOf(up.request());
      String two = bodyOf(up.request());
      assertThat(one).contains("\"max_tokens\":9");
      assertThat(two).contains("\"max_tokens\":9", "\"role\":\"assistant\",\"content\":\"no\"");
      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
    }
  }

  @Test
  @DisplayName("case 49: the second answer goes out although it does not fit, either")
  void theSecondDoesNotFitEither() throws Exception {
    try (ScriptedUpstream up = up(completion(MISFIT), completion("{}"));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo("{}");
      assertThat(form(answer)).isEqualTo("misfit");
      up.request();
      up.request();
      assertThat(up.requestsWaiting()).isZero();
      assertCounted(gateway, "misfit");
      assertTokens(gateway, "prompt", 20);
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: where the second call fails the first answer goes out")
  @ValueSource(strings = {"error", "cut", "nothing", "no json", "error in 200", "late"})
  void theSecondCallFails(String how) throws Exception {
    Later later =
        (out, socket) ->
            switch (how) {
              case "error" -> {
                out.write(ScriptedUpstream.answer(500, "", "{\"error\":{\"message\":\"no\"}}"));
                yield true;
              }
              case "cut" -> {
                byte[] half = ok(completion(FITS));
                out.write(half, 0, half.length - 20);
                yield false;
              }
              case "no json" -> {
                out.write(ok("no"));
                yield true;
              }
              case "error in 200" -> {
                out.write(ok("{\"error\":{\"message\":\"no\"}}"));
                yield true;
              }
              // Nothing comes until the gateway gives up.
              case "late" -> socket.getInputStream().read() >= 0;
              default -> false;
            };
    try (ScriptedUpstream up = up(completion(MISFIT), later);
        RunningGateway gateway =
            before(
                up,
                "openai",
                ", timeouts: { connect: 5s, first_byte: 500ms, idle: 5s, total: 10s }")) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(MISFIT);
      assertThat(form(answer)).isEqualTo("misfit");
      assertThat(tree(answer).at("/usage/prompt_tokens").asInt()).isEqualTo(10);
      assertCounted(gateway, "failed");
      assertTokens(gateway, "prompt", 10);
      // Whoever comes next is served as ever.
      assertThat(gateway.gateway().metrics().scrape()).contains("sluice_open_requests 0.0");
    }
  }

  @Test
  @DisplayName("case 49: where the whole request is out of time the first answer goes out")
  void theTotalTimeoutHolds() throws Exception {
    try (ScriptedUpstream up =
            up(completion(MISFIT), (out, socket) -> socket.getInputStream().read() >= 0);
        RunningGateway gateway =
            before(
                up,
                "openai",
                ", timeouts: { connect: 9s, first_byte: 9s, idle: 9s, total: 1500ms }")) {
      long start = System.nanoTime();

      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(MISFIT);
      assertThat(form(answer)).isIn("misfit", "unchecked");
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
    }
  }

  @Test
  @DisplayName("case 49: a client that leaves ends the second call")
  void theClientLeaves() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Later later =
        (out, socket) -> {
          asked.countDown();
          if (socket.getInputStream().read() < 0) {
            ended.countDown();
          }
          return false;
        };
    try (ScriptedUpstream up = up(completion(MISFIT), later);
        RunningGateway gateway = before(up)) {
      String body = asking(WITH_SCHEMA);
      try (Socket client = gateway.open()) {
        client
            .getOutputStream()
            .write(
                ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json"
                        + "\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      }

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      assertTokens(gateway, "prompt", 10);
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: large requests are asked again, too")
  @ValueSource(strings = {"openai", "anthropic", "mistral"})
  void largeRequests(String kind) throws Exception {
    boolean own = kind.equals("anthropic");
    String first = own ? message("no", 1, 1) : completion("no");
    String second = own ? message(FITS, 1, 1) : completion(FITS);
    String text = "word ".repeat(80_000);
    try (ScriptedUpstream up = up(first, second);
        RunningGateway gateway = before(up, kind, "")) {
      HttpResponse<String> answer =
          gateway.chat(RunningGateway.body("up/claude-x", text, WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      assertThat(bodyOf(up.request())).contains(text.strip()).doesNotContain("not JSON");
      assertThat(bodyOf(up.request())).contains(text.strip(), "not JSON");
      await()
          .until(() -> gateway.gateway().metrics().scrape().contains("\nsluice_held_bytes 0.0\n"));
    }
  }

  @Test
  @DisplayName("case 49: a fallback is asked again as it was asked")
  void aFallbacksAnswerIsRepaired() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              switch (calls.getAndIncrement()) {
                case 0 -> out.write(ScriptedUpstream.answer(503, "", "{}"));
                case 1 -> out.write(ok(completion("no")));
                default -> out.write(ok(completion(FITS)));
              }
              return true;
            });
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer =
          gateway.chat(asking(WITH_SCHEMA + ",\"fallbacks\":[\"up/other\"]"));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      assertThat(up.request()).contains("\"model\":\"m\"");
      assertThat(up.request()).contains("\"model\":\"other\"");
      assertThat(up.request()).contains("\"model\":\"other\"", "\"content\":\"no\"");
    }
  }

  @ParameterizedTest
  @DisplayName("cases 49 and 59: an answer that is read on without its client is not repaired")
  @ValueSource(ints = {1, 2})
  void theClientLeavesAndTheAnswerIsReadOn(int call) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              if (calls.incrementAndGet() == call) {
                asked.countDown();
                awaited(gone);
              }
              out.write(ok(completion(MISFIT)));
              return true;
            });
        RunningGateway gateway = before(up, "openai", ", abandoned: drained")) {
      String body = asking(WITH_SCHEMA);
      try (Socket client = gateway.open()) {
        client
            .getOutputStream()
            .write(
                ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json"
                        + "\r\ncontent-length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
        awaited(asked);
      }
      await().until(() -> gateway.gateway().metrics().scrape().contains("sluice_drains 1.0"));
      gone.countDown();

      await().until(() -> gateway.gateway().metrics().scrape().contains("outcome=\"abandoned\""));
      assertTokens(gateway, "prompt", 10 * call);
      assertThat(calls).hasValue(call);
    }
  }
}
