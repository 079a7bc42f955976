package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.Inquiry.RetryRule;
import dev.sluice.routing.Plan;
import java.util.List;

/** How far an exchange has come in its plan. Owned by the exchange's event loop. */
final class Course {

  private final List<Plan.Step> steps;
  private int index;
  private int tries;
  private int attempts;

  Course(Plan plan) {
    this.steps = plan.steps();
  }

  /** The step at hand, which there must be. */
  Plan.Step step() {
    return steps.get(index);
  }

  /** Counts another call of a target; how many came before it. */
  int attempt() {
    return attempts++;
  }

  /** How many calls there were. */
  int attempts() {
    return attempts;
  }

  /** No target is called any more. */
  void giveUp() {
    index = steps.size();
  }

  /** Whether the step at hand is tried once more after {@code fault}; if so, that is counted. */
  boolean repeats(Fault fault, RetryRule rule) {
    if (tries >= rule.times() || index >= steps.size() || !Rescue.byTheSame(fault)) {
      return false;
    }
    tries++;
    return true;
  }

  /** Moves on to the next target that {@code fault} lets be tried; whether there is one. */
  boolean skipTo(Fault fault) {
    tries = 0;
    index++;
    while (index < steps.size() && !Rescue.by(steps.get(index).role(), fault)) {
      index++;
    }
    return index < steps.size();
  }
}
