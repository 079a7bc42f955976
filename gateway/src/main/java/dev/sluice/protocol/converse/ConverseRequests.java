package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;

/**
 * Requests of the Converse protocol into the model and out of it. Model and delivery stand in the
 * HTTP call's path: what is read has none and is whole, and neither is written. What a decoder
 * finds it writes again in one normal form: {@code null} and empty lists for nothing are left out,
 * JSON in a tool's result is text, cache points hang on what stands before them, neighbouring turns
 * of one role are one turn with the tools' results in front.
 */
public final class ConverseRequests {

  private ConverseRequests() {}

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decode(byte[] bytes, int from, int to) {
    return new RequestReader(new JsonReader(bytes, from, to, Converse.NAMES)).read();
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
   *     messages, media that the model does not take or that are only to be had by their address, a
   *     result that answers no call
   */
  public static Disguise encode(
      ChatRequest request, ConverseRequestOptions options, JsonWriter out, Losses losses) {
    return new RequestWriter(request, options, out, losses).write();
  }
}
