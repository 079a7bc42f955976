package dev.sluice.protocol.converse;

import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.protocol.rewording.Disguise;
import org.jspecify.annotations.Nullable;

/** The words of {@code stopReason}. */
final class Finishes {

  private Finishes() {}

  /**
   * The end that an answer tells.
   *
   * @param word {@code stopReason}
   * @param stopSequence the text that ended the answer, where the model says so
   * @param calls how many calls the answer holds that the client is to run
   */
  static Finish of(String word, @Nullable String stopSequence, int calls, Disguise disguise) {
    FinishReason reason = reason(word);
    if (reason == FinishReason.TOOL_CALLS && (disguise.isAnswerByTool() || calls == 0)) {
      // The call was the answer, or one that the provider runs itself.
      reason = FinishReason.STOP;
    }
    return new Finish(reason, word, reason == FinishReason.STOP ? stopSequence : null);
  }

  private static FinishReason reason(String word) {
    return switch (word) {
      case "end_turn", "stop_sequence" -> FinishReason.STOP;
      case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
      case "tool_use" -> FinishReason.TOOL_CALLS;
      case "guardrail_intervened", "content_filtered" -> FinishReason.CONTENT_FILTER;
      case "malformed_model_output", "malformed_tool_use" -> FinishReason.ERROR;
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
      case CONTENT_FILTER -> "content_filtered";
      case ERROR -> "malformed_model_output";
      // Clients know no other words.
      case OTHER -> "end_turn";
    };
  }

  /** The same end, of an answer that refuses in so many words. */
  static Finish refused(Finish finish) {
    return finish.reason() == FinishReason.STOP
        ? new Finish(FinishReason.CONTENT_FILTER, null, finish.stopSequence())
        : finish;
  }
}
