package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * Whether and how long the model is to think before it answers.
 *
 * @param mode whether it thinks at all
 * @param effort how hard; {@code null} where it was not said
 * @param budgetTokens for how many tokens; {@code null} where it was not said; goes before the
 *     effort where both are given
 * @param disclosure whether the client wants to see the thoughts
 */
public record ReasoningSettings(
    Mode mode, @Nullable Effort effort, @Nullable Long budgetTokens, Disclosure disclosure) {

  /** Nothing was said. */
  public static final ReasoningSettings NONE =
      new ReasoningSettings(Mode.UNSTATED, null, null, Disclosure.UNSTATED);

  /** Whether to think. */
  public enum Mode {
    UNSTATED,
    ON,
    OFF,
    /** The model decides, see Anthropic's {@code thinking.type}. */
    ADAPTIVE
  }

  /** OpenAI's levels, from least to most; Anthropic and Gemini have some of them. */
  public enum Effort {
    NONE,
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH,
    XHIGH,
    MAX
  }

  /** Whether to show the thoughts. */
  public enum Disclosure {
    UNSTATED,
    SHOWN,
    /** A summary in their place. */
    SUMMARY,
    HIDDEN
  }
}
