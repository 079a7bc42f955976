package dev.sluice.chat;

/**
 * Puts a {@link Usage} together. Owned by one thread. What is not set is unknown; negative figures
 * are taken as unknown, too.
 */
public final class UsageBuilder {

  /** No answer has more; whoever says so would spoil all sums. */
  private static final long TOKENS_MAX = 1_000_000_000_000L;

  private long prompt = Usage.UNKNOWN;
  private long completion = Usage.UNKNOWN;
  private long total = Usage.UNKNOWN;
  private long cached = Usage.UNKNOWN;
  private long cacheWrite = Usage.UNKNOWN;
  private long cacheWriteHour = Usage.UNKNOWN;
  private long reasoning = Usage.UNKNOWN;
  private long audioPrompt = Usage.UNKNOWN;
  private long audioCompletion = Usage.UNKNOWN;
  private long webSearches = Usage.UNKNOWN;
  private Usage.Origin origin = Usage.Origin.REPORTED;

  UsageBuilder() {}

  /** All tokens of the prompt, cached ones included. */
  public UsageBuilder prompt(long tokens) {
    prompt = known(tokens);
    return this;
  }

  /**
   * All tokens of the prompt, from the figures of a provider that keeps them apart: Anthropic's and
   * Bedrock's input leaves out what was read from the cache and written to it.
   *
   * @param uncached tokens that have nothing to do with the cache; where they are unknown, so is
   *     the prompt
   * @param read tokens read from the cache
   * @param written tokens written to the cache, for however long
   */
  public UsageBuilder promptFromParts(long uncached, long read, long written) {
    cached = known(read);
    cacheWrite = known(written);
    long fresh = known(uncached);
    prompt =
        fresh == Usage.UNKNOWN
            ? Usage.UNKNOWN
            : known(fresh + Math.max(0, cached) + Math.max(0, cacheWrite));
    return this;
  }

  /** All tokens of the answer, reasoning included. */
  public UsageBuilder completion(long tokens) {
    completion = known(tokens);
    return this;
  }

  /** The sum as reported. */
  public UsageBuilder total(long tokens) {
    total = known(tokens);
    return this;
  }

  /** Prompt tokens read from the cache. */
  public UsageBuilder cached(long tokens) {
    cached = known(tokens);
    return this;
  }

  /** Prompt tokens written to the cache, for however long. */
  public UsageBuilder cacheWrite(long tokens) {
    cacheWrite = known(tokens);
    return this;
  }

  /** Prompt tokens written to the cache for an hour. */
  public UsageBuilder cacheWriteHour(long tokens) {
    cacheWriteHour = known(tokens);
    return this;
  }

  /** Completion tokens spent on reasoning. */
  public UsageBuilder reasoning(long tokens) {
    reasoning = known(tokens);
    return this;
  }

  /** Prompt tokens of audio. */
  public UsageBuilder audioPrompt(long tokens) {
    audioPrompt = known(tokens);
    return this;
  }

  /** Completion tokens of audio. */
  public UsageBuilder audioCompletion(long tokens) {
    audioCompletion = known(tokens);
    return this;
  }

  /** Searches that the provider ran. */
  public UsageBuilder webSearches(long calls) {
    webSearches = known(calls);
    return this;
  }

  /** Who counted. */
  public UsageBuilder origin(Usage.Origin counter) {
    origin = counter;
    return this;
  }

  /** The usage as told so far. */
  public Usage build() {
    return new Usage(
        prompt,
        completion,
        total,
        cached,
        cacheWrite,
        cacheWriteHour,
        reasoning,
        audioPrompt,
        audioCompletion,
        webSearches,
        origin);
  }

  private static long known(long tokens) {
    return tokens < 0 || tokens > TOKENS_MAX ? Usage.UNKNOWN : tokens;
  }
}
