package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Bifrost's door adds to answers; all else of them stays as it came. */
class BifrostExtrasTest {

  private static final String ASKED =
      "{\"model\":\"up/m\\u002d1 \\\"x\\\"\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
          + "\"temperature\": 5.0e-1 ,\"tool_choice\": { \"a\":\"\\u0062\"},\"stop\":\"s\",\"top_p\":null}";
  private static final String EXTRA =
      "\"extra_fields\":{\"provider\":\"up\",\"request_type\":\"chat_completion\","
          + "\"model_requested\":\"up/m-1 \\\"x\\\"\","
          + "\"model_params\":{\"temperature\":5.0e-1,\"tool_choice\":{ \"a\":\"\\u0062\"}},\"latency\":0";

  @ParameterizedTest
  @ValueSource(ints = {1, 70_000})
  @DisplayName("what is added stands behind the last member, whatever stands around it")
  void anAnswerGetsOneMemberMore(int chars) throws IOException {
    String members = members(chars) + ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}";
    String billed = ",\"billed_usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}";

    assertThat(answered(" {" + members + "\n } \n", "false"))
        .isEqualTo(" {" + members + "\n ," + EXTRA + billed + "}} \n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 70_000})
  @DisplayName("who wants it is shown what the provider sent, byte for byte")
  void theProvidersOwnAnswerIsShown(int chars) throws IOException {
    String sent = "{" + members(chars) + " }";

    assertThat(answered(sent, "True"))
        .isEqualTo("{" + members(chars) + " ," + EXTRA + ",\"raw_response\":" + sent + "}}");
  }

  private static String members(int chars) {
    return "\"id\":\"\\u0063\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\","
        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
        + "x".repeat(chars)
        + "\"},\"finish_reason\":\"stop\"}],\"x\" : 1e400";
  }

  /** The answer to what is asked, without its own time. */
  private static String answered(String body, String rawWanted) throws IOException {
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", body);
        RunningGateway gateway = RunningGateway.before(up.port(), "").unchecked()) {
      return gateway
          .send(
              HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
                  .header("content-type", "application/json")
                  .header("x-bf-send-back-raw-response", rawWanted)
                  .POST(HttpRequest.BodyPublishers.ofString(ASKED)))
          .body()
          .replaceFirst("\"latency\":[0-9]+", "\"latency\":0");
    }
  }
}
