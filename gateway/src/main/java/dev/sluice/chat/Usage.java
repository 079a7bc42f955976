package dev.sluice.chat;

/**
 * Tokens of one answer, by OpenAI's conventions: the prompt includes cached tokens, the completion
 * includes reasoning. {@link #UNKNOWN} in a component means that the provider did not say, which is
 * not the same as zero.
 *
 * @param promptTokens all tokens of the prompt
 * @param completionTokens all tokens of the answer
 * @param totalTokens as reported
 * @param cachedTokens prompt tokens read from the provider's cache
 * @param cacheWriteTokens prompt tokens written to the provider's cache
 * @param reasoningTokens completion tokens spent on reasoning
 * @param audioPromptTokens prompt tokens of audio
 * @param audioCompletionTokens completion tokens of audio
 */
public record Usage(
    long promptTokens,
    long completionTokens,
    long totalTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long reasoningTokens,
    long audioPromptTokens,
    long audioCompletionTokens) {

  /** The provider did not report this figure. */
  public static final long UNKNOWN = -1;

  /** Nothing was reported. */
  public static final Usage NONE =
      new Usage(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

  /** Whether the provider reported at least the prompt's or the completion's tokens. */
  public boolean isReported() {
    return promptTokens != UNKNOWN || completionTokens != UNKNOWN;
  }
}
