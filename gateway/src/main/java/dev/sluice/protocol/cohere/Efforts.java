package dev.sluice.protocol.cohere;

import dev.sluice.chat.ReasoningSettings.Effort;

/** The budgets that stand for efforts, since the protocol knows tokens only. */
final class Efforts {

  private Efforts() {}

  /** The tokens that an effort may take. */
  static long budgetTokens(Effort effort) {
    return switch (effort) {
      case NONE -> 0;
      case MINIMAL -> 512;
      case LOW -> 2_048;
      case MEDIUM -> 8_192;
      case HIGH -> 16_384;
      case XHIGH, MAX -> 31_000;
    };
  }
}
