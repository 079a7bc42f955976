package dev.sluice.protocol.converse;

import dev.sluice.chat.Losses;
import dev.sluice.chat.ReasoningSettings;
import dev.sluice.chat.ReasoningSettings.Effort;
import dev.sluice.chat.ReasoningSettings.Mode;
import dev.sluice.chat.Rest;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities.Thinking;
import dev.sluice.protocol.rewording.Efforts;
import dev.sluice.protocol.rewording.ReasoningPlan;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of thinking among a model's own fields. Claude's way is planned together with
 * the answer's length; the others have a word for an effort, or none.
 *
 * @param plan Claude's way; {@code null} for the others
 * @param word what the others are told; {@code null} for nothing
 * @param off whether they are told not to think
 */
record ThinkingWriter(@Nullable ReasoningPlan plan, @Nullable Effort word, Switch off) {

  /** Whether thinking is switched off in so many words. */
  enum Switch {
    OFF,
    UNTOUCHED
  }

  private static final ThinkingWriter SILENT = new ThinkingWriter(null, null, Switch.UNTOUCHED);

  /** The kind of plan that Claude's models take; none for all others. */
  static ReasoningPlan.Kind kind(Thinking thinking) {
    return switch (thinking.kind()) {
      case NONE, WORD, NOVA -> ReasoningPlan.Kind.NONE;
      case BUDGET -> ReasoningPlan.Kind.BUDGET;
      case BUDGET_OR_ADAPTIVE -> ReasoningPlan.Kind.BUDGET_OR_ADAPTIVE;
      case ADAPTIVE -> ReasoningPlan.Kind.ADAPTIVE;
    };
  }

  /** What models are told that are asked by a word. */
  static ThinkingWriter byWord(
      ReasoningSettings asked, Thinking thinking, boolean limited, Losses losses) {
    if (asked.mode() == Mode.OFF || asked.effort() == Effort.NONE) {
      return new ThinkingWriter(null, null, Switch.OFF);
    }
    if (asked.mode() == Mode.UNSTATED && asked.effort() == null && asked.budgetTokens() == null) {
      return SILENT;
    }
    Long budget = asked.budgetTokens();
    if (budget != null) {
      losses.add("reasoning.max_tokens");
    }
    Effort usual = budget == null ? Effort.MEDIUM : Efforts.ofBudget(budget);
    Effort wanted = asked.effort() == null ? usual : asked.effort();
    if (thinking.kind() == Thinking.Kind.NOVA && limited && wanted.compareTo(Effort.MEDIUM) > 0) {
      // At its hardest Nova takes no limit on its answer; the limit is what the client pays by.
      losses.add("reasoning_effort");
      wanted = Effort.MEDIUM;
    }
    Effort word = Efforts.nearest(wanted, thinking.efforts());
    if (word == null) {
      losses.add(asked.effort() == null ? "reasoning" : "reasoning_effort");
    }
    return new ThinkingWriter(null, word, Switch.UNTOUCHED);
  }

  /** Whether the model will think in a way that forbids most of sampling. */
  boolean forbidsSampling(Thinking thinking) {
    if (plan != null) {
      return plan.thinks();
    }
    return thinking.kind() == Thinking.Kind.NOVA
        && word != null
        && word.compareTo(Effort.MEDIUM) > 0;
  }

  /**
   * Writes the fields.
   *
   * @param left unknown fields of the model's own; those within the fields that are written are
   *     written with them
   * @return the names of the fields that were written
   */
  Set<String> write(JsonWriter out, Thinking thinking, Rest left) {
    Set<String> written = new HashSet<>();
    if (plan != null) {
      claude(out, thinking, plan, left, written);
      return written;
    }
    switch (thinking.kind()) {
      case WORD -> {
        if (word != null) {
          out.name(thinking.field()).text(Efforts.word(word));
          written.add(thinking.field());
        }
      }
      case NOVA -> {
        if (word == null && off == Switch.UNTOUCHED) {
          return written;
        }
        out.name(thinking.field()).beginObject().name("type");
        out.text(word == null ? "disabled" : "enabled");
        if (word != null) {
          out.name("maxReasoningEffort").text(Efforts.word(word));
        }
        Converse.inner(out, left, thinking.field());
        out.endObject();
        written.add(thinking.field());
      }
      case NONE, BUDGET, BUDGET_OR_ADAPTIVE, ADAPTIVE -> {
        // Nothing to say, or said by a plan.
      }
    }
    return written;
  }

  private static void claude(
      JsonWriter out, Thinking thinking, ReasoningPlan plan, Rest left, Set<String> written) {
    String type =
        switch (plan.thinking()) {
          case UNSTATED -> null;
          case DISABLED -> "disabled";
          case ENABLED -> "enabled";
          case ADAPTIVE -> "adaptive";
        };
    if (type != null) {
      out.name(thinking.field()).beginObject().name("type").text(type);
      if (plan.thinking() == ReasoningPlan.Thinking.ENABLED) {
        out.name("budget_tokens").number(plan.budgetTokens());
      }
      Converse.inner(out, left, thinking.field());
      out.endObject();
      written.add(thinking.field());
    }
    if (plan.effort() != null) {
      out.name("output_config").beginObject();
      out.name("effort").text(Efforts.word(plan.effort()));
      Converse.inner(out, left, "output_config");
      out.endObject();
      written.add("output_config");
    }
  }
}
