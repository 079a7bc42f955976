package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.protocol.rewording.Disguise;
import org.jspecify.annotations.Nullable;

/** The words of {@code stop_reason}. */
final class Finishes {

  private Finishes() {}

  /**
   * The end that an answer tells.
   *
   * @param word {@code stop_reason}
   * @param stopSequence {@code stop_sequence}
   * @param disguise the request's
   */
  static Finish of(String word, @Nullable String stopSequence, Disguise disguise) {
    FinishReason reason = reason(word);
    if (reason == FinishReason.TOOL_CALLS && disguise.isAnswerByTool()) {
      // The call was the answer.
      reason = FinishReason.STOP;
    }
    return new Finish(reason, word, stopSequence);
  }

  private static FinishReason reason(String word) {
    return switch (word) {
      // A turn that pauses goes on when the client sends it again; to other clients it has ended.
      case "end_turn", "stop_sequence", "pause_turn" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "refusal" -> FinishReason.CONTENT_FILTER;
      default -> FinishReason.OTHER;
    };
  }

  /** The word for {@code finish}; the provider's own where it is this protocol's. */
  static String word(Finish finish) {
    String own = finish.providerReason();
    if (own != null && finish.reason() != FinishReason.OTHER && reason(own) == finish.reason()) {
      return own;
    }
    return switch (finish.reason()) {
      case STOP -> finish.stopSequence() == null ? "end_turn" : "stop_sequence";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS, FUNCTION_CALL -> "tool_use";
      case CONTENT_FILTER -> "refusal";
      // Clients know no other words.
      case ERROR, OTHER -> "end_turn";
    };
  }

  /** The same end, of an answer that refuses in so many words. */
  static Finish refused(Finish finish) {
    return finish.reason() == FinishReason.STOP
        ? new Finish(FinishReason.CONTENT_FILTER, null, finish.stopSequence())
        : finish;
  }
}
