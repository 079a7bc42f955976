package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Jylo's front door makes of providers' whole answers. */
class JyloAnswerTest {

  static final String PLAIN =
      "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m-1\",\"choices\":["
          + "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
          + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
          + "\"total_tokens\":3}}";

  private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final PageSchema ANSWER = PageSchema.named("jylo-answer");

  @Test
  @DisplayName("jylo §7: a camelCase answer with the page's members and no others")
  void anAnswerIsClosed() throws Exception {
    String rich =
        "{ \"system_fingerprint\":\"f\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,"
            + "\"total_tokens\":30,\"completion_tokens_details\":{\"reasoning_tokens\":5}},"
            + "\"choices\":[{\"logprobs\":null,\"finish_reason\":\"stop\",\"message\":{\"content\":"
            + "\"\\u00e9\\/ \\\"\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"1\",\"type\":"
            + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}],\"role\":"
            + "\"assistant\"},\"index\":0}],\"id\":\"c1\",\"model\":\"m-1\",\"x\":1e2}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", rich);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = chat(gateway, BODY);

      assertThat(answer.body())
          .isEqualTo(
              "{\"id\":\"c1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                  + "\"assistant\",\"content\":\"é/ \\\"\"},\"finishReason\":\"stop\"}],\"usage\":"
                  + "{\"promptTokens\":10,\"completionTokens\":20,\"totalTokens\":30}}");
      assertThat(ANSWER.problems(answer.body())).isEmpty();
      assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\""
            + "|null|\"tool_calls\"",
        "\"message\":{\"content\":\"\"},\"finish_reason\":\"length\"|\"\"|\"length\"",
        "\"message\":{\"content\":null,\"refusal\":\"No.\"},\"finish_reason\":\"stop\"|\"No.\"|"
            + "\"content_filter\"",
        "\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":"
            + "\"b\"}]},\"finish_reason\":\"end_turn\"|\"ab\"|\"stop\"",
        "\"message\":{\"content\":\"a\"},\"finish_reason\":null|\"a\"|null",
        "\"message\":{\"content\":\"a\"},\"finish_reason\":24|\"a\"|\"stop\"",
        "\"message\":null,\"finish_reason\":\"content_filter\"|null|\"content_filter\"",
      })
  void whatHasNoFieldIsLeftOut(String choice, String content, String reason) throws Exception {
    String body = "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0," + choice + "}]}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", body);
        RunningGateway gateway = before(up)) {
      String answer = chat(gateway, BODY).body();

      assertThat(answer)
          .isEqualTo(
              "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                  + "\"assistant\",\"content\":"
                  + content
                  + "},\"finishReason\":"
                  + reason
                  + "}]}");
      assertThat(ANSWER.problems(answer)).isEmpty();
    }
  }

  @Test
  void whatTheProviderDoesNotSayIsFilledIn() throws Exception {
    String body =
        "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":"
            + "99999999999,\"completion_tokens\":2}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", body);
        RunningGateway gateway = before(up)) {
      String answer = gateway.send(request(gateway, BODY).header("x-request-id", "r-1")).body();

      assertThat(answer).startsWith("{\"id\":\"r-1\",\"model\":\"m\",\"choices\":[");
      assertThat(answer)
          .endsWith(
              "\"usage\":{\"promptTokens\":2147483647,\"completionTokens\":2,"
                  + "\"totalTokens\":2147483647}}");
      assertThat(ANSWER.problems(answer)).isEmpty();
    }
  }

  @ParameterizedTest
  @DisplayName("jylo page: a provider's failure, whatever it is, is a 500 without a body")
  @ValueSource(
      strings = {
        "demo/fail-500",
        "demo/fail-502",
        "demo/fail-503",
        "demo/fail-529",
        "demo/fail-401",
        "demo/fail-403",
        "demo/html-502",
      })
  void aProvidersFailureHasNoBody(String model) {
    try (RunningGateway gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models: { x: { targets: [ "
                + model
                + " ], id: "
                + JyloRequestTest.ID
                + " } }\n")) {
      for (String body : new String[] {BODY, BODY.replace("]}", "],\"stream\":true}")}) {
        HttpResponse<String> answer = chat(gateway, body);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-type")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":\"none\"}",
        "{\"id\":\"c\"}",
        "[]",
        "{\"choices\":[{\"mess",
        "<html>",
        "{\"error\":{\"message\":\"sk-secret-of-ours-1234\"}}",
      })
  void anAnswerThatMakesNoSenseIsA500AndTheNextTargetIsAsked(String bad) throws Exception {
    String yaml =
        "models: { x: { targets: [ up/m ], fallbacks: [ demo/echo ], id: "
            + JyloRequestTest.ID
            + " }, y: { targets: [ up/m ], id: 11111111-1111-4111-8111-bbbbbbbbbbbb } }\n";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", bad);
        RunningGateway gateway = RunningGateway.before(up.port(), yaml)) {
      HttpResponse<String> rescued = chat(gateway, BODY);
      HttpResponse<String> alone =
          gateway.send(
              HttpRequest.newBuilder(
                      gateway.uri(
                          "/jylo/inference/completions/11111111-1111-4111-8111-bbbbbbbbbbbb"))
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(BODY)));

      assertThat(rescued.statusCode()).isEqualTo(200);
      assertThat(ANSWER.problems(rescued.body())).isEmpty();
      assertThat(alone.statusCode()).isEqualTo(500);
      assertThat(alone.body()).isEmpty();
    }
  }

  static RunningGateway before(ScriptedUpstream up) {
    return RunningGateway.before(
        up.port(), "models: { x: { targets: [ up/m ], id: " + JyloRequestTest.ID + " } }\n");
  }

  static HttpResponse<String> chat(RunningGateway gateway, String body) {
    return gateway.send(request(gateway, body));
  }

  static HttpRequest.Builder request(RunningGateway gateway, String body) {
    return HttpRequest.newBuilder(gateway.uri(JyloRequestTest.ECHO))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }
}
