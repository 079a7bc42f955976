package dev.sluice.bench;

import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * What the mock provider says in one protocol, a character a byte.
 *
 * @param whole an answer of 1.2 KB
 * @param first what a stream begins with, perhaps nothing
 * @param frame with zeros in place of the stamp's digits
 * @param last what a stream says behind its frames
 * @param usage what it says then where its usage was asked for
 * @param end what it says at last, perhaps nothing
 */
record WireTexts(String whole, String first, String frame, String last, String usage, String end) {

  /** What stands before a stamp's digits within the text that the model says. */
  static final String UNSTAMPED_HEAD = "t=";

  /** A text in which the stamp is still to be set. */
  static final String UNSTAMPED = UNSTAMPED_HEAD + "0".repeat(FrameCounter.STAMP_DIGITS);

  private static final String WORDS = "word ".repeat(170);
  private static final String CHUNK =
      "data: {\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\","
          + "\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
          + "\"model\":\"mock-model-2024-07-18\",\"system_fingerprint\":null,";

  static WireTexts openAi() {
    return new WireTexts(
        "{\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion\","
            + "\"created\":1700000000,\"model\":\"mock-model-2024-07-18\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\""
            + WORDS
            + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":56,\"completion_tokens\":31,\"total_tokens\":87},"
            + "\"system_fingerprint\":null}",
        "",
        CHUNK
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
            + UNSTAMPED
            + "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
        CHUNK
            + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}"
            + "\n\n",
        CHUNK
            + "\"choices\":[],\"usage\":{\"prompt_tokens\":56,\"completion_tokens\":31,"
            + "\"total_tokens\":87}}\n\n",
        "data: [DONE]\n\n");
  }

  static WireTexts anthropic() {
    return new WireTexts(
        "{\"id\":\"msg_01A1b2C3d4E5f6G7h8I9j0K1\",\"type\":\"message\",\"role\":\"assistant\","
            + "\"model\":\"mock-model-2024-07-18\",\"content\":[{\"type\":\"text\",\"text\":\""
            + WORDS
            + "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":"
            + "{\"input_tokens\":56,\"cache_creation_input_tokens\":0,"
            + "\"cache_read_input_tokens\":0,\"output_tokens\":31}}",
        event(
                "message_start",
                "\"message\":{\"id\":\"msg_01A1b2C3d4E5f6G7h8I9j0K1\",\"type\":\"message\","
                    + "\"role\":\"assistant\",\"model\":\"mock-model-2024-07-18\",\"content\":[],"
                    + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":56,"
                    + "\"output_tokens\":1}}")
            + event(
                "content_block_start",
                "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
        event(
            "content_block_delta",
            "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + UNSTAMPED + "\"}"),
        event("content_block_stop", "\"index\":0")
            + event(
                "message_delta",
                "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                    + "\"usage\":{\"output_tokens\":31}"),
        "",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  private static String event(String type, String members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
  }

  static WireTexts converse() {
    return new WireTexts(
        "{\"metrics\":{\"latencyMs\":551},\"output\":{\"message\":{\"content\":[{\"text\":\""
            + WORDS
            + "\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":"
            + "{\"inputTokens\":56,\"outputTokens\":31,\"totalTokens\":87}}",
        message("messageStart", "{\"p\":\"abcdefghijklmnop\",\"role\":\"assistant\"}"),
        message(
            "contentBlockDelta",
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":\""
                + UNSTAMPED
                + "\"},\"p\":\"abcdefghijklmnopqrstuvwxyz\"}"),
        message("contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"abc\"}")
            + message("messageStop", "{\"p\":\"abcdef\",\"stopReason\":\"end_turn\"}"),
        "",
        message(
            "metadata",
            "{\"metrics\":{\"latencyMs\":551},\"p\":\"abcdefghi\",\"usage\":{\"inputTokens\":56,"
                + "\"outputTokens\":31,\"totalTokens\":87}}"));
  }

  private static String message(String type, String payload) {
    ByteBuf out = Unpooled.buffer();
    MessageWriter.event(out, type, new JsonWriter().raw(payload));
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
