package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Replay.Answer;
import dev.sluice.app.Replay.Playable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What gateways are known to lose before Bedrock and Cohere, each with a small answer of our own,
 * as {@link FieldLossesTest} has it for other providers.
 */
class BedrockAndCohereLossesTest {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";
  private static final String BINARY = "application/vnd.amazon.eventstream";
  private static final String QUESTION = "[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String STREAM =
      ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
  private static final String TOOL =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"\","
          + "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";
  private static final String USAGE =
      "\"usage\":{\"inputTokens\":1,\"outputTokens\":2,\"totalTokens\":3}";
  private static final String TRACE =
      "\"trace\":{\"guardrail\":{\"inputAssessment\":{\"g1\":{\"topicPolicy\":{\"topics\":[]}}}}}";

  private static Replay replay;

  @BeforeAll
  static void start() {
    replay = new Replay(Map.of("cohere", "cohere", "bedrock", "bedrock, region: us-east-1"), "");
  }

  @AfterAll
  static void stop() {
    replay.close();
  }

  // Cohere.

  @Test
  void coheresStreamedTextAndCallsAreKeptAndFinishAsCalls() {
    List<String> frames =
        List.of(
            "{\"type\":\"message-start\",\"id\":\"1\",\"delta\":{\"message\":{\"role\":"
                + "\"assistant\"}}}",
            "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":"
                + "\"text\",\"text\":\"\"}}}}",
            "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":"
                + "\"Hello\"}}}}",
            "{\"type\":\"content-end\",\"index\":0}",
            "{\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{"
                + "\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
                + "\"\"}}}}}",
            "{\"type\":\"tool-call-delta\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{"
                + "\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}}}}",
            "{\"type\":\"tool-call-end\",\"index\":0}",
            "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"TOOL_CALL\",\"usage\":{"
                + "\"billed_units\":{\"input_tokens\":4,\"output_tokens\":5},\"tokens\":{"
                + "\"input_tokens\":40,\"output_tokens\":6}}}}");
    StringBuilder events = new StringBuilder();
    frames.forEach(frame -> events.append("data: ").append(frame).append("\n\n"));

    Answer answer = ask("cohere", TOOL + STREAM, EVENTS, events.toString().getBytes(UTF_8));

    assertThat(joined(answer, "/choices/0/delta/content")).isEqualTo("Hello");
    assertThat(joined(answer, "/choices/0/delta/tool_calls/0/id")).isEqualTo("c1");
    assertThat(joined(answer, "/choices/0/delta/tool_calls/0/function/arguments"))
        .isEqualTo("{\"a\":1}");
    assertThat(joined(answer, "/choices/0/finish_reason")).isEqualTo("tool_calls");
    assertThat(answer.body()).contains("\"prompt_tokens\":4,\"completion_tokens\":5");
  }

  @Test
  void resultsOfToolsReachCohereWithTheirCallsIds() {
    String messages =
        "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":null,"
            + "\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
            + "\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":"
            + "\"one\"}]";

    JsonNode sent = asked(ask("cohere", messages, TOOL, JSON, "{}".getBytes(UTF_8)));

    assertThat(sent.at("/messages/1/tool_calls/0/id").asString()).isEqualTo("c1");
    assertThat(sent.at("/messages/2/tool_call_id").asString()).isEqualTo("c1");
    assertThat(sent.at("/messages/2").toString()).contains("one");
  }

  // Bedrock.

  @Test
  void aGuardrailsTraceBreaksNothing() {
    String whole =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"No.\"}]}},"
            + "\"stopReason\":\"guardrail_intervened\","
            + USAGE
            + ","
            + TRACE
            + "}";

    Answer answer = ask("bedrock", "", JSON, whole.getBytes(UTF_8));
    Answer streamed = ask("bedrock", STREAM, BINARY, stream("guardrail_intervened", "," + TRACE));

    JsonNode choice = MAPPER.readTree(answer.body()).at("/choices/0");
    assertThat(choice.at("/message/content").asString()).isEqualTo("No.");
    assertThat(choice.at("/finish_reason").asString()).isEqualTo("content_filter");
    assertThat(joined(streamed, "/choices/0/finish_reason")).isEqualTo("content_filter");
    assertThat(streamed.body()).endsWith("data: [DONE]\n\n");
  }

  @Test
  void bedrockIsSentNoEmptyDescriptionOfATool() {
    JsonNode sent = asked(ask("bedrock", TOOL, JSON, "{}".getBytes(UTF_8)));

    JsonNode tool = sent.at("/toolConfig/tools/0/toolSpec");
    assertThat(tool.path("name").asString()).isEqualTo("f");
    assertThat(tool.path("description").asString("none")).isNotEmpty();
  }

