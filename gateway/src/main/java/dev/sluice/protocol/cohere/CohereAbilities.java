package dev.sluice.protocol.cohere;

/**
 * What a model takes. Comes from the catalogue; this codec never looks at a model's name.
 *
 * @param reasoning whether it can be asked to think
 * @param strictTools whether tools may be strict
 * @param toolChoices whether the model can be told to call a tool, or not to
 * @param formats whether an answer's form can be imposed while tools are offered
 * @param toolNameMax how long a tool's name may be, in characters; at least 16
 */
public record CohereAbilities(
    Reasoning reasoning,
    StrictTools strictTools,
    ToolChoices toolChoices,
    Formats formats,
    int toolNameMax) {

  private static final int TOOL_NAME_LEAST = 16;

  /** What every model since Command R takes. */
  public static final CohereAbilities LEAST =
      new CohereAbilities(
          Reasoning.NONE, StrictTools.REFUSED, ToolChoices.REFUSED, Formats.WITHOUT_TOOLS, 64);

  /** What models since Command A take. */
  public static final CohereAbilities CURRENT =
      new CohereAbilities(
          Reasoning.NONE, StrictTools.ACCEPTED, ToolChoices.ACCEPTED, Formats.WITHOUT_TOOLS, 64);

  public CohereAbilities {
    if (toolNameMax < TOOL_NAME_LEAST) {
      throw new IllegalArgumentException("toolNameMax is too small: " + toolNameMax);
    }
  }

  /** The same model, which can be asked to think. */
  public CohereAbilities thinking() {
    return new CohereAbilities(Reasoning.BUDGET, strictTools, toolChoices, formats, toolNameMax);
  }

  /** How a model can be asked to think. */
  public enum Reasoning {
    /** Not at all. It may still plan its tool calls in words. */
    NONE,
    /** Not to, or to, and then for a number of tokens. */
    BUDGET
  }

  /** Whether {@code strict_tools} is known. */
  public enum StrictTools {
    ACCEPTED,
    REFUSED
  }

  /** Whether {@code tool_choice} is known. */
  public enum ToolChoices {
    ACCEPTED,
    REFUSED
  }

  /** When {@code response_format} may ask for JSON. */
  public enum Formats {
    ALWAYS,
    WITHOUT_TOOLS
  }
}
