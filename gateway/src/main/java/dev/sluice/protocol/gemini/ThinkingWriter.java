package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities.Level;
import dev.sluice.protocol.gemini.GeminiAbilities.Reasoning;
import dev.sluice.protocol.gemini.GeminiRequestOptions.ThoughtsWanted;
import org.jspecify.annotations.Nullable;

/** Writes {@code thinkingConfig}: how hard to think, by a budget or by a level. */
final class ThinkingWriter {

  /** The budget with which the model decides for itself. */
  private static final long DYNAMIC = -1;

  private final GeminiRequestOptions options;
  private final JsonWriter out;
  private final Losses losses;

  ThinkingWriter(GeminiRequestOptions options, JsonWriter out, Losses losses) {
    this.options = options;
    this.out = out;
    this.losses = losses;
  }

  /** What to say: each may be {@code null} for nothing. */
  private record Wish(@Nullable Long budget, @Nullable Level level) {
    private static final Wish NONE = new Wish(null, null);
  }

  /** Writes the member, unless nothing is to be said. */
  void write(ReasoningSettings reasoning, @Nullable Json left) {
    Wish wish = wish(reasoning);
    Boolean shown = shown(reasoning);
    if (wish.equals(Wish.NONE) && shown == null && left == null) {
      return;
    }
    out.name(RequestReader.THINKING).beginObject();
    out.member("includeThoughts", shown);
    out.member("thinkingBudget", wish.budget());
    if (wish.level() != null) {
      out.name("thinkingLevel").text(wish.level().name());
    }
    if (left != null) {
      Members.write(out, left, "");
    }
    out.endObject();
  }

  private Wish wish(ReasoningSettings reasoning) {
    boolean silent =
        reasoning.mode() == Mode.UNSTATED
            && reasoning.effort() == null
            && reasoning.budgetTokens() == null;
    if (silent) {
      return Wish.NONE;
    }
    return switch (options.abilities().reasoning()) {
      case Reasoning.None _ -> {
        if (reasoning.mode() != Mode.OFF && reasoning.effort() != Effort.NONE) {
          losses.add("reasoning_effort");
        }
        yield Wish.NONE;
      }
      case Reasoning.Budget range -> new Wish(budget(reasoning, range), null);
      case Reasoning.Levels known -> levelled(reasoning, known);
    };
  }

  private static @Nullable Long budget(ReasoningSettings reasoning, Reasoning.Budget range) {
    Long told = reasoning.budgetTokens();
    if (reasoning.mode() == Mode.OFF) {
      return range.tokensMin();
    }
    if (told != null) {
      return Math.clamp(told, range.tokensMin(), range.tokensMax());
    }
    if (reasoning.mode() == Mode.ADAPTIVE) {
      return DYNAMIC;
    }
    Effort effort = reasoning.effort();
    if (effort == null) {
      return DYNAMIC;
    }
    return Math.clamp(tokens(effort), range.tokensMin(), range.tokensMax());
  }

  private static long tokens(Effort effort) {
    return switch (effort) {
      case NONE -> 0;
      case MINIMAL -> 512;
      case LOW -> 1_024;
      case MEDIUM -> 2_048;
      case HIGH -> 4_096;
      case XHIGH -> 8_192;
      case MAX -> 16_384;
    };
  }

  /** Models with levels still take a budget, but never both. */
  private static Wish levelled(ReasoningSettings reasoning, Reasoning.Levels known) {
    if (reasoning.mode() == Mode.OFF) {
      return new Wish(null, nearest(Level.MINIMAL, known));
    }
    if (reasoning.budgetTokens() != null) {
      return new Wish(reasoning.budgetTokens(), null);
    }
    Effort effort = reasoning.effort();
    if (effort == null) {
      // They think unless told otherwise.
      return Wish.NONE;
    }
    return new Wish(null, nearest(level(effort), known));
  }

  private static Level level(Effort effort) {
    return switch (effort) {
      case NONE, MINIMAL -> Level.MINIMAL;
      case LOW -> Level.LOW;
      case MEDIUM -> Level.MEDIUM;
      case HIGH, XHIGH, MAX -> Level.HIGH;
    };
  }

  /** The level itself, or else the next above it, or else the highest below. */
  private static Level nearest(Level wanted, Reasoning.Levels known) {
    Level below = null;
    for (Level level : Level.values()) {
      if (known.levels().contains(level)) {
        if (level.compareTo(wanted) >= 0) {
          return level;
        }
        below = level;
      }
    }
    return below == null ? wanted : below;
  }

  private @Nullable Boolean shown(ReasoningSettings reasoning) {
    if (options.abilities().reasoning() instanceof Reasoning.None) {
      return null;
    }
    return switch (reasoning.disclosure()) {
      case SHOWN, SUMMARY -> true;
      case HIDDEN -> false;
      case UNSTATED ->
          (options.thoughts() == ThoughtsWanted.WHERE_IT_THINKS && thinks(reasoning)) ? true : null;
    };
  }

  private static boolean thinks(ReasoningSettings reasoning) {
    return switch (reasoning.mode()) {
      case OFF -> false;
      case ON, ADAPTIVE -> true;
      case UNSTATED ->
          reasoning.budgetTokens() != null
              || (reasoning.effort() != null && reasoning.effort() != Effort.NONE);
    };
  }

  /** The effort that a level names; {@code null} for none that is known. */
  static @Nullable Effort effort(String level) {
    return switch (level) {
      case "MINIMAL", "minimal" -> Effort.MINIMAL;
      case "LOW", "low" -> Effort.LOW;
      case "MEDIUM", "medium" -> Effort.MEDIUM;
      case "HIGH", "high" -> Effort.HIGH;
      default -> null;
    };
  }
}
