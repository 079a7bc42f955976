package dev.sluice.chat;

/**
 * Tokens of one answer, by OpenAI's conventions: the prompt includes what was read from the cache
 * and written to it, the completion includes reasoning. {@link #UNKNOWN} in a component means that
 * the provider did not say, which is not the same as zero.
 *
 * @param promptTokens all tokens of the prompt
 * @param completionTokens all tokens of the answer
 * @param totalTokens as reported
 * @param cachedTokens prompt tokens read from the provider's cache
 * @param cacheWriteTokens prompt tokens written to the provider's cache, for however long
 * @param cacheWriteHourTokens those among them that are kept for an hour, which cost more
 * @param reasoningTokens completion tokens spent on reasoning
 * @param audioPromptTokens prompt tokens of audio
 * @param audioCompletionTokens completion tokens of audio
 * @param webSearches searches that the provider ran for the answer, which cost by the call
 * @param origin who counted
 */
public record Usage(
    long promptTokens,
    long completionTokens,
    long totalTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long cacheWriteHourTokens,
    long reasoningTokens,
    long audioPromptTokens,
    long audioCompletionTokens,
    long webSearches,
    Origin origin) {

  /** The provider did not report this figure. */
  public static final long UNKNOWN = -1;

  /** Nothing was reported. */
  public static final Usage NONE = builder().build();

  /** Who counted. */
  public enum Origin {
    /** The provider. */
    REPORTED,
    /** The gateway, since the provider said nothing: a guess, and marked as one. */
    ESTIMATED
  }

  /** A report of the provider's that knows nothing of hours and searches. */
  public Usage(
      long promptTokens,
      long completionTokens,
      long totalTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long reasoningTokens,
      long audioPromptTokens,
      long audioCompletionTokens) {
    this(
        promptTokens,
        completionTokens,
        totalTokens,
        cachedTokens,
        cacheWriteTokens,
        UNKNOWN,
        reasoningTokens,
        audioPromptTokens,
        audioCompletionTokens,
        UNKNOWN,
        Origin.REPORTED);
  }

  /** A builder with nothing known, reported by the provider. */
  public static UsageBuilder builder() {
    return new UsageBuilder();
  }

  /** Whether at least the prompt's or the completion's tokens are known. */
  public boolean isReported() {
    return promptTokens != UNKNOWN || completionTokens != UNKNOWN;
  }

  /**
   * What both cost. What one of them does not know counts as none, unless neither knows it; a total
   * that is missing is the sum of its parts, where they are known.
   */
  public Usage plus(Usage other) {
    return new Usage(
        sum(promptTokens, other.promptTokens),
        sum(completionTokens, other.completionTokens),
        sum(total(), other.total()),
        sum(cachedTokens, other.cachedTokens),
        sum(cacheWriteTokens, other.cacheWriteTokens),
        sum(cacheWriteHourTokens, other.cacheWriteHourTokens),
        sum(reasoningTokens, other.reasoningTokens),
        sum(audioPromptTokens, other.audioPromptTokens),
        sum(audioCompletionTokens, other.audioCompletionTokens),
        sum(webSearches, other.webSearches),
        origin == Origin.ESTIMATED ? origin : other.origin);
  }

  private long total() {
    return totalTokens == UNKNOWN && promptTokens != UNKNOWN && completionTokens != UNKNOWN
        ? promptTokens + completionTokens
        : totalTokens;
  }

  private static long sum(long one, long other) {
    return one == UNKNOWN || other == UNKNOWN ? Math.max(one, other) : one + other;
  }

  /**
   * Prompt tokens that were neither read from a cache nor written to it; unknown where the prompt
   * is. A figure that is missing counts as none, and the result is never negative: some providers
   * report more cached tokens than the prompt has.
   */
  public long uncachedTokens() {
    if (promptTokens == UNKNOWN) {
      return UNKNOWN;
    }
    return Math.max(0, promptTokens - Math.max(0, cachedTokens) - Math.max(0, cacheWriteTokens));
  }

  /**
   * Prompt tokens written to a cache for five minutes; unknown where nothing is known of writes.
   */
  public long cacheWriteFiveMinuteTokens() {
    if (cacheWriteTokens == UNKNOWN) {
      return UNKNOWN;
    }
    return Math.max(0, cacheWriteTokens - Math.max(0, cacheWriteHourTokens));
  }

  /** Completion tokens that are no reasoning; unknown where the completion is; never negative. */
  public long answerTokens() {
    if (completionTokens == UNKNOWN) {
      return UNKNOWN;
    }
    return Math.max(0, completionTokens - Math.max(0, reasoningTokens));
  }
}
