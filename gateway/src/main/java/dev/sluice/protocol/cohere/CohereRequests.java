package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;

/**
 * Requests of Cohere's chat protocol into the model and out of it. What a decoder finds it writes
 * again in one normal form: {@code null} for nothing is left out, a lone text is a string, the
 * documents of the whole request stand before the last user's words.
 */
public final class CohereRequests {

  private CohereRequests() {}

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decode(byte[] bytes, int from, int to) {
    return new RequestReader(new JsonReader(bytes, from, to, Cohere.NAMES)).read();
  }

  /**
   * Writes {@code request}.
   *
   * @param options what the model takes
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried, as a client of OpenAI's protocol calls
   *     them
   * @return what is needed to read the answer in the client's words
   * @throws dev.sluice.chat.GatewayException with a {@link dev.sluice.chat.Fault.InvalidRequest}
   *     that names the message, where leaving something out would change what was asked: no
   *     messages, sound and film, documents that are no text
   */
  public static Disguise encode(
      ChatRequest request, CohereRequestOptions options, JsonWriter out, Losses losses) {
    return new RequestWriter(request, options.abilities(), out, losses).write();
  }
}
