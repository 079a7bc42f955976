package dev.sluice.recorded;

import java.util.Locale;

/** What a recorded exchange speaks. */
public enum Protocol {
  /** OpenAI's chat completions, whoever serves them. */
  OPENAI,
  /** Anthropic's Messages. */
  ANTHROPIC,
  /** The same inside Bedrock's InvokeModel. */
  ANTHROPIC_INVOKED,
  /** Gemini's content, of AI Studio and Vertex. */
  GEMINI,
  /** Bedrock's Converse. */
  CONVERSE,
  /** Cohere's chat, version 2. */
  COHERE,
  /** No chat, or a protocol that no provider of ours speaks. */
  OTHER;

  static Protocol of(String provider, String endpoint, boolean hasMessages) {
    String path = endpoint.toLowerCase(Locale.ROOT);
    if (path.contains("/chat/completions")) {
      return OPENAI;
    }
    if (provider.equals("anthropic") && path.contains("/v1/messages") && !path.contains("count")) {
      return ANTHROPIC;
    }
    if (path.contains("generatecontent")) {
      return GEMINI;
    }
    if (provider.equals("bedrock")) {
      if (path.contains("/converse")) {
        return CONVERSE;
      }
      return path.contains("anthropic") && path.contains("/invoke") && hasMessages
          ? ANTHROPIC_INVOKED
          : OTHER;
    }
    return path.contains("/v2/chat") ? COHERE : OTHER;
  }
}
