package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;

/** Whole answers of the Converse protocol into the model and out of it. */
public final class ConverseAnswers {

  private ConverseAnswers() {}

  /**
   * Reads {@code bytes[from, to)}. Unknown fields and words are kept, a guardrail's trace among
   * them. The answer has no id and names no model: the first is the header {@code
   * x-amzn-requestid}.
   *
   * @param disguise what the request's encoder returned; {@link Disguise#NONE} where the client
   *     wrote the request
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not an answer; an error is none
   */
  public static ChatResponse decode(byte[] bytes, int from, int to, Disguise disguise) {
    return new AnswerReader(new JsonReader(bytes, from, to, Converse.NAMES), disguise).read();
  }

  /**
   * Writes {@code response}, of which the protocol can carry the first choice only.
   *
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried; id and model are none, since they are not
   *     the body's business
   */
  public static void encode(ChatResponse response, JsonWriter out, Losses losses) {
    new AnswerWriter(out, losses).write(response);
  }
}
