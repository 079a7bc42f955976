package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.body;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.invalid;
import static dev.sluice.app.AssemblyAiDoor.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a request of the AssemblyAI door becomes on its way to a provider. */
class AssemblyAiRequestTest {

  private static final String ANSWER =
      "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\"},"
          + "\"finish_reason\":\"stop\"}]}";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    up = ScriptedUpstream.whole(200, "content-type: application/json\r\n", ANSWER);
    gateway = RunningGateway.before(up.port(), "dialects: { assemblyai: { max_tokens: 77 } }\n");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  private static String sent(String asked) throws InterruptedException {
    assertThat(chat(gateway, asked).statusCode()).isEqualTo(200);
    return body(up.request());
  }

  @Test
  @DisplayName("assemblyai page: every request field of the page is taken and reaches the provider")
  void everyFieldOfThePageIsTaken() throws Exception {
    String asked =
        """
        {"model":"up/m","messages":[
          {"role":"system","content":"s","name":"boss"},
          {"role":"user","content":[{"type":"text","text":"q"}]},
          {"role":"assistant","content":"a"},
          {"role":"tool","content":"t","tool_call_id":"call_1"}],
         "max_tokens":5,"temperature":0.5,
         "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"x":1}}}],
         "tool_choice":{"type":"function","function":{"name":"f"}}}\
        """;

    assertThat(sent(asked)).isEqualTo(asked.replace("\"up/m\"", "\"m\""));
    assertThat(
            sent(
                asked.replace(
                    "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}", "\"auto\"}")))
        .contains("\"tool_choice\":\"auto\"");
  }

  @Test
  @DisplayName(
      "assemblyai §7: a name stands before the content where a protocol has no place for it")
  void aNameStandsBeforeTheContentWhereTheProtocolHasNoPlaceForIt() throws Exception {
    try (ScriptedUpstream claude =
            ScriptedUpstream.whole(
                200,
                "content-type: application/json\r\n",
                "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"x\",\"content\":[{"
                    + "\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\",\"usage\":{"
                    + "\"input_tokens\":1,\"output_tokens\":1}}");
        RunningGateway before =
            RunningGateway.with(
                RunningGateway.PORTS
                    + "providers: { up: { kind: anthropic, api_key: x, base_url:"
                    + " \"http://127.0.0.1:"
                    + claude.port()
                    + "\" } }\n")) {
      HttpResponse<String> answer =
          chat(
              before,
              """
              {"model":"up/m","messages":[
              {"role":"system","content":"be brief","name":"boss"},
              {"role":"user","content":"Hello","name":"alice"},
              {"role":"assistant","content":"Hi","name":"model"},
              {"role":"user","content":[{"type":"text","text":"Bye"},{"type":"text","text":"now"}],
              "name":"bob"},{"role":"user","content":"nobody's"}]}
              """);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-dropped")).isEmpty();
      assertThat(body(claude.request()))
          .contains(
              "\"boss: be brief\"",
              "\"alice: Hello\"",
              "\"model: Hi\"",
              "\"bob: Bye\"",
              "\"now\"",
              "\"nobody's\"")
          .doesNotContain("\"name\"");
    }
  }

  @Test
  @DisplayName("assemblyai trap 1: a request's bytes reach the provider but for what is added")
  void bytesPassUnchanged() throws Exception {
    String asked =
        "{\"zz\": 1e2 ,\"messages\":[{\"content\":\"\\u00e9\\/ é\",\"zz\":1,\"role\":\"user\"}],"
            + "\"x\":{\"model\":\"y\",\"prompt\":[\"\\u00e9\\/\"]},\"max_tokens\":1.0,"
            + "\"seed\":12345678901234567890,\"model\":\"up/m\" }";

    assertThat(sent(asked)).isEqualTo(asked.replace("\"up/m\"", "\"m\""));
  }

