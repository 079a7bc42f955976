package dev.sluice.app;

import static dev.sluice.app.RunningGateway.PORTS;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What streams of Anthropic's protocol are made of, and what a client reads of them. */
final class FannedStreams {

  /** The media type of Anthropic's streams. */
  static final String EVENTS = "text/event-stream";

  /** A request's members that ask for two streamed choices. */
  static final String TWO = ",\"n\":2,\"stream\":true";

  /** The same with a report of their usage. */
  static final String COUNTED = TWO + ",\"stream_options\":{\"include_usage\":true}";

  static final String DONE = "data: [DONE]\n\n";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private FannedStreams() {}

  /** A gateway whose provider {@code up} of that kind is called once for each choice. */
  static RunningGateway before(CalledUpstream up, String kind, String more) {
    return RunningGateway.with(
        PORTS
            + "providers:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", translation: { several_choices: fan_out }"
            + more
            + " }\n");
  }

  static byte[] post(String body) {
    return ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
            + "content-type: application/json\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads on until {@code text} has come. */
  static void readUntil(InputStream in, StringBuilder read, String text) throws IOException {
    while (read.indexOf(text) < 0) {
      int b = in.read();
      assertThat(b).as("the next byte behind " + read).isNotNegative();
      read.append((char) b);
    }
  }

  static String event(String data) {
    return "data: " + data + "\n\n";
  }

  static String start(int input) {
    return event(
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
            + "\"assistant\",\"model\":\"claude-x\",\"content\":[],\"usage\":{\"input_tokens\":"
            + input
            + ",\"output_tokens\":1}}}");
  }

  static String text(int block, String text) {
    return event(
            "{\"type\":\"content_block_start\",\"index\":"
                + block
                + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
        + event(
            "{\"type\":\"content_block_delta\",\"index\":"
                + block
                + ",\"delta\":{\"type\":\"text_delta\",\"text\":\""
                + text
                + "\"}}");
  }

  static String call(int block, String id, String name) {
    return event(
        "{\"type\":\"content_block_start\",\"index\":"
            + block
            + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\""
            + id
            + "\",\"name\":\""
            + name
            + "\",\"input\":{}}}");
  }

  static String arguments(int block, String piece) {
    return event(
        "{\"type\":\"content_block_delta\",\"index\":"
            + block
            + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
            + JsonText.quote(piece)
            + "}}");
  }

  static String stop(String reason, int output) {
    return event(
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                + reason
                + "\"},\"usage\":{\"output_tokens\":"
                + output
                + "}}")
        + event("{\"type\":\"message_stop\"}");
  }

  static List<JsonNode> chunks(String answer) {
    List<JsonNode> chunks = new ArrayList<>();
    for (String line : answer.lines().toList()) {
      if (line.startsWith("data: {")) {
        chunks.add(MAPPER.readTree(line.substring(6)));
      }
    }
    return chunks;
  }

  /** All texts at {@code pointer} in the chunks of one choice. */
  static String joined(List<JsonNode> chunks, int choice, String pointer) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      if (chunk.at("/choices/0/index").asInt(-1) == choice) {
        text.append(chunk.at("/choices/0" + pointer).asString(""));
      }
    }
    return text.toString();
  }

  static void awaitTokens(RunningGateway gateway, String kind, int tokens) {
    await()
        .untilAsserted(() ->
            assertThat(
                    gateway
                        .gateway()
                        .metrics()
                        .scrape()
                        .lines()
                        .filter(line -> line.startsWith("sluice_tokens_total"))
                        .filter(line -> line.contains("kind=\"" + kind + "\""))
                        .filter(line -> line.contains("provider=\"up\"")))
                .singleElement()
                .asString()
                .endsWith(" " + tokens + ".0"));
  }
}
