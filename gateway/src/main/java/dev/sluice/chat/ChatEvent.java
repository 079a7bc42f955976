package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a streamed answer, in no protocol's words. A stream is one {@link Start}, then pieces
 * of its choices in any order, one {@link Finish} for each choice, {@link UsageReport}s of which
 * each takes the place of the one before, and at last {@link End} or {@link Failure}. A stream
 * without either was cut, whatever else it said.
 */
public sealed interface ChatEvent {

  /** The choice of events that speak of the whole answer. */
  int WHOLE_ANSWER = -1;

  /**
   * The answer begins.
   *
   * @param id the provider's id for it; {@code null} where it gave none
   * @param createdSeconds in seconds since 1970; {@link ChatResponse#UNKNOWN} where not said
   * @param model the model that answers; {@code null} where the provider did not say
   * @param tier the service tier that is used; {@code null} where the provider did not say yet
   * @param rest unknown fields, which hold for the whole stream
   */
  record Start(
      @Nullable String id,
      long createdSeconds,
      @Nullable String model,
      @Nullable String tier,
      Rest rest)
      implements ChatEvent {}

  /**
   * More text.
   *
   * @param choice from 0
   * @param text not empty
   */
  record TextDelta(int choice, String text) implements ChatEvent {}

  /**
   * More of the model's thoughts.
   *
   * @param choice from 0
   * @param block which run of thoughts; runs of one choice have rising numbers, with gaps allowed
   * @param form thoughts or a summary of them
   * @param text not empty
   */
  record ReasoningDelta(int choice, int block, Part.Thinking.Form form, String text)
      implements ChatEvent {}

  /**
   * The provider's seal on a run of thoughts. Deltas that come for the same run go behind each
   * other.
   *
   * @param choice from 0
   * @param block as in {@link ReasoningDelta}
   */
  record ReasoningSignature(int choice, int block, Signature signature) implements ChatEvent {}

  /**
   * Thoughts that only their provider can read.
   *
   * @param choice from 0
   * @param block as in {@link ReasoningDelta}; a run of its own
   */
  record SealedReasoning(int choice, int block, Signature sealed) implements ChatEvent {}

  /**
   * More of a refusal.
   *
   * @param choice from 0
   * @param text not empty
   */
  record RefusalDelta(int choice, String text) implements ChatEvent {}

  /**
   * A tool call begins. It is complete when its choice finishes, never because its arguments look
   * complete.
   *
   * @param choice from 0
   * @param call which call of the choice: 0, 1, 2 and so on without gaps, whatever the provider
   *     counts
   * @param id never empty
   * @param name never empty
   * @param kind what its arguments are
   * @param signature the provider's seal on it; {@code null} for none
   */
  record ToolCallStart(
      int choice,
      int call,
      String id,
      String name,
      Part.ToolCall.Kind kind,
      @Nullable Signature signature)
      implements ChatEvent {}

  /**
   * More of a tool call's arguments.
   *
   * @param choice from 0
   * @param call as in {@link ToolCallStart}
   * @param arguments not empty
   */
  record ToolCallDelta(int choice, int call, String arguments) implements ChatEvent {}

  /**
   * Where a statement comes from.
   *
   * @param choice from 0
   */
  record CitationFound(int choice, Citation citation) implements ChatEvent {}

  /**
   * More sound.
   *
   * @param choice from 0
   * @param audio exactly as it came
   */
  record AudioDelta(int choice, Json audio) implements ChatEvent {}

  /**
   * Log probabilities of the text that came last.
   *
   * @param choice from 0
   * @param logprobs exactly as they came
   */
  record LogprobsDelta(int choice, Json logprobs) implements ChatEvent {}

  /**
   * A piece that only its own protocol has a word for.
   *
   * @param choice from 0
   */
  record ForeignPart(int choice, Part.Foreign part) implements ChatEvent {}

  /**
   * Unknown fields that came on the way.
   *
   * @param choice from 0, or {@link #WHOLE_ANSWER}
   */
  record Extra(int choice, Rest rest) implements ChatEvent {}

  /**
   * A choice is complete.
   *
   * @param choice from 0
   */
  record Finished(int choice, Finish finish) implements ChatEvent {}

  /**
   * Tokens so far, all told.
   *
   * @param usage takes the place of what was reported before
   * @param rest unknown fields of the report
   */
  record UsageReport(Usage usage, Rest rest) implements ChatEvent {}

  /** The answer is complete: the provider said so in its protocol's way. */
  record End() implements ChatEvent {}

  /** The provider broke the answer off. */
  record Failure(Fault fault) implements ChatEvent {}
}