  @Test
  @DisplayName("assemblyai §7: a prompt alone becomes one user message")
  void aPromptBecomesAUserMessage() throws Exception {
    assertThat(sent("{\"model\":\"up/m\",\"prompt\":\"q \\u00e9\\/\",\"max_tokens\":3}"))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q \\u00e9\\/\"}],\"model\":\"m\","
                + "\"max_tokens\":3}");
    assertThat(sent("{\"prompt\":\"q\",\"max_tokens\":3,\"model\":\"up/m\"}"))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}],\"max_tokens\":3,\"model\":\"m\"}");
  }

  @Test
  void aPromptBesideMessagesIsTheLastOfThem() throws Exception {
    assertThat(
            sent(
                "{\"model\":\"up/m\",\"max_tokens\":3,\"prompt\":\"b\",\"messages\":["
                    + " {\"role\":\"user\",\"content\":\"a\"} ]}"))
        .isEqualTo(
            "{\"model\":\"m\",\"max_tokens\":3,\"messages\":[ {\"role\":\"user\",\"content\":\"a\"}"
                + " ,{\"role\":\"user\",\"content\":\"b\"}]}");
    assertThat(sent("{\"model\":\"up/m\",\"max_tokens\":3,\"prompt\":\"b\",\"messages\":[]}"))
        .endsWith("\"messages\":[{\"role\":\"user\",\"content\":\"b\"}]}");
  }

  @Test
  @DisplayName("assemblyai §7: neither messages nor prompt is a 400 with the pinned text")
  void oneOfMessagesOrPromptIsRequired() {
    invalid(chat(gateway, "{\"model\":\"up/m\"}"), "\"one of messages or prompt required\"");
    invalid(chat(gateway, "{\"model\":\"up/m\",\"messages\":[]}"), "one of messages or prompt");
    invalid(chat(gateway, "{\"model\":\"up/m\",\"prompt\":null}"), "one of messages or prompt");
  }

  @Test
  @DisplayName("assemblyai §7: max_tokens has a default, and only where it is absent")
  void maxTokensHasADefault() throws Exception {
    assertThat(sent("{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}"))
        .isEqualTo(
            "{\"max_tokens\":77,\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
    assertThat(sent("{\"model\":\"up/m\",\"prompt\":\"a\",\"max_tokens\":null}"))
        .contains("\"max_tokens\":null");
    assertThat(sent("{\"model\":\"up/m\",\"prompt\":\"a\",\"max_completion_tokens\":9}"))
        .doesNotContain("max_tokens\":77");
    try (RunningGateway plain = RunningGateway.before(up.port(), "")) {
      JsonNode answer = answered(chat(plain, "{\"model\":\"up/m\",\"prompt\":\"a\"}"));

      assertThat(answer.get("request").get("max_tokens").intValue()).isEqualTo(1000);
      assertThat(body(up.request())).contains("\"max_tokens\":1000");
    }
  }

  @Test
  @DisplayName("assemblyai trap 13: what is the gateway's alone stays here")
  void whatIsTheGatewaysAloneStaysHere() throws Exception {
    assertThat(
            sent(
                "{\"fallbacks\":[],\"model\":\"up/m\",\"fallback_config\":{\"retry\":true,\"depth\":1},"
                    + "\"max_tokens\":3,\"model_region\":\"global\",\"messages\":[{\"role\":\"user\","
                    + "\"content\":\"a\"}],\"post_processing_steps\":[{\"type\":\"json-repair\"}],"
                    + "\"reasoning\":{\"effort\":\"low\"},\"transcript_id\":\"t\"}"))
        .isEqualTo(
            "{\"model\":\"m\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],"
                + "\"reasoning\":{\"effort\":\"low\"}}");
  }

  @Test
  @DisplayName("assemblyai §7: function_call and function_call_output items become messages")
  void historyItemsBecomeMessages() throws Exception {
    String user = "{\"role\":\"user\",\"content\":\"\\u00e9 1\"}";
    String said = "{\"role\":\"assistant\",\"content\":\"ok\"}";
    String sent =
        sent(
            "{\"model\":\"up/m\",\"max_tokens\":3,\"messages\":["
                + user
                + ",{\"type\":\"function_call\",\"tool_call_id\":\"c1\",\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},"
                + " {\"arguments\":{\"b\":\"2\"},\"name\":\"g\","
                + "\"tool_call_id\":\"c2\",\"type\":\"function_call\"}"
                + ",{\"type\":\"function_call_output\",\"tool_call_id\":\"c1\",\"name\":\"f\",\"output\":\"\\u00e9\"}"
                + " ,{\"type\":\"function_call_output\",\"tool_call_id\":\"c2\","
                + "\"output\":{\"t\":[1]}},"
                + said
                + ",{\"type\":\"function_call\",\"tool_call_id\":\"c3\",\"name\":\"h\"}]}");

    assertThat(sent)
        .isEqualTo(
            "{\"model\":\"m\",\"max_tokens\":3,\"messages\":["
                + user
                + ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"{\\\"a\\\":1}\"}},"
                + "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
                + "\"arguments\":\"{\\\"b\\\":\\\"2\\\"}\"}}]}"
                + ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"\\u00e9\"}"
                + " ,{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"{\\\"t\\\":[1]}\"},"
                + said
                + ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c3\","
                + "\"type\":\"function\",\"function\":{\"name\":\"h\",\"arguments\":\"{}\"}}]}]}");
  }

  @Test
  @DisplayName("assemblyai trap 14: an assistant message with tool_calls may have no content")
  void anAssistantThatCallsNeedsNoContent() throws Exception {
    String asked =
        "{\"model\":\"up/m\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
            + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":"
            + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"r\"}]}";

    assertThat(sent(asked)).isEqualTo(asked.replace("up/m", "m"));
  }

  @Test
  void aStreamIsAskedForUsageWhateverStandsFirst() throws Exception {
    assertThat(
            sent(
                "{\"prompt\":\"a\",\"model\":\"up/m\",\"stream\":true,\"max_tokens\":3,"
                    + "\"fallbacks\":[]}"))
        .contains("\"stream_options\":{\"include_usage\":true}")
        .contains("\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]")
        .endsWith("\"model\":\"m\",\"stream\":true,\"max_tokens\":3}");
  }

  @Test
  @DisplayName("assemblyai page: a transcript that is not known is a 404 where it is asked for")
  void anUnknownTranscriptIsNotFound() throws Exception {
    HttpResponse<String> missing =
        chat(
            gateway,
            "{\"model\":\"up/m\",\"transcript_id\":\"t\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"sum up: {{ transcript }}\"}]}");

    assertThat(refused(missing, 404).get("message").stringValue())
        .isEqualTo("transcript not found");
    assertThat(missing.body()).doesNotContain("metadata");
    assertThat(
            refused(
                    chat(
                        gateway,
                        "{\"model\":\"up/m\",\"transcript_id\":\"t\",\"prompt\":\"{{ transcript"
                            + " }}\"}"),
                    404)
                .get("message")
                .stringValue())
        .isEqualTo("transcript not found");
    assertThat(sent("{\"model\":\"up/m\",\"transcript_id\":\"t\",\"prompt\":\"{{transcript}}\"}"))
        .doesNotContain("transcript_id");
    assertThat(sent("{\"model\":\"up/m\",\"prompt\":\"{{ transcript }}\"}"))
        .contains("{{ transcript }}");
  }

  @Test
  void namesStayInTheirMessagesForProvidersThatTakeThem() throws Exception {
    assertThat(
            sent(
                "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"n\"}]}"))
        .contains("{\"role\":\"user\",\"content\":\"a\",\"name\":\"n\"}");
  }

  @Test
  void everyWayInGivesTheSameBytes() throws Exception {
    String yaml = "dialects: { assemblyai: { listen: 0, hosts: [ \"llm-gateway.*\" ] } }\n";
    String asked = "{\"model\":\"up/m\",\"prompt\":\"a\",\"temperature\":1e0}";
    try (RunningGateway all = RunningGateway.before(up.port(), yaml)) {
      int own = all.gateway().address("assemblyai").getPort();
      String byPrefix = raw(all, all.port(), "/assemblyai", "localhost", asked);
      String byHost = raw(all, all.port(), "", "llm-gateway.example.com", asked);
      String byListener = raw(all, own, "", "localhost", asked);

      assertThat(byHost).isEqualTo(byPrefix);
      assertThat(byListener).isEqualTo(byPrefix);
      assertThat(byPrefix).contains("\"temperature\":1e0}");
      String first = body(up.request());
      assertThat(body(up.request())).isEqualTo(first);
      assertThat(body(up.request())).isEqualTo(first);
    }
  }

  private static String raw(
      RunningGateway gateway, int port, String prefix, String host, String asked)
      throws IOException {
    try (java.net.Socket socket =
        new java.net.Socket(gateway.gateway().address().getAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + prefix
                      + "/v1/chat/completions?x=1 HTTP/1.1\r\nhost: "
                      + host
                      + "\r\nx-request-id: 0f0e0d0c-0b0a-4908-8706-050403020100\r\n"
                      + "content-type: application/json\r\nconnection: close\r\ncontent-length: "
                      + asked.length()
                      + "\r\n\r\n"
                      + asked)
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      String answer =
          new String(
              socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      // How long it took is all that may differ, and when that was.
      int time = answer.indexOf("\"response_time\":");
      return answer
          .replace(answer.substring(time, answer.indexOf(',', time)), "")
          .replaceAll("date: [^\r]*\r\n|content-length: \\d+\r\n", "");
    }
  }

  @Test
  void twoDialectsOnOneConnectionLeakNothing() throws Exception {
    String asked = "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> ours = chat(gateway, asked);
      HttpResponse<String> others = gateway.chat(asked);

      assertThat(ours.body()).contains("\"llm_status_code\":200").doesNotContain("extra_fields");
      assertThat(others.body()).contains("extra_fields").doesNotContain("llm_status_code");
      assertThat(body(up.request())).contains("\"max_tokens\":77");
      assertThat(body(up.request())).doesNotContain("max_tokens");
    }
    assertThat(up.connections()).isLessThanOrEqualTo(8);
  }
}
