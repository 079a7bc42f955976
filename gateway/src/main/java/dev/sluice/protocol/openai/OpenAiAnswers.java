package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;

/**
 * Whole answers of OpenAI's chat-completions protocol, and of the wider family that speaks it, into
 * the model and out of it.
 */
public final class OpenAiAnswers {

  private OpenAiAnswers() {}

  /**
   * Reads {@code bytes[from, to)}. Unknown fields and words are kept; known fields that hold
   * nonsense count as missing where nothing depends on them.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not an answer; an error is none
   */
  public static ChatResponse decode(byte[] bytes, int from, int to) {
    return new AnswerParser(new JsonReader(bytes, from, to, OpenAi.NAMES)).read();
  }

  /**
   * Writes {@code response}.
   *
   * @param options what the client expects
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried
   */
  public static void encode(
      ChatResponse response, OpenAiAnswerOptions options, JsonWriter out, Losses losses) {
    new AnswerWriter(options, out, losses).write(response);
  }
}
