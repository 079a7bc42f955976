package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;

/** Whole answers of Gemini's protocol into the model and out of it. */
public final class GeminiAnswers {

  private GeminiAnswers() {}

  /**
   * Reads {@code bytes[from, to)}. Unknown fields and words are kept. A prompt that was blocked is
   * a choice without parts that was filtered; an answer without candidates one that failed.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not an answer; an error is none
   */
  public static ChatResponse decode(byte[] bytes, int from, int to, GeminiReading reading) {
    return new AnswerParser(new JsonReader(bytes, from, to, Gemini.NAMES), reading).read();
  }

  /**
   * Writes {@code response}.
   *
   * @param options what the client expects
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried
   */
  public static void encode(
      ChatResponse response, GeminiAnswerOptions options, JsonWriter out, Losses losses) {
    new AnswerWriter(options, out, losses).write(response);
  }
}
