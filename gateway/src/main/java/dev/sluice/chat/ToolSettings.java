package dev.sluice.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model may call, and how.
 *
 * @param tools in the client's order; may be empty, and then no codec writes an empty list
 * @param choice {@code null} where it was not said
 * @param parallel whether several calls in one turn are welcome; {@code null} where it was not said
 * @param style the words in which the client speaks of tools, and in which it expects the answer
 */
public record ToolSettings(
    List<Tool> tools, @Nullable ToolChoice choice, @Nullable Boolean parallel, Style style) {

  /** No tools. */
  public static final ToolSettings NONE = new ToolSettings(List.of(), null, null, Style.TOOLS);

  /** OpenAI's two ways to speak of tools. */
  public enum Style {
    /** {@code tools} and {@code tool_calls}. */
    TOOLS,
    /** {@code functions} and {@code function_call}: deprecated, one call in a turn, no ids. */
    FUNCTIONS
  }

  public ToolSettings {
    tools = List.copyOf(tools);
  }
}
