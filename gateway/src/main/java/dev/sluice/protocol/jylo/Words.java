package dev.sluice.protocol.jylo;

import dev.sluice.chat.Finish;
import org.jspecify.annotations.Nullable;

/** The words for why an answer ended, which the page leaves open; OpenAI's, as its field is. */
final class Words {

  /** The model would not answer: there is no field for that, and a client must be able to tell. */
  static final String REFUSED = "content_filter";

  private Words() {}

  /** The word; {@code null} where the provider did not say. */
  static @Nullable String finishReason(@Nullable Finish finish) {
    if (finish == null) {
      return null;
    }
    return switch (finish.reason()) {
      case STOP, OTHER -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER -> REFUSED;
      case FUNCTION_CALL -> "function_call";
      case ERROR -> "error";
    };
  }
}
