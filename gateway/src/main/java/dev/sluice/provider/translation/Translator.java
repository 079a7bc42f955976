package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/** How a provider is spoken to that has a protocol of its own. Immutable; shared by all loops. */
public interface Translator {

  /**
   * Writes a request.
   *
   * @param request with the model as the provider calls it
   * @param client the client's headers
   * @param body empty; gets the request's body, of which the translation keeps nothing
   * @param losses gets the fields that can't be carried, as a client of OpenAI's protocol calls
   *     them
   * @return owned by the caller's attempt
   * @throws dev.sluice.chat.GatewayException with a fault that names the field, where leaving it
   *     out would change what was asked
   */
  Translation translate(ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses);

  /**
   * Which addresses of images and documents the provider does not follow itself, so that it must be
   * sent the bytes.
   *
   * @param model as the provider calls it
   */
  default Needs needs(String model) {
    return Needs.NONE;
  }

  /**
   * How many choices one call can be asked for; at least 1.
   *
   * @param model as the provider calls it
   */
  default long choicesMax(String model) {
    return 1;
  }

  /** Adds the protocol's own headers, such as its version; credentials are not among them. */
  void headers(HttpHeaders headers);

  /**
   * Where the provider lists its models, with the query, below the base URL's own path; empty where
   * it has no such list.
   */
  String modelsPath();

  /**
   * The models in {@code bytes[from, to)}, as {@link #modelsPath} answers; none where it is no
   * list.
   */
  List<ModelListReader.Model> models(byte[] bytes, int from, int to);
}
