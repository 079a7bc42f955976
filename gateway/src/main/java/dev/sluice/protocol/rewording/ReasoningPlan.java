package dev.sluice.protocol.rewording;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a request asks for thinking, and how long its answer may be, which depend on each other.
 *
 * @param thinking what {@code thinking.type} says
 * @param budgetTokens with {@link Thinking#ENABLED}; less than {@code tokensMax}
 * @param effort what {@code output_config.effort} says; {@code null} for nothing
 * @param tokensMax the longest answer
 */
public record ReasoningPlan(
    Thinking thinking, long budgetTokens, @Nullable Effort effort, long tokensMax) {

  /** What {@code thinking.type} says. */
  public enum Thinking {
    UNSTATED,
    DISABLED,
    ENABLED,
    ADAPTIVE
  }

  /** How a model can be asked to think. */
  public enum Kind {
    /** Not at all. */
    NONE,
    /** For a number of tokens. */
    BUDGET,
    /** For a number of tokens, or as long as it sees fit. */
    BUDGET_OR_ADAPTIVE,
    /** As long as it sees fit. */
    ADAPTIVE
  }

  /**
   * What a model takes.
   *
   * @param outputTokensMax the longest answer in tokens, reasoning included; {@link #UNKNOWN} where
   *     it is not known
   * @param kind how it can be asked to think
   * @param efforts the words that it has for efforts; may be empty
   * @param shortage what gives way where thinking would not leave room for an answer
   */
  public record Rules(long outputTokensMax, Kind kind, Set<Effort> efforts, Shortage shortage) {}

  /** A figure that is not known. */
  public static final long UNKNOWN = -1;

  /** The provider refuses smaller budgets. */
  public static final long BUDGET_TOKENS_LEAST = 1_024;

  /** The longest answer where neither the client nor the catalogue knows one. */
  public static final long TOKENS_MAX_OTHERWISE = 4_096;

  /** An answer keeps at least one part in so many of its tokens from a budget made up here. */
  private static final long ANSWER_SHARE = 5;

  /**
   * The plan of a request.
   *
   * @param forced whether the model must call a tool
   * @param conversation what was said before
   * @param losses gets what gives way
   */
  public static ReasoningPlan of(
      ChatRequest request, Rules rules, Forced forced, Conversation conversation, Losses losses) {
    ReasoningSettings asked = request.reasoning();
    long tokensMax = tokensMax(request.output().tokensMax(), rules.outputTokensMax());
    if (asked.mode() == Mode.OFF || asked.effort() == Effort.NONE) {
      Thinking off = rules.kind() == Kind.NONE ? Thinking.UNSTATED : Thinking.DISABLED;
      // The newest models refuse to try their hardest without a thought.
      return new ReasoningPlan(off, 0, effort(asked, rules, Effort.HIGH), tokensMax);
    }
    if (asked.mode() == Mode.UNSTATED && asked.effort() == null && asked.budgetTokens() == null) {
      return new ReasoningPlan(Thinking.UNSTATED, 0, null, tokensMax);
    }
    if (rules.kind() == Kind.NONE) {
      losses.add(field(asked));
      return new ReasoningPlan(Thinking.UNSTATED, 0, null, tokensMax);
    }
    Effort effort = effort(asked, rules, Effort.MAX);
    if (isAdaptive(asked, rules.kind())) {
      if (asked.budgetTokens() != null) {
        losses.add("reasoning.max_tokens");
        if (effort == null) {
          effort = Efforts.nearest(Efforts.ofBudget(asked.budgetTokens()), rules.efforts());
        }
      }
      return new ReasoningPlan(Thinking.ADAPTIVE, 0, effort, tokensMax);
    }
    // Who thinks as it sees fit may be forced, and may have lost its thoughts; who has a budget may
    // not.
    if (forced == Forced.YES || conversation.hasLostThoughts()) {
      losses.add(field(asked));
      return new ReasoningPlan(Thinking.DISABLED, 0, effort, tokensMax);
    }
    return budgeted(asked, effort, rules, tokensMax, losses);
  }

  /** Whether the model must call a tool. */
  public enum Forced {
    YES,
    NO
  }

  private static boolean isAdaptive(ReasoningSettings asked, Kind kind) {
    return switch (kind) {
      case NONE, BUDGET -> false;
      case BUDGET_OR_ADAPTIVE -> asked.mode() == Mode.ADAPTIVE || asked.budgetTokens() == null;
      case ADAPTIVE -> true;
    };
  }

  private static ReasoningPlan budgeted(
      ReasoningSettings asked,
      @Nullable Effort effort,
      Rules rules,
      long tokensMax,
      Losses losses) {
    Long given = asked.budgetTokens();
    Effort wanted = asked.effort() == null ? Effort.MEDIUM : asked.effort();
    long budget =
        Math.max(BUDGET_TOKENS_LEAST, given == null ? Efforts.budgetTokens(wanted) : given);
    long limit = tokensMax;
    if (budget >= limit && rules.shortage() == Shortage.MORE_TOKENS) {
      long sum = limit > Long.MAX_VALUE - budget ? Long.MAX_VALUE : limit + budget;
      limit = clamped(sum, rules.outputTokensMax());
    }
    long share = limit - limit / ANSWER_SHARE;
    boolean tooMuch = given == null ? budget > share : budget >= limit;
    if (tooMuch) {
      budget = share;
      if (given != null) {
        losses.add("reasoning.max_tokens");
      }
    }
    if (budget < BUDGET_TOKENS_LEAST) {
      losses.add(field(asked));
      return new ReasoningPlan(Thinking.DISABLED, 0, effort, tokensMax);
    }
    return new ReasoningPlan(Thinking.ENABLED, budget, effort, limit);
  }

  private static @Nullable Effort effort(ReasoningSettings asked, Rules rules, Effort most) {
    Effort effort = asked.effort();
    if (effort == null || effort == Effort.NONE || rules.efforts().isEmpty()) {
      return null;
    }
    return Efforts.nearest(effort.compareTo(most) > 0 ? most : effort, rules.efforts());
  }

  private static String field(ReasoningSettings asked) {
    return asked.effort() == null ? "reasoning" : "reasoning_effort";
  }

  private static long tokensMax(@Nullable Long asked, long most) {
    if (asked == null) {
      return most == UNKNOWN ? TOKENS_MAX_OTHERWISE : most;
    }
    return clamped(asked, most);
  }

  private static long clamped(long tokens, long most) {
    return most == UNKNOWN ? tokens : Math.min(tokens, most);
  }

  /** Whether the model will think. */
  public boolean thinks() {
    return thinking == Thinking.ENABLED || thinking == Thinking.ADAPTIVE;
  }
}
