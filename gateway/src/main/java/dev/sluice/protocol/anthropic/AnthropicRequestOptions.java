package dev.sluice.protocol.anthropic;

import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;
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

  /** The same with {@code named} as betas. */
  public AnthropicRequestOptions withBetas(List<String> named) {
    return new AnthropicRequestOptions(
        platform, abilities, instructions, shortage, unanswered, users, named);
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

  /** What the provider gets to see of the end user's id. */
  public enum Users {
    /** Its SHA-256, since it may be a name or an address. */
    HASHED,
    AS_GIVEN
  }
}
