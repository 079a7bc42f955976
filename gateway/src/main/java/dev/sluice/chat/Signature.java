package dev.sluice.chat;

/**
 * A provider's seal on what its model thought or said. It must be returned exactly, only to who
 * made it, and can't be made by anybody else: Anthropic refuses a tool turn whose thinking lost its
 * signature, Gemini 3 one whose function call lost its {@code thoughtSignature}.
 *
 * @param text opaque; not empty
 * @param issuer who made it, in the words of {@code reasoning_details}' {@code format}, such as
 *     {@code anthropic-claude-v1} or {@code google-gemini-v1}; {@code unknown} where it is not
 *     known
 */
public record Signature(String text, String issuer) {

  /** Thinking and redacted thinking of Claude, on whatever platform. */
  public static final String CLAUDE = "anthropic-claude-v1";

  /** Thought signatures of Gemini. */
  public static final String GEMINI = "google-gemini-v1";

  /** Encrypted reasoning of OpenAI. */
  public static final String OPENAI = "openai-responses-v1";

  /** Who made it was not said. */
  public static final String UNKNOWN = "unknown";

  public Signature {
    if (text.isEmpty() || issuer.isEmpty()) {
      throw new IllegalArgumentException("a signature needs a text and an issuer");
    }
  }
}
