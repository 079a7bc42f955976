package dev.sluice.protocol.converse;

import dev.sluice.json.JsonText;

/** Messages of a usual stream, each as its type and its payload, see {@link Codec#stream}. */
final class StreamLines {

  static final String START = "messageStart {\"role\":\"assistant\",\"p\":\"ab\"}";
  static final String TEXT =
      "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"},\"p\":\"abc\"}";
  static final String STOP = "messageStop {\"stopReason\":\"end_turn\"}";
  static final String METADATA =
      "metadata"
          + " {\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":15},\"metrics\":{\"latencyMs\":7}}";

  static String callStart(int index, String rest) {
    return "contentBlockStart {\"contentBlockIndex\":"
        + index
        + ",\"start\":{\"toolUse\":{\"toolUseId\":\"t"
        + index
        + "\",\"name\":\"f\""
        + rest
        + "}}}";
  }

  static String input(int index, String json) {
    return "contentBlockDelta {\"contentBlockIndex\":"
        + index
        + ",\"delta\":{\"toolUse\":{\"input\":"
        + JsonText.quote(json)
        + "}}}";
  }

  static String blockStop(int index) {
    return "contentBlockStop {\"contentBlockIndex\":" + index + "}";
  }

  private StreamLines() {}
}
