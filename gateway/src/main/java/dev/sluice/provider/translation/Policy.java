package dev.sluice.provider.translation;

import dev.sluice.protocol.anthropic.AnthropicRequestOptions.Users;
import dev.sluice.protocol.gemini.GeminiRequestOptions;
import dev.sluice.protocol.gemini.GeminiRequestOptions.ThoughtsWanted;
import dev.sluice.protocol.rewording.Instructions;
import dev.sluice.protocol.rewording.Shortage;
import dev.sluice.protocol.rewording.Unanswered;

/**
 * What is done where more than one answer can be defended.
 *
 * @param instructions what becomes of instructions within a conversation
 * @param unanswered what becomes of calls without a result
 * @param shortage what gives way where thinking would not leave room for an answer
 * @param users what Anthropic gets to see of the end user's id
 * @param thoughts when Gemini is asked for thoughts
 * @param betas Anthropic's betas that a client may ask for
 */
public record Policy(
    Instructions instructions,
    Unanswered unanswered,
    Shortage shortage,
    Users users,
    ThoughtsWanted thoughts,
    Betas betas) {

  /** What is so by default. */
  public static final Policy USUAL =
      new Policy(
          Instructions.IN_PLACE,
          Unanswered.FAILED,
          Shortage.LESS_THINKING,
          Users.HASHED,
          ThoughtsWanted.WHERE_IT_THINKS,
          Betas.USUAL);

  /** The same for Gemini's protocol, which has no system's role behind the first turn. */
  GeminiRequestOptions gemini(GeminiRequestOptions server) {
    return new GeminiRequestOptions(
        server.abilities(),
        server.callIds(),
        server.urls(),
        thoughts,
        switch (instructions) {
          case IN_PLACE, TAGGED -> GeminiRequestOptions.LateInstructions.AS_USER;
          case AT_THE_TOP -> GeminiRequestOptions.LateInstructions.TO_FRONT;
        },
        switch (unanswered) {
          case FAILED -> GeminiRequestOptions.MissingResults.FAILED;
          case REFUSED -> GeminiRequestOptions.MissingResults.REFUSE;
        },
        server.tier(),
        server.fileNames());
  }
}
