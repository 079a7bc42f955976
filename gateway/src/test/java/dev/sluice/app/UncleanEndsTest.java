package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are not whole never end as if they were. */
class UncleanEndsTest {

  private static final String JSON = "content-type: application/json\r\n";
  private static final String START = "messageStart {\"role\":\"assistant\"}";
  private static final String STOP = "messageStop {\"stopReason\":\"end_turn\"}";
  private static final String METADATA =
      "metadata {\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3}}";
  private static final String MESSAGE_START =
      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
          + "\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}";
  private static final String CALL =
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}}";
  private static final String MESSAGE_STOP = "{\"type\":\"message_stop\"}";

  private static String text(String text) {
    return "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + text + "\"}}";
  }

  private static String input(String json) {
    return "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
        + "\"partial_json\":"
        + dev.sluice.json.JsonText.quote(json)
        + "}}";
  }

  private static String messageDelta(String reason) {
    return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
        + reason
        + "\"},\"usage\":{\"output_tokens\":5}}";
  }

  private static String events(String... events) {
    StringBuilder stream = new StringBuilder();
    for (String event : events) {
      stream.append("data: ").append(event).append("\n\n");
    }
    return stream.toString();
  }

  /** A server that streams every request these messages in AWS's framing. */
  private static ScriptedUpstream bedrock(String... frames) throws IOException {
    ByteBuf out = Unpooled.buffer();
    for (String frame : frames) {
      int space = frame.indexOf(' ');
      String type = frame.substring(0, space);
      JsonWriter payload = new JsonWriter().raw(frame.substring(space + 1));
      if (type.endsWith("Exception")) {
        MessageWriter.exception(out, type, payload);
      } else {
        MessageWriter.event(out, type, payload);
      }
    }
    byte[] stream = new byte[out.readableBytes()];
    out.readBytes(stream);
    return new ScriptedUpstream((number, request, to, socket) -> {
      to.write(
          ("HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ncontent-length: "
                  + stream.length
                  + "\r\n\r\n")
              .getBytes(US_ASCII));
      to.write(stream);
      return true;
    });
  }

  private static RunningGateway before(ScriptedUpstream up, String kind) {
    return RunningGateway.with(
        "server: { port: 0 }\nadmin: { port: 0 }\nproviders:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + "\" }\n");
  }

  private static String streamed(RunningGateway gateway, String door) {
    return gateway
        .send(
            HttpRequest.newBuilder(gateway.uri("/" + door + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body("up/m", "hi", ",\"stream\":true"))))
        .body();
  }

  private static void isBroken(String answer) {
    assertThat(answer)
        .contains("error")
        .doesNotContain("[DONE]", "\"finish_reason\":\"stop\"", "\"finish_reason\":\"tool_calls\"");
  }

  @ParameterizedTest
  @DisplayName("case 65: an exception where the usage should come leaves no reason to end behind")
  @ValueSource(strings = {"bifrost", "yomo", "assemblyai", "poolside"})
  void anExceptionInPlaceOfTheUsage(String door) throws Exception {
    try (ScriptedUpstream up =
            bedrock(
                START,
                text("Hello"),
                STOP,
                "internalServerException {\"message\":\"went wrong\"}");
        RunningGateway gateway = before(up, "bedrock, region: us-east-1")) {
      String path = door.equals("poolside") ? "openai" : door;
      String answer = streamed(gateway.unchecked(), path);

      assertThat(answer).contains("Hello");
      isBroken(answer);
    }
  }

  @Test
  @DisplayName("case 65: who goes on behind the end has not ended")
  void textBehindTheEnd() throws Exception {
    try (ScriptedUpstream up = bedrock(START, text("Hello"), STOP, text("more"), METADATA);
        RunningGateway gateway = before(up, "bedrock, region: us-east-1")) {
      String answer = streamed(gateway, "bifrost");

      assertThat(answer).contains("Hello").doesNotContain("more");
      isBroken(answer);
    }
  }

  @Test
  @DisplayName("case 65: an error behind the reason to end takes that back")
  void anErrorBehindTheReason() throws Exception {
    String stream =
        events(
            MESSAGE_START,
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hello\"}}",
            messageDelta("end_turn"),
            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"went wrong\"}}");
    try (ScriptedUpstream up = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = before(up, "anthropic")) {
      String answer = streamed(gateway, "bifrost");

      isBroken(answer);
      // What it cost is known, and is counted.
      assertThat(gateway.gateway().metrics().scrape())
          .contains("sluice_tokens_total{kind=\"completion\",model=\"m\",provider=\"up\"} 5.0");
    }
  }

  @ParameterizedTest
  @DisplayName(
      "cases 24 and 26: a call that ends within its arguments was cut, unless at the limit")
  @ValueSource(strings = {"tool_use", "end_turn", "max_tokens"})
  void argumentsWithoutAnEnd(String reason) throws Exception {
    String stream =
        events(
            MESSAGE_START,
            CALL,
            input("{\"city\":\"Par"),
            "{\"type\":\"content_block_stop\",\"index\":0}",
            messageDelta(reason),
            MESSAGE_STOP);
    try (ScriptedUpstream up = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = before(up, "anthropic")) {
      String answer = streamed(gateway, "bifrost");

      if (reason.equals("max_tokens")) {
        assertThat(answer).contains("\"finish_reason\":\"length\"", "[DONE]");
      } else {
        isBroken(answer);
      }
    }
  }

  @Test
  @DisplayName("cases 24 and 26: so it is in a whole answer")
  void argumentsWithoutAnEndInAWholeAnswer() throws Exception {
    String message =
        "{\"id\":\"1\",\"finish_reason\":\"TOOL_CALL\",\"message\":{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c1\","
            + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":[1,\"}}]}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message);
        RunningGateway gateway = before(up, "cohere")) {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", ""));

      assertThat(answer.statusCode()).isEqualTo(502);
    }
  }

  @Test
  @DisplayName("case 25: arguments that come for a text are no answer")
  void argumentsOfAText() throws Exception {
    String stream =
        events(
            MESSAGE_START,
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hello\"}}",
            input("{\"a\":1}"),
            "{\"type\":\"content_block_stop\",\"index\":0}",
            messageDelta("end_turn"),
            MESSAGE_STOP);
    try (ScriptedUpstream up = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = before(up, "anthropic")) {
      isBroken(streamed(gateway, "bifrost"));
    }
  }

  @Test
  @DisplayName("case 25: a call of nothing is no answer")
  void aCallWithoutAName() throws Exception {
    String answer =
        "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"args\":{\"a\":1}}}]},"
            + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1}}";
    try (ScriptedUpstream up = ScriptedUpstream.stream(events(answer), true);
        ScriptedUpstream whole = ScriptedUpstream.whole(200, JSON, answer);
        RunningGateway gateway = before(up, "gemini");
        RunningGateway other = before(whole, "gemini")) {
      isBroken(streamed(gateway, "bifrost"));
      assertThat(other.chat(body("up/m", "hi", "")).statusCode()).isEqualTo(502);
    }
  }

  @Test
  @DisplayName("case 16: two calls of one answer have two ids")
  void idsThatComeTwice() throws Exception {
    String one = "{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"f\",\"input\":{}}";
    String message =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":["
            + one
            + ","
            + one
            + "],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
    String stream =
        events(
            MESSAGE_START,
            CALL,
            CALL.replace("\"index\":0", "\"index\":1"),
            messageDelta("tool_use"),
            MESSAGE_STOP);
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message);
        ScriptedUpstream streaming = ScriptedUpstream.stream(stream, true);
        RunningGateway gateway = before(up, "anthropic");
        RunningGateway other = before(streaming, "anthropic")) {
      String whole = gateway.chat(body("up/m", "hi", "")).body();
      String streamed = streamed(other, "bifrost");

      assertThat(whole.split("\"id\":\"c1\"", -1)).hasSize(2);
      assertThat(whole.split("\"type\":\"function\"", -1)).hasSize(3);
      assertThat(streamed.split("\"id\":\"c1\"", -1)).hasSize(2);
      assertThat(streamed.split("\"type\":\"function\"", -1)).hasSize(3);
      // The same each time, so that a history is the same, too.
      assertThat(gateway.chat(body("up/m", "hi", "")).body()).contains(secondId(whole));
    }
  }

  private static String secondId(String answer) {
    int at = answer.indexOf("\"id\":\"", answer.indexOf("\"id\":\"c1\"") + 8);
    return answer.substring(at, at + 16);
  }

  @Test
  @DisplayName("case 70: what of an answer has no place at the door is listed, too")
  void lossesOfAnswers() throws Exception {
    String message =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":["
            + "{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"new_block\",\"x\":1}],\"brand_new\":{\"a\":1},"
            + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
    try (ScriptedUpstream up = ScriptedUpstream.whole(200, JSON, message);
        RunningGateway gateway = before(up, "anthropic")) {
      HttpResponse<String> answer = gateway.chat(body("up/m", "hi", ",\"seed\":5"));

      assertThat(answer.headers().firstValue("x-sluice-dropped").orElse(""))
          .contains("seed", "brand_new", "message.content.new_block");
    }
  }
}
