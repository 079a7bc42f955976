package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the AssemblyAI door makes of a provider's whole answer. */
class AssemblyAiAnswerTest {

  private static final String CALLS =
      "[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1e2}\"}}]";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.plain();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** What a client gets of a provider's {@code answer}. */
  private static HttpResponse<String> relayed(int status, String answer, String asked)
      throws IOException {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(status, "content-type: application/json\r\n", answer);
        RunningGateway between = RunningGateway.before(up.port(), "")) {
      return chat(between, asked);
    }
  }

  private static String relayed(String answer) throws IOException {
    return relayed(200, answer, "{\"model\":\"up/m\",\"prompt\":\"q\",\"max_tokens\":3}").body();
  }

  /** What a client gets of an answer that does not follow OpenAI's protocol. */
  private static String relayedOdd(String answer) throws IOException {
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, "", answer);
        RunningGateway between = RunningGateway.before(up.port(), "").unchecked()) {
      return chat(between, "{\"model\":\"up/m\",\"prompt\":\"q\"}").body();
    }
  }

  /** Takes the envelope off an answer. */
  private static String bare(String answer) {
    int from = answer.indexOf(",\"request_id\":");
    return answer.substring(0, from) + answer.substring(answer.lastIndexOf("}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"demo/echo\",\"prompt\":\"What is the capital of France?\"}",
        "{\"model\":\"demo/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
            + "\"max_tokens\":60,\"temperature\":0.2}",
        "{\"model\":\"demo/echo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"hi\"}]}],\"response_format\":{\"type\":\"json_object\"}}",
        "{\"model\":\"demo/lorem\",\"prompt\":\"x\",\"max_tokens\":2}",
        "{\"model\":\"demo/big-100\",\"prompt\":\"x\"}",
      })
  @DisplayName("assemblyai page: an answer satisfies the page's schema")
  void anAnswerSatisfiesThePagesSchema(String asked) {
    JsonNode answer = answered(chat(gateway, asked));

    assertThat(answer.get("http_status_code").intValue()).isEqualTo(200);
    assertThat(answer.get("llm_status_code").intValue()).isEqualTo(200);
    assertThat(answer.get("choices").get(0).get("message").get("content").isString()).isTrue();
    assertThat(answer.get("usage").get("total_tokens").intValue()).isPositive();
  }

  @Test
  @DisplayName("assemblyai trap 1: an answer's bytes reach the client but for what is added")
  void bytesPassUnchanged() throws Exception {
    String answer =
        "{ \"z\":1e2, \"big\":12345678901234567890, \"t\":\"\\/\\u00e9é\",\"choices\":[{\"x\":{},"
            + "\"message\":{\"content\":\"\\u00e9\\/\",\"role\":\"assistant\"}, \"index\":0}] , \"a\":{} }";

    String got = relayed(answer);

    assertThat(bare(got)).isEqualTo(answer);
    assertThat(got).endsWith("\"llm_status_code\":200}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"prompt_tokens\":1e1, \"completion_tokens\":2,\"total_tokens\":12}|,\"input_tokens\":1e1,\"output_tokens\":2}",
        "{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}|,\"prompt_tokens\":3,\"completion_tokens\":4}",
        "{\"prompt_tokens\":3,\"completion_tokens\":4}|,\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}",
        "{\"input_tokens\":3,\"output_tokens\":4}|,\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}",
        "{\"prompt_tokens\":null,\"completion_tokens\":4,\"total_tokens\":4}|,\"output_tokens\":4}",
        "{\"prompt_tokens\":1,\"input_tokens\":1,\"completion_tokens\":2,\"output_tokens\":2,\"total_tokens\":3}|}",
        "{}|}",
      })
  @DisplayName("assemblyai §7: usage has both namings")
  void usageHasBothNamings(String usage, String added) throws Exception {
    String kept = usage.substring(0, usage.length() - 1);

    assertThat(relayedOdd("{\"usage\":" + usage + ",\"choices\":[]}"))
        .startsWith("{\"usage\":" + kept + added + ",\"choices\":[],\"request_id\"");
  }

  @Test
  @DisplayName("assemblyai §7: tool_calls stand in the choice and in the message")
  void toolCallsStandInBothPlaces() throws Exception {
    String message = "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":" + CALLS + "}";
    String inMessage =
        relayed("{\"choices\":[{\"message\":" + message + ",\"finish_reason\":\"tool_calls\"}]}");
    assertThat(inMessage)
        .startsWith(
            "{\"choices\":[{\"message\":"
                + message
                + ",\"finish_reason\":\"tool_calls\",\"tool_calls\":"
                + CALLS
                + "}]");

    String inChoice =
        relayed("{\"choices\":[{\"tool_calls\":" + CALLS + ",\"message\":{},\"index\":0}]}");
    assertThat(inChoice)
        .startsWith(
            "{\"choices\":[{\"tool_calls\":"
                + CALLS
                + ",\"message\":{\"tool_calls\":"
                + CALLS
                + "},\"index\":0}]");

    String both =
        "{\"choices\":[{\"message\":" + message + ",\"tool_calls\":" + CALLS + "}],\"request_id\"";
    assertThat(relayed(both.replace(",\"request_id\"", "}"))).startsWith(both);
    String none = "{\"choices\":[{\"message\":{\"tool_calls\":null}},5,{}],\"request_id\"";
    assertThat(relayedOdd(none.replace(",\"request_id\"", "}"))).startsWith(none);
  }

  @Test
  @DisplayName("assemblyai page: a tool's call satisfies the page's schema")
  void aToolsCallSatisfiesThePagesSchema() throws Exception {
    HttpResponse<String> response =
        relayed(
            200,
            "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":"
                + CALLS
                + "},\"finish_reason\":\"tool_calls\"}]}",
            "{\"model\":\"up/m\",\"prompt\":\"f\",\"tools\":[{\"type\":\"function\",\"function\":{"
                + "\"name\":\"f\",\"parameters\":{}}}],\"tool_choice\":\"auto\"}");

    JsonNode choice = answered(response).get("choices").get(0);
    assertThat(choice.get("tool_calls")).isEqualTo(choice.get("message").get("tool_calls"));
  }

  @Test
  @DisplayName("assemblyai §7: the echo repeats the parameters without the messages")
  void theEchoRepeatsTheParameters() throws Exception {
    String tools =
        "[ {\"type\":\"function\",\"function\":{\"name\":\"\\u0066\",\"parameters\":{\"x\":1e2}}}]";
    HttpResponse<String> response =
        relayed(
            200,
            "{\"choices\":[]}",
            "{\"tool_choice\":\"none\",\"model\":\"up/\\u006d\",\"temperature\":1e0,\"messages\":[{"
                + "\"role\":\"user\",\"content\":\"secret words\"}],\"tools\":"
                + tools
                + ",\"max_tokens\":5.0,\"post_processing_steps\":[]}");

    answered(response);
    assertThat(response.body())
        .contains(
            "\"request\":{\"model\":\"up/\\u006d\",\"max_tokens\":5.0,\"temperature\":1e0,\"tools\":"
                + tools
                + ",\"tool_choice\":\"none\"},\"http_status_code\":200")
        .doesNotContain("secret words");
  }

  @Test
  void nullParametersAreNotRepeated() throws Exception {
    HttpResponse<String> response =
        relayed(
            200,
            "{\"choices\":[]}",
            "{\"model\":\"up/m\",\"prompt\":\"q\",\"max_tokens\":null,\"temperature\":null,"
                + "\"tools\":null,\"tool_choice\":null}");

    answered(response);
    assertThat(response.body()).contains("\"request\":{\"model\":\"up/m\"},");
  }

  @Test
  @DisplayName("assemblyai §7: response_time is in nanoseconds")
  void responseTimeIsInNanoseconds() {
    JsonNode answer = answered(chat(gateway, "{\"model\":\"demo/slow-60ms\",\"prompt\":\"q\"}"));

    assertThat(answer.get("response_time").longValue()).isBetween(55_000_000L, 30_000_000_000L);
  }

  @Test
  @DisplayName("assemblyai page: llm_status_code is the provider's status")
  void theProvidersStatusIsTold() throws Exception {
    JsonNode answer =
        answered(relayed(201, "{\"choices\":[]}", "{\"model\":\"up/m\",\"prompt\":\"q\"}"));

    assertThat(answer.get("llm_status_code").intValue()).isEqualTo(201);
    assertThat(answer.get("http_status_code").intValue()).isEqualTo(200);
  }

  @Test
  @DisplayName("assemblyai §7: request_id is a UUID, the client's own where it is one")
  void theRequestIdIsAUuid() {
    String asked = "{\"model\":\"demo/echo\",\"prompt\":\"q\"}";
    UUID own = UUID.fromString("0f0e0d0c-0b0a-4908-8706-050403020100");

    JsonNode kept =
        answered(
            gateway.send(
                AssemblyAiDoor.request(gateway, AssemblyAiDoor.CHAT, asked)
                    .header("x-request-id", own.toString())));
    JsonNode replaced =
        answered(
            gateway.send(
                AssemblyAiDoor.request(gateway, AssemblyAiDoor.CHAT, asked)
                    .header("x-request-id", "abc-123")));

    assertThat(kept.get("request_id").stringValue()).isEqualTo(own.toString());
    assertThat(UUID.fromString(replaced.get("request_id").stringValue()).version()).isEqualTo(4);
  }

  @Test
  void aProviderThatIsSuchAGatewayItselfIsNotRepeated() throws Exception {
    String got =
        relayed(
            "{\"request_id\":\"abc\",\"choices\":[],\"http_status_code\":200,\"response_time\":1,"
                + "\"request\":{\"model\":\"m\"},\"llm_status_code\":299}");

    assertThat(got).startsWith("{\"request_id\":\"").doesNotContain("abc").doesNotContain("299");
    assertThat(got.indexOf("request_id")).isEqualTo(got.lastIndexOf("request_id"));
    assertThat(got)
        .endsWith("\"request\":{\"model\":\"up/m\",\"max_tokens\":3},\"llm_status_code\":200}");
  }

  @Test
  void anEmptyAnswerGetsTheEnvelopeAlone() throws Exception {
    assertThat(relayed("{ }"))
        .startsWith("{ \"request_id\":\"")
        .endsWith("\"llm_status_code\":200}");
  }

  @Test
  @DisplayName("assemblyai §7: json-repair makes JSON of the answer's text")
  void textIsMadeJsonWhereItIsAskedFor() throws Exception {
    String broken = "\"```json\\n{'a': [1, 2,], \\u0062: True\\n```\"";
    String answer = "{\"choices\":[{\"message\":{\"content\":" + broken + ",\"x\":1e2}}]}";
    String steps = ",\"post_processing_steps\":[ {\"type\":\"json-repair\"}]}";
    String asked = "{\"model\":\"up/m\",\"prompt\":\"q\"";

    assertThat(relayed(200, answer, asked + steps).body())
        .startsWith(
            "{\"choices\":[{\"message\":{\"content\":\"{\\\"a\\\":[1,2],\\\"b\\\":true}\",\"x\":1e2}}]");
    assertThat(relayed(200, answer, asked + "}").body()).contains(broken);
    assertThat(relayed(200, answer, asked + ",\"post_processing_steps\":[]}").body())
        .contains(broken);
    String valid = "{\"choices\":[{\"message\":{\"content\":\"{\\\"\\u0061\\\": 1e2}\"}}]";
    assertThat(relayed(200, valid + "}", asked + steps).body()).startsWith(valid);
    String prose = "{\"choices\":[{\"message\":{\"content\":\"no JSON \\u0061t all\"}}]";
    assertThat(relayed(200, prose + "}", asked + steps).body()).startsWith(prose);
  }

  @Test
  @DisplayName("assemblyai §7: the list of models needs no credentials")
  void modelsAreListedForEverybody() {
    try (RunningGateway keys =
        RunningGateway.with(
            RunningGateway.PORTS + "access: { mode: keys, keys: { a: { key: alice-key } } }\n")) {
      HttpResponse<String> response = keys.get("/assemblyai/v1/models");

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type")).contains("application/json");
      assertThat(response.body())
          .startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"demo/")
          .contains("\"object\":\"model\"");
      assertThat(keys.get("/assemblyai/v1/models/?a=b").body()).isEqualTo(response.body());
    }
  }
}
