package dev.sluice.protocol.openai;

import dev.sluice.chat.ReasoningSettings.Effort;
import org.jspecify.annotations.Nullable;

/** The words of {@code reasoning_effort}. */
final class Efforts {

  /** Budgets up to here are a low effort. */
  private static final long LOW_TOKENS_MAX = 2_048;

  /** Budgets up to here are a medium one. */
  private static final long MEDIUM_TOKENS_MAX = 8_192;

  private Efforts() {}

  /** The effort that the word names; {@code null} for none that is known. */
  static @Nullable Effort of(String word) {
    return switch (word) {
      case "none" -> Effort.NONE;
      case "minimal" -> Effort.MINIMAL;
      case "low" -> Effort.LOW;
      case "medium" -> Effort.MEDIUM;
      case "high" -> Effort.HIGH;
      case "xhigh" -> Effort.XHIGH;
      case "max" -> Effort.MAX;
      default -> null;
    };
  }

  /** The word. */
  static String word(Effort effort) {
    return switch (effort) {
      case NONE -> "none";
      case MINIMAL -> "minimal";
      case LOW -> "low";
      case MEDIUM -> "medium";
      case HIGH -> "high";
      case XHIGH -> "xhigh";
      case MAX -> "max";
    };
  }

  /** The effort that comes nearest to a budget in tokens. */
  static Effort ofBudget(long tokens) {
    if (tokens <= 0) {
      return Effort.NONE;
    }
    if (tokens <= LOW_TOKENS_MAX) {
      return Effort.LOW;
    }
    return tokens <= MEDIUM_TOKENS_MAX ? Effort.MEDIUM : Effort.HIGH;
  }
}
