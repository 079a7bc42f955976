package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;

/** Whole answers of Cohere's chat protocol into the model and out of it. */
public final class CohereAnswers {

  private CohereAnswers() {}

  /**
   * Reads {@code bytes[from, to)}. Unknown fields and words are kept.
   *
   * @param disguise what the request's encoder returned; {@link Disguise#NONE} where the client
   *     wrote the request
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not an answer; an error is none
   */
  public static ChatResponse decode(byte[] bytes, int from, int to, Disguise disguise) {
    return new AnswerReader(new JsonReader(bytes, from, to, Cohere.NAMES), disguise).read();
  }

  /**
   * Writes {@code response}, of which the protocol can carry the first choice only; it has no place
   * for the model's name and the time.
   *
   * @param options what the client expects
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried
   */
  public static void encode(
      ChatResponse response, CohereAnswerOptions options, JsonWriter out, Losses losses) {
    new AnswerWriter(options, out, losses).write(response);
  }
}
