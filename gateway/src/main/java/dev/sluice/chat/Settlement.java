package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * What one exchange came to, once it has ended in whatever way.
 *
 * @param requestId the request's id
 * @param dialect the front door it came by
 * @param provider who answered or was tried last; {@code null} where nobody was asked
 * @param model as that provider calls it; {@code null} where nobody was asked
 * @param outcome how it ended
 * @param status the HTTP status that the client saw; 0 where it left before one was sent
 * @param shape whether the answer was whole or streamed
 * @param attempts how many targets were called
 * @param usage what the provider reported
 * @param nanos how long it all took
 */
public record Settlement(
    String requestId,
    String dialect,
    @Nullable String provider,
    @Nullable String model,
    Outcome outcome,
    int status,
    Shape shape,
    int attempts,
    Usage usage,
    Nanos nanos) {

  /** How an exchange ended. */
  public enum Outcome {
    /** The answer was complete. */
    COMPLETED,
    /** The client got an error in place of an answer. */
    REFUSED,
    /** The answer broke off after its first byte. */
    BROKEN,
    /** The client left. */
    ABANDONED
  }

  /** How an answer was delivered. */
  public enum Shape {
    WHOLE,
    STREAM
  }

  /**
   * Durations in nanoseconds.
   *
   * @param total from the request's head to the answer's end
   * @param firstByte from the request's end to the answer's first byte; -1 where there was none
   * @param own the gateway's own part of it: from the request's end to the first call, and from the
   *     upstream's first word to passing it on; -1 where nobody was called
   */
  public record Nanos(long total, long firstByte, long own) {}
}
