package dev.sluice.protocol.anthropic;

import java.util.List;

/**
 * How a request is to be written.
 *
 * @param platform who serves the model
 * @param abilities what the model takes
 * @param instructions what becomes of instructions in the middle of a conversation
 * @param shortage what gives way where thinking would not leave room for an answer
 * @param unanswered what becomes of calls without a result
 * @param users what the provider gets to see of the end user's id
 * @param betas {@code anthropic_beta} for Bedrock, which takes it in the body; elsewhere it is a
 *     header, and this is empty
 */
public record AnthropicRequestOptions(
    Platform platform,
    AnthropicAbilities abilities,
    Instructions instructions,
    Shortage shortage,
    Unanswered unanswered,
    Users users,
    List<String> betas) {

  public AnthropicRequestOptions {
    betas = List.copyOf(betas);
  }

  /** The usual choices. */
  public static AnthropicRequestOptions of(Platform platform, AnthropicAbilities abilities) {
    return new AnthropicRequestOptions(
        platform,
        abilities,
        Instructions.IN_PLACE,
        Shortage.LESS_THINKING,
        Unanswered.FAILED,
        Users.HASHED,
        List.of());
  }

  /** Who serves the model. */
  public enum Platform {
    /** Anthropic itself. */
    ANTHROPIC,
    /** Google's Vertex: the model stands in the path, the version in the body. */
    VERTEX,
    /** Bedrock's InvokeModel: like Vertex, and streaming is asked for by the path, too. */
    BEDROCK
  }

  /** What becomes of instructions behind the first turn. */
  public enum Instructions {
    /**
     * They stay where they are: in the system's role where the model and the place allow it, else
     * as text of the user's with a tag around it.
     */
    IN_PLACE,
    /** They stay where they are, always as text of the user's with a tag around it. */
    TAGGED,
    /** They go to the others at the top, which costs the prompt's cache. */
    AT_THE_TOP
  }

  /** What gives way where thinking would not leave room for an answer. */
  public enum Shortage {
    /** The budget of thinking; there is none where too little is left for it. */
    LESS_THINKING,
    /** The limit on the answer, which is raised by the budget as far as the model allows. */
    MORE_TOKENS
  }

  /** What becomes of calls without a result, such as those that the user cancelled. */
  public enum Unanswered {
    /** They get a result that says so. */
    FAILED,
    /** The request is refused. */
    REFUSED
  }

  /** What the provider gets to see of the end user's id. */
  public enum Users {
    /** Its SHA-256, since it may be a name or an address. */
    HASHED,
    AS_GIVEN
  }
}
