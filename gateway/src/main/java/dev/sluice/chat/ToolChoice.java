package dev.sluice.chat;

import java.util.List;
import java.util.Set;

/** Whether, and which, tools the model is to call. */
public sealed interface ToolChoice {

  /** The model decides. */
  record Auto() implements ToolChoice {}

  /** No tool. */
  record None() implements ToolChoice {}

  /** At least one tool, whichever; {@code any} at Anthropic, Gemini and Mistral. */
  record Required() implements ToolChoice {}

  /**
   * This tool.
   *
   * @param name the tool's
   */
  record Named(String name) implements ToolChoice {}

  /**
   * Only some of the tools. Where a protocol can't say so, a codec offers only these.
   *
   * @param mode whether one of them must be called
   * @param names at least one
   */
  record Allowed(Mode mode, List<String> names) implements ToolChoice {
    public Allowed {
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("no tool is allowed");
      }
    }

    /** The names for looking them up, where there are tools to be compared with them. */
    public Set<String> lookup() {
      return Set.copyOf(names);
    }

    /** Whether a call is a must. */
    public enum Mode {
      AUTO,
      REQUIRED
    }
  }

  /**
   * A choice that only its own protocol has a word for.
   *
   * @param protocol whose choice it is
   * @param json exactly
   */
  record Foreign(String protocol, Json json) implements ToolChoice {}
}
