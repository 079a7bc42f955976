package dev.sluice.protocol.gemini;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;

/**
 * Requests of Gemini's protocol into the model and out of it. What a decoder finds it writes again
 * in one normal form: names in camel case, turns of one side joined, all functions in one tool.
 */
public final class GeminiRequests {

  private GeminiRequests() {}

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @param model from the path
   * @param delivery from the path, too: every stream of this protocol tells its usage
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decode(
      byte[] bytes, int from, int to, String model, ChatRequest.Delivery delivery) {
    return new RequestReader(new JsonReader(bytes, from, to, Gemini.NAMES)).read(model, delivery);
  }

  /**
   * Writes {@code request}.
   *
   * @param options what the server and its model take
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried
   * @return the names that tools go by there, for reading the answer
   * @throws dev.sluice.chat.GatewayException where the request makes no sense to the protocol, and
   *     leaving something out would hide that: no messages, results without a call, files of
   *     another provider
   */
  public static GeminiToolNames encode(
      ChatRequest request, GeminiRequestOptions options, JsonWriter out, Losses losses) {
    GeminiToolNames names = GeminiToolNames.of(request);
    new RequestWriter(options, names, out, losses).write(request);
    return names;
  }
}
