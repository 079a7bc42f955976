package dev.sluice.protocol.openai;

import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonReader;
import org.jspecify.annotations.Nullable;

/** The words of {@code finish_reason}, and what servers of the wider family say in their place. */
final class Finishes {

  private Finishes() {}

  /** Reads {@code finish_reason}; {@code null} where a choice has none yet. */
  static @Nullable String read(JsonReader in) {
    String word = OpenAi.looseText(in);
    // Some providers say "" where others say null.
    return word == null || word.isEmpty() ? null : word;
  }

  /**
   * The end that a choice tells.
   *
   * @param word {@code finish_reason}
   * @param providerWord {@code native_finish_reason}; {@code null} where it is not there
   * @param stopSequence {@code stop_reason}, where it is a text; {@code null} where it is not
   */
  static Finish of(String word, @Nullable String providerWord, @Nullable String stopSequence) {
    FinishReason reason =
        switch (word) {
          case "stop", "eos", "end_turn", "stop_sequence" -> FinishReason.STOP;
          case "length", "max_tokens", "model_length" -> FinishReason.LENGTH;
          case "tool_calls", "tool_use" -> FinishReason.TOOL_CALLS;
          case "content_filter" -> FinishReason.CONTENT_FILTER;
          case "function_call" -> FinishReason.FUNCTION_CALL;
          case "error" -> FinishReason.ERROR;
          default -> FinishReason.OTHER;
        };
    String own = providerWord;
    if (own == null && (reason == FinishReason.OTHER || !word.equals(word(reason)))) {
      own = word;
    }
    return new Finish(reason, own, stopSequence);
  }

  /** The word for {@code finish}, towards a client that speaks of tools in that style. */
  static String word(Finish finish, ToolSettings.Style style) {
    FinishReason reason = finish.reason();
    return switch (style) {
      case TOOLS -> word(reason == FinishReason.FUNCTION_CALL ? FinishReason.TOOL_CALLS : reason);
      case FUNCTIONS ->
          word(reason == FinishReason.TOOL_CALLS ? FinishReason.FUNCTION_CALL : reason);
    };
  }

  private static String word(FinishReason reason) {
    return switch (reason) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER -> "content_filter";
      case FUNCTION_CALL -> "function_call";
      case ERROR -> "error";
      // Clients know no other words; the provider's own goes beside it.
      case OTHER -> "stop";
    };
  }
}
