package dev.sluice.protocol.cohere;

import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;

/** The words of {@code finish_reason}. */
final class Finishes {

  /** What makes a stream's end a failure. */
  static final String ERROR = "ERROR";

  static final String TIMEOUT = "TIMEOUT";

  private Finishes() {}

  /** The end that an answer tells. */
  static Finish of(String word) {
    return new Finish(reason(word), word, null);
  }

  private static FinishReason reason(String word) {
    return switch (word) {
      case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.STOP;
      case "MAX_TOKENS" -> FinishReason.LENGTH;
      case "TOOL_CALL" -> FinishReason.TOOL_CALLS;
      case ERROR, TIMEOUT -> FinishReason.ERROR;
      default -> FinishReason.OTHER;
    };
  }

  /** Whether the word says that the provider gave up. */
  static boolean isFailure(String word) {
    return reason(word) == FinishReason.ERROR;
  }

  /** The word for {@code finish}; the provider's own where it is this protocol's. */
  static String word(Finish finish) {
    String own = finish.providerReason();
    if (own != null && finish.reason() != FinishReason.OTHER && reason(own) == finish.reason()) {
      return own;
    }
    return switch (finish.reason()) {
      case STOP -> finish.stopSequence() == null ? "COMPLETE" : "STOP_SEQUENCE";
      case LENGTH -> "MAX_TOKENS";
      case TOOL_CALLS, FUNCTION_CALL -> "TOOL_CALL";
      // There is no word for an answer that was kept back; it must not look complete.
      case CONTENT_FILTER, ERROR -> ERROR;
      // Clients know no other words.
      case OTHER -> "COMPLETE";
    };
  }
}
