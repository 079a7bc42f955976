package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.json.JsonText;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are held against the form that was asked for. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AnswerFormTest extends AnswerForms {

  @Test
  @DisplayName("case 49: an answer that fits goes out as it came")
  void whatFits() throws Exception {
    String fits = completion(" " + FITS + "\n");
    try (ScriptedUpstream up = up(fits, completion("no"));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(answer.body()).startsWith(fits.substring(0, fits.length() - 1));
      assertThat(form(answer)).isEqualTo("fits");
      up.request();
      assertThat(up.requestsWaiting()).isZero();
      assertCounted(gateway, "fits");
      assertTokens(gateway, "prompt", 10);
    }
  }

  @Test
  @DisplayName("case 49: nobody is asked again unless the operator wants it")
  void offByDefault() throws Exception {
    try (ScriptedUpstream up = up(completion(MISFIT), completion(FITS));
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(content(answer)).isEqualTo(MISFIT);
      assertThat(form(answer)).isEmpty();
      up.request();
      assertThat(up.requestsWaiting()).isZero();
      assertThat(gateway.gateway().metrics().scrape()).doesNotContain("sluice_answer_checks");
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("case 49: what another call cannot mend is left as it is")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a refusal | {\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"} | stop",
        "a call | {\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":"
            + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]} | tool_calls",
        "cut by the limit | {\"role\":\"assistant\",\"content\":\"{\\\"a\\\":\"} | length",
        "cut by a filter | {\"role\":\"assistant\",\"content\":\"\"} | content_filter",
      })
  void whatIsNotChecked(String what, String message, String finish) throws Exception {
    try (ScriptedUpstream up = up(choice(message, finish), completion(FITS));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA));

      assertThat(tree(answer).at("/choices/0/message")).isEqualTo(MAPPER.readTree(message));
      assertThat(form(answer)).isEmpty();
      up.request();
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: only an answer that is to be JSON as a whole is checked")
  @ValueSource(
      strings = {
        "",
        ",\"response_format\":{\"type\":\"text\"}",
        ",\"response_format\":null",
        ",\"metadata\":{\"response_format\":\"json_object\"}",
        ",\"n\":2,\"response_format\":{\"type\":\"json_object\"}",
      })
  void whatIsNotAskedFor(String more) throws Exception {
    try (ScriptedUpstream up = up(completion("no JSON"), completion(FITS));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(more));

      assertThat(content(answer)).isEqualTo("no JSON");
      assertThat(form(answer)).isEmpty();
      up.request();
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @Test
  @DisplayName("case 49: an answer that goes on from what the client began is not checked")
  void anAnswerThatWasBegun() throws Exception {
    try (ScriptedUpstream up = up(completion("\"a\":1}"), completion(FITS));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer =
          gateway.chat(
              "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},"
                  + "{\"content\":\"{\",\"role\":\"assistant\"}]"
                  + WITH_JSON
                  + "}");

      assertThat(content(answer)).isEqualTo("\"a\":1}");
      assertThat(form(answer)).isEmpty();
    }
  }

  @Test
  @DisplayName("case 49: a stream passes unchecked")
  void streams() throws Exception {
    String events =
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"no\"},\"finish_reason\":\"stop\"}]}"
            + "\n\ndata: [DONE]\n\n";
    try (ScriptedUpstream up = ScriptedUpstream.stream(events, true);
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_JSON + ",\"stream\":true"));

      assertThat(answer.body()).contains("\"no\"").endsWith("data: [DONE]\n\n");
      assertThat(form(answer)).isEmpty();
      up.request();
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: what cannot be checked passes, and the client is told so")
  @CsvSource({"reference, bad_schema", "pattern, out_of_time", "size, too_large"})
  void whatCannotBeChecked(String what, String outcome) throws Exception {
    String schema =
        switch (what) {
          case "reference" -> "{\"$ref\":\"http://127.0.0.1:1/schema.json\"}";
          case "pattern" -> "{\"pattern\":\"(a+)+\\\\1b\"}";
          default -> "{\"const\":\"" + "a".repeat(128 * 1024) + "\"}";
        };
    String text = "\"" + "a".repeat(5000) + "\"";
    try (ScriptedUpstream up = up(completion(text), completion(FITS));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer = gateway.chat(asking(WITH_SCHEMA.replace(SCHEMA, schema)));

      assertThat(content(answer)).isEqualTo(text);
      assertThat(form(answer)).isEqualTo("unchecked");
      up.request();
      assertThat(up.requestsWaiting()).isZero();
      assertCounted(gateway, outcome);
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: it is so at every door")
  @CsvSource({
    "/v1/chat/completions",
    "/bifrost/v1/chat/completions",
    "/yomo/v1/chat/completions",
    "/assemblyai/v1/chat/completions",
    "/poolside/openai/v1/chat/completions",
  })
  void everyDoor(String path) throws Exception {
    try (ScriptedUpstream up = up(completion("no"), completion(FITS));
        RunningGateway gateway = before(up)) {
      HttpResponse<String> answer =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(path))
                  .header("content-type", "application/json")
                  .header("authorization", "Bearer x")
                  .POST(HttpRequest.BodyPublishers.ofString(asking(WITH_SCHEMA))));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      assertThat(tree(answer).at("/usage/prompt_tokens").asInt()).isEqualTo(20);
      assertThat(bodyOf(up.request())).doesNotContain("assistant");
      assertThat(bodyOf(up.request())).contains("{\"role\":\"assistant\",\"content\":\"no\"}");
    }
  }

  @ParameterizedTest
  @DisplayName("case 49: however the request spells it")
  @ValueSource(
      strings = {"response_format", "response_f\\u006frmat", "\\u0072esponse\\u005Fformat"})
  void spellings(String name) throws Exception {
    try (ScriptedUpstream up = up(completion("no"), completion(FITS));
        RunningGateway gateway = before(up).unchecked()) {
      HttpResponse<String> answer =
          gateway.chat(asking(WITH_JSON.replace("response_format", name)));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
    }
  }

  @Test
  @DisplayName("case 49: Jylo's clients have a protocol of their own")
  void jylo() throws Exception {
    try (ScriptedUpstream up = up(completion(MISFIT), completion(FITS));
        RunningGateway gateway =
            RunningGateway.with(
                RunningGateway.PORTS
                    + "providers: { up: { kind: openai, api_key: secret, base_url: 'http://127.0.0.1:"
                    + up.port()
                    + "/v1', translation: { unfit_answer: repaired } } }\n"
                    + "models: { fixed: { targets: [ up/m ], id: "
                    + JyloRequestTest.ID
                    + " } }\n")) {
      HttpResponse<String> answer =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri(JyloRequestTest.ECHO))
                  .header("content-type", "application/json")
                  .header("authorization", "Bearer x")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"Messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                              + "\"Response_Format\":{\"type\":\"json_schema\",\"schema\":"
                              + JsonText.quote(SCHEMA)
                              + "}}")));

      assertThat(content(answer)).isEqualTo(FITS);
      assertThat(form(answer)).isEqualTo("repaired");
      assertThat(bodyOf(up.request())).doesNotContain("assistant");
      assertThat(bodyOf(up.request())).contains("\"role\":\"assistant\"", "integer");
    }
  }
}
