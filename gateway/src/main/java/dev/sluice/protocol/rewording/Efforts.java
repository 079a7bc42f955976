package dev.sluice.protocol.rewording;

import dev.sluice.chat.ReasoningSettings.Effort;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words of {@code output_config.effort}, and the budgets that stand for efforts. */
public final class Efforts {

  private Efforts() {}

  /** The effort that the word names; {@code null} for none that is known. */
  public static @Nullable Effort of(String word) {
    return switch (word) {
      case "low" -> Effort.LOW;
      case "medium" -> Effort.MEDIUM;
      case "high" -> Effort.HIGH;
      case "xhigh" -> Effort.XHIGH;
      case "max" -> Effort.MAX;
      default -> null;
    };
  }

  /** The word. */
  public static String word(Effort effort) {
    return switch (effort) {
      case NONE, MINIMAL, LOW -> "low";
      case MEDIUM -> "medium";
      case HIGH -> "high";
      case XHIGH -> "xhigh";
      case MAX -> "max";
    };
  }

  /** The one among {@code known} that comes nearest from below, or else from above. */
  public static @Nullable Effort nearest(Effort wanted, Set<Effort> known) {
    Effort best = null;
    for (Effort candidate : known) {
      if (best == null || isNearer(candidate, best, wanted)) {
        best = candidate;
      }
    }
    return best;
  }

  private static boolean isNearer(Effort candidate, Effort best, Effort wanted) {
    boolean candidateFits = candidate.compareTo(wanted) <= 0;
    boolean bestFits = best.compareTo(wanted) <= 0;
    if (candidateFits != bestFits) {
      return candidateFits;
    }
    return candidateFits ? candidate.compareTo(best) > 0 : candidate.compareTo(best) < 0;
  }

  /** The tokens that an effort may take where a model wants a number. */
  public static long budgetTokens(Effort effort) {
    return switch (effort) {
      case NONE -> 0;
      case MINIMAL -> 1_024;
      case LOW -> 2_048;
      case MEDIUM -> 8_192;
      case HIGH -> 16_384;
      case XHIGH -> 32_768;
      case MAX -> 65_536;
    };
  }

  /** The effort that comes nearest to a budget. */
  public static Effort ofBudget(long tokens) {
    for (Effort effort : Effort.values()) {
      if (tokens <= budgetTokens(effort)) {
        return effort;
      }
    }
    return Effort.MAX;
  }
}