  @Test
  void aDevelopersWordsReachBedrockAsTheSystems() {
    String messages =
        "[{\"role\":\"developer\",\"content\":\"Be brief.\"},"
            + "{\"role\":\"user\",\"content\":\"hi\"}]";

    JsonNode sent = asked(ask("bedrock", messages, "", JSON, "{}".getBytes(UTF_8)));

    assertThat(sent.at("/system/0/text").asString()).isEqualTo("Be brief.");
    assertThat(sent.at("/messages/0/role").asString()).isEqualTo("user");
  }

  @Test
  void aFrameOfBedrocksThatComesInPiecesLosesNothing() {
    byte[] stream = stream("end_turn", "");
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    chunks.writeBytes(
        ("HTTP/1.1 200 OK\r\ncontent-type: " + BINARY + "\r\ntransfer-encoding: chunked\r\n\r\n")
            .getBytes(UTF_8));
    for (byte one : stream) {
      chunks.writeBytes("1\r\n".getBytes(UTF_8));
      chunks.write(one);
      chunks.writeBytes("\r\n".getBytes(UTF_8));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(UTF_8));

    Answer answer =
        replay.ask(body("bedrock", QUESTION, STREAM), new Playable(chunks.toByteArray(), true));

    assertThat(joined(answer, "/choices/0/delta/content")).isEqualTo("Hello");
    assertThat(joined(answer, "/choices/0/finish_reason")).isEqualTo("stop");
    assertThat(answer.body()).contains("\"total_tokens\":3").endsWith("data: [DONE]\n\n");
  }

  @Test
  void whatNovasInterpreterRanIsNoCallToRun() {
    String whole =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":"
            + "\"t1\",\"name\":\"nova_code_interpreter\",\"input\":{},\"type\":"
            + "\"server_tool_use\"}},{\"text\":\"4\"}]}},\"stopReason\":\"end_turn\","
            + USAGE
            + "}";

    Answer answer = ask("bedrock", "", JSON, whole.getBytes(UTF_8));

    assertThat(answer.body()).doesNotContain("tool_calls").doesNotContain("t1");
    assertThat(MAPPER.readTree(answer.body()).at("/choices/0/message/content").asString())
        .isEqualTo("4");
  }

  /** A small stream in AWS's framing. */
  private static byte[] stream(String stopReason, String more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(frame("messageStart", "{\"role\":\"assistant\"}"));
    out.writeBytes(
        frame("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hello\"}}"));
    out.writeBytes(frame("contentBlockStop", "{\"contentBlockIndex\":0}"));
    out.writeBytes(frame("messageStop", "{\"stopReason\":\"" + stopReason + "\"}"));
    out.writeBytes(frame("metadata", "{" + USAGE + more + "}"));
    return out.toByteArray();
  }

  private static byte[] frame(String type, String payload) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":event-type", type);
    header(headers, ":content-type", JSON);
    header(headers, ":message-type", "event");
    byte[] data = payload.getBytes(UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(16 + headers.size() + data.length);
    frame.putInt(frame.capacity()).putInt(headers.size());
    frame.putInt(check(frame));
    frame.put(headers.toByteArray()).put(data);
    frame.putInt(check(frame));
    return frame.array();
  }

  private static void header(ByteArrayOutputStream to, String name, String value) {
    to.write(name.length());
    to.writeBytes(name.getBytes(UTF_8));
    to.write(7);
    to.write(0);
    to.write(value.length());
    to.writeBytes(value.getBytes(UTF_8));
  }

  /** The check of all that was put so far. */
  private static int check(ByteBuffer frame) {
    CRC32 crc = new CRC32();
    crc.update(frame.array(), 0, frame.position());
    return (int) crc.getValue();
  }

  private static Answer ask(String provider, String more, String type, byte[] body) {
    return ask(provider, QUESTION, more, type, body);
  }

  private static Answer ask(
      String provider, String messages, String more, String type, byte[] body) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    String head = "HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ncontent-length: " + body.length;
    answer.writeBytes((head + "\r\n\r\n").getBytes(UTF_8));
    answer.writeBytes(body);
    return replay.ask(body(provider, messages, more), new Playable(answer.toByteArray(), true));
  }

  private static String body(String provider, String messages, String more) {
    return "{\"model\":\"" + provider + "/m\",\"messages\":" + messages + more + "}";
  }

  /** What the provider was asked. */
  private static JsonNode asked(Answer answer) {
    return MAPPER.readTree(answer.asked().substring(answer.asked().indexOf("\r\n\r\n") + 4));
  }

  private static String joined(Answer answer, String pointer) {
    StringBuilder text = new StringBuilder();
    for (String frame : answer.frames()) {
      if (!frame.equals("[DONE]")) {
        text.append(MAPPER.readTree(frame).at(pointer).asString(""));
      }
    }
    return text.toString();
  }
}
