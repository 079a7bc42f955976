package dev.sluice.routing;

import java.util.List;

/**
 * Who is asked for one request, in order, until one answers.
 *
 * @param requested the model's name as the client wrote it
 * @param steps at least one
 */
public record Plan(String requested, List<Step> steps) {

  /** What a target stands in a plan for, which decides what failures it rescues. */
  public enum Role {
    /** The first choice, and other targets of the same name. */
    CHOICE,
    /** A fallback of the configuration: a request that is itself wrong does not get there. */
    CONFIGURED_FALLBACK,
    /** A fallback that the client listed: rescues every failure, a plain 400 included. */
    REQUESTED_FALLBACK
  }

  /**
   * A target and why it is in the plan.
   *
   * @param asked which of the client's models it stands for: 0 for the first, from 1 for its
   *     fallbacks
   */
  public record Step(Target target, Role role, int asked) {}

  public Plan {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a plan without a target");
    }
  }
}
