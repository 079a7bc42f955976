package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Predicate;

/** Bedrock, with Anthropic's models asked in their own protocol and all others by Converse. */
public final class InvokingTranslator implements Translator {

  private final Translator converse;
  private final Translator invoked;
  private final Predicate<String> isInvoked;

  /**
   * A translator.
   *
   * @param isInvoked whether a model is one of Anthropic's
   */
  public InvokingTranslator(Translator converse, Translator invoked, Predicate<String> isInvoked) {
    this.converse = converse;
    this.invoked = invoked;
    this.isInvoked = isInvoked;
  }

  private Translator of(String model) {
    return isInvoked.test(model) ? invoked : converse;
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    return of(request.model()).translate(request, client, body, losses);
  }

  @Override
  public Needs needs(String model) {
    return of(model).needs(model);
  }

  @Override
  public long choicesMax(String model) {
    return of(model).choicesMax(model);
  }

  /** None: in the body stands what others send as headers. */
  @Override
  public void headers(HttpHeaders headers) {}

  @Override
  public String modelsPath() {
    return "";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return List.of();
  }
}
