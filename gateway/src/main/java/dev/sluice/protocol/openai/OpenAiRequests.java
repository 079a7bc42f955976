package dev.sluice.protocol.openai;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;

/**
 * Requests of OpenAI's chat-completions protocol, and of the wider family that speaks it, into the
 * model and out of it. What a decoder finds it writes again in one normal form: {@code null} for
 * nothing is left out, a lone text is a string, {@code stop} is a list, a message's unknown fields
 * stand behind the known ones.
 */
public final class OpenAiRequests {

  private OpenAiRequests() {}

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decode(byte[] bytes, int from, int to) {
    return new RequestReader(new JsonReader(bytes, from, to, OpenAi.NAMES)).read();
  }

  /**
   * Reads {@code bytes[from, to)}, which is known to be JSON, as another has stepped over all of
   * it, and which nobody changes any more: the request may go on reading there.
   *
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decodeKnown(byte[] bytes, int from, int to) {
    return new RequestReader(JsonReader.ofWellFormed(bytes, from, to, OpenAi.NAMES)).read();
  }

  /**
   * Writes {@code request}.
   *
   * @param options what the server takes
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried
   */
  public static void encode(
      ChatRequest request, OpenAiRequestOptions options, JsonWriter out, Losses losses) {
    OpenAiDeviations deviations = options.deviations();
    ChatRequest asked =
        deviations.areNone() ? request : new Adjuster(deviations, losses).adjust(request);
    new RequestWriter(options, out, losses).write(asked);
  }
}
