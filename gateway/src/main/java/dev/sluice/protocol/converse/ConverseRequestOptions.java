package dev.sluice.protocol.converse;

import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;

/**
 * How a request is to be written.
 *
 * @param abilities what the model takes
 * @param instructions what becomes of instructions in the middle of a conversation
 * @param shortage what gives way where thinking would not leave room for an answer
 * @param unanswered what becomes of calls without a result
 */
public record ConverseRequestOptions(
    ConverseAbilities abilities,
    Instructions instructions,
    Shortage shortage,
    Unanswered unanswered) {

  /** The usual choices. */
  public static ConverseRequestOptions of(ConverseAbilities abilities) {
    return new ConverseRequestOptions(
        abilities, Instructions.IN_PLACE, Shortage.LESS_THINKING, Unanswered.FAILED);
  }
}
