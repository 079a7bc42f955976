package dev.sluice.protocol.gemini;

/**
 * How an answer is to be read.
 *
 * @param names what {@link GeminiRequests#encode} called the tools
 * @param toolTokens what becomes of prompt tokens that the provider's own tools fed to the model
 */
public record GeminiReading(GeminiToolNames names, ToolTokens toolTokens) {

  /** No tool was renamed; the prompt is as reported. */
  public static final GeminiReading PLAIN =
      new GeminiReading(GeminiToolNames.NONE, ToolTokens.BESIDE);

  /**
   * What becomes of {@code toolUsePromptTokenCount}, which the wire counts in the total but not in
   * the prompt.
   */
  public enum ToolTokens {
    /** They are the total's alone, as the provider reports it. */
    BESIDE,
    /** They are the prompt's, too, so that prompt and completion come to the total. */
    IN_PROMPT
  }
}
