package dev.sluice.bench.micro;

import java.nio.charset.StandardCharsets;

/** Requests, answers and chunks as clients and providers of OpenAI's protocol write them. */
final class ChatTexts {

  /** A short question. */
  static final String SMALL = "600";

  /** A conversation with tools. */
  static final String MIDDLE = "20000";

  /** One with a picture or a document in it. */
  static final String LARGE = "1000000";

  private static final String HEAD =
      "{\"model\":\"openai/gpt-4o-mini\",\"stream\":true,\"temperature\":0.7,"
          + "\"max_tokens\":100,\"user\":\"user-1234\",";
  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"description\":\"Looks an entry"
          + " up.\",\"parameters\":{\"type\":\"object\",\"properties\":{\"key\":{\"type\":"
          + "\"string\"},\"limit\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"key\"]}}}";
  private static final String SAYING =
      "It\\u2019s \\\"quoted\\\" text of a usual length, with a line\\nbreak and caf\u00e9 in it. ";
  private static final String PICTURE =
      "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is this?\"},{\"type\":"
          + "\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,";
  private static final String BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";
  private static final int SAYINGS_MAX = 6;
  private static final int TOOLS_FROM_BYTES = 5000;
  private static final int PICTURE_FROM_BYTES = 100_000;

  private ChatTexts() {}

  /** A request of about so many bytes: turns of a conversation, and from 100 KB on a picture. */
  static byte[] request(int bytes) {
    StringBuilder text = new StringBuilder(HEAD);
    if (bytes >= TOOLS_FROM_BYTES) {
      text.append("\"tools\":[").append(TOOL).append(',').append(TOOL).append("],");
    }
    text.append("\"messages\":[{\"role\":\"system\",\"content\":\"You are brief.\"}");
    int turnsEnd = bytes >= PICTURE_FROM_BYTES ? bytes / 5 : bytes;
    for (int turn = 0; text.length() < turnsEnd; turn++) {
      text.append(",{\"role\":\"").append(turn % 2 == 0 ? "user" : "assistant");
      text.append("\",\"content\":\"");
      for (int i = 0; i < SAYINGS_MAX && text.length() < turnsEnd; i++) {
        text.append(SAYING);
      }
      text.append("\"}");
    }
    if (bytes >= PICTURE_FROM_BYTES) {
      text.append(',').append(PICTURE);
      while (text.length() < bytes) {
        text.append(BASE64);
      }
      text.append("\"}}]}");
    }
    return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A whole answer of about 1.2 KB. */
  static byte[] answer() {
    return ("{\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion\","
            + "\"created\":1700000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,"
            + "\"message\":{\"role\":\"assistant\",\"content\":\""
            + "word ".repeat(170)
            + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":56,\"completion_tokens\":31,\"total_tokens\":87}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A chunk of a stream, of about 230 bytes, whose text ends with {@code number}. */
  static byte[] chunk(int number) {
    return ("{\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1700000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{"
            + "\"index\":0,\"delta\":{\"content\":\" token"
            + number
            + "\"},\"logprobs\":null,\"finish_reason\":null}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The last chunk but one, with a finish reason. */
  static byte[] finishChunk() {
    return new String(chunk(0), StandardCharsets.UTF_8)
        .replace("{\"content\":\" token0\"}", "{}")
        .replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"")
        .getBytes(StandardCharsets.UTF_8);
  }
}
