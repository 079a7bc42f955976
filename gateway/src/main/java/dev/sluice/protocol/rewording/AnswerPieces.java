package dev.sluice.protocol.rewording;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.Part;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a streamed answer as a protocol with one choice writes them; see {@link OneChoice}.
 *
 * @param <S> where frames go
 */
public interface AnswerPieces<S> {

  /** The stream begins; nothing has to be written yet. */
  void start(ChatEvent.Start start);

  /** More text. */
  void text(String text, S to);

  /** More of a refusal. */
  void refusal(String text, S to);

  /** More of a thought. */
  void thought(ChatEvent.ReasoningDelta delta, S to);

  /** A thought's seal. */
  void seal(ChatEvent.ReasoningSignature seal, S to);

  /** A thought of which nothing but the seal is told. */
  void sealed(ChatEvent.SealedReasoning sealed, S to);

  /** A call begins. */
  void call(ChatEvent.ToolCallStart call, S to);

  /** More of a call's arguments. */
  void arguments(ChatEvent.ToolCallDelta delta, S to);

  /** A source of what was said. */
  void citation(ChatEvent.CitationFound found, S to);

  /** A part that only one protocol knows. */
  void foreign(Part.Foreign part, S to);

  /** Unknown fields. */
  void extra(ChatEvent.Extra more);

  /** What the answer takes, as far as it is known; the last report counts. */
  void usage(ChatEvent.UsageReport report);

  /**
   * The answer is whole: what ends it is written.
   *
   * @param finish why it ended; {@code null} where nobody said
   */
  void end(@Nullable Finish finish, S to);
}
