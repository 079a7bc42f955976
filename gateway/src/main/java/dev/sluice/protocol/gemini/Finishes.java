package dev.sluice.protocol.gemini;

import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.json.JsonReader;
import org.jspecify.annotations.Nullable;

/** The words of {@code finishReason}. */
final class Finishes {

  private Finishes() {}

  /**
   * Reads the word at hand; {@code null} for none. Vertex writes numbers for clients that ask for
   * them; those beyond the fifth mean different things on its two platforms.
   */
  static @Nullable String word(JsonReader in) {
    String word = Gemini.looseText(in);
    return switch (word) {
      case null -> null;
      case "", "0", "FINISH_REASON_UNSPECIFIED" -> null;
      case "1" -> "STOP";
      case "2" -> "MAX_TOKENS";
      case "3" -> "SAFETY";
      case "4" -> "RECITATION";
      default -> word;
    };
  }

  /**
   * The end that a candidate tells.
   *
   * @param calls how many tools it called; the wire has no word of its own for that
   */
  static Finish of(String word, int calls) {
    FinishReason reason = reason(word);
    if (calls > 0 && (reason == FinishReason.STOP || reason == FinishReason.OTHER)) {
      return new Finish(FinishReason.TOOL_CALLS, word, null);
    }
    return new Finish(reason, reason == FinishReason.STOP ? null : word, null);
  }

  private static FinishReason reason(String word) {
    return switch (word) {
      case "STOP" -> FinishReason.STOP;
      case "MAX_TOKENS" -> FinishReason.LENGTH;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "LANGUAGE",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          FinishReason.CONTENT_FILTER;
      case "MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE" ->
          FinishReason.ERROR;
      default -> FinishReason.OTHER;
    };
  }

  /** The end of a prompt that was blocked. */
  static Finish blocked(String blockReason) {
    return new Finish(FinishReason.CONTENT_FILTER, blockReason, null);
  }

  /** The word for {@code finish}. */
  static String word(Finish finish) {
    String own = finish.providerReason();
    if (own != null && reason(own) == finish.reason() && finish.reason() != FinishReason.OTHER) {
      return own;
    }
    return switch (finish.reason()) {
      case STOP, TOOL_CALLS, FUNCTION_CALL -> own != null && isOwn(own) ? own : "STOP";
      case LENGTH -> "MAX_TOKENS";
      case CONTENT_FILTER -> "SAFETY";
      case ERROR -> "OTHER";
      case OTHER -> own != null && isOwn(own) ? own : "OTHER";
    };
  }

  /** Whether the word looks like one of this protocol's: no other one shouts. */
  private static boolean isOwn(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if ((c < 'A' || c > 'Z') && c != '_') {
        return false;
      }
    }
    return !word.isEmpty();
  }
}
