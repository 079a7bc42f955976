package dev.sluice.protocol.rewording;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Finish;
import dev.sluice.chat.Losses;
import org.jspecify.annotations.Nullable;

/**
 * Hands a stream's events to a protocol that has one choice and tells at the very end why an answer
 * ended. Other choices, sound and probabilities are lost. After the end or a failure comes nothing.
 * One for each stream, owned by its thread.
 *
 * @param <S> where frames go
 */
public final class OneChoice<S> {

  private final AnswerPieces<S> pieces;
  private final Losses losses;
  private @Nullable Finish finish;
  private boolean ended;

  /**
   * A stream's.
   *
   * @param losses gets what can't be carried
   */
  public OneChoice(AnswerPieces<S> pieces, Losses losses) {
    this.pieces = pieces;
    this.losses = losses;
  }

  /** Nothing comes any more. */
  public void close() {
    ended = true;
  }

  /** Takes the next event. */
  public void take(ChatEvent event, S to) {
    if (ended) {
      return;
    }
    switch (event) {
      case ChatEvent.Start start -> pieces.start(start);
      case ChatEvent.TextDelta delta -> {
        if (isFirst(delta.choice())) {
          pieces.text(delta.text(), to);
        }
      }
      case ChatEvent.RefusalDelta delta -> {
        if (isFirst(delta.choice())) {
          pieces.refusal(delta.text(), to);
        }
      }
      case ChatEvent.ReasoningDelta delta -> {
        if (isFirst(delta.choice())) {
          pieces.thought(delta, to);
        }
      }
      case ChatEvent.ReasoningSignature seal -> {
        if (isFirst(seal.choice())) {
          pieces.seal(seal, to);
        }
      }
      case ChatEvent.SealedReasoning sealed -> {
        if (isFirst(sealed.choice())) {
          pieces.sealed(sealed, to);
        }
      }
      case ChatEvent.ToolCallStart call -> {
        if (isFirst(call.choice())) {
          pieces.call(call, to);
        }
      }
      case ChatEvent.ToolCallDelta delta -> {
        if (isFirst(delta.choice())) {
          pieces.arguments(delta, to);
        }
      }
      case ChatEvent.CitationFound found -> {
        if (isFirst(found.choice())) {
          pieces.citation(found, to);
        }
      }
      case ChatEvent.ForeignPart foreign -> {
        if (isFirst(foreign.choice())) {
          pieces.foreign(foreign.part(), to);
        }
      }
      case ChatEvent.AudioDelta _ -> losses.add("audio");
      case ChatEvent.LogprobsDelta _ -> losses.add("logprobs");
      case ChatEvent.Extra more -> pieces.extra(more);
      case ChatEvent.Finished last -> {
        if (isFirst(last.choice())) {
          finish = last.finish();
        }
      }
      case ChatEvent.UsageReport report -> pieces.usage(report);
      case ChatEvent.End _ -> {
        ended = true;
        pieces.end(finish, to);
      }
      case ChatEvent.Failure _ -> ended = true;
    }
  }

  private boolean isFirst(int choice) {
    if (choice == 0) {
      return true;
    }
    losses.add("choices");
    return false;
  }
}
