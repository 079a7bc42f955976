package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities;
import dev.sluice.protocol.gemini.GeminiAbilities;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;

/**
 * Google's Vertex, which serves its own models in Gemini's protocol and Anthropic's in theirs. The
 * publisher of a model may stand before its name, as in {@code anthropic/claude-…}.
 */
public final class VertexTranslator implements Translator {

  private static final String ANTHROPIC = "anthropic/";
  private static final String GOOGLE = "google/";
  private static final String CLAUDE = "claude";

  private final Translator gemini;
  private final Translator claude;

  /**
   * A translator.
   *
   * @param geminiAbilities what one of Google's models takes
   * @param claudeAbilities what one of Anthropic's models takes
   * @param policy where more than one answer can be defended
   */
  public VertexTranslator(
      GoogleCloud cloud,
      Function<String, GeminiAbilities> geminiAbilities,
      Function<String, AnthropicAbilities> claudeAbilities,
      Policy policy) {
    this.gemini = new GeminiTranslator(geminiAbilities, policy, cloud);
    this.claude = new AnthropicTranslator(claudeAbilities, policy, new ClaudeHost.Vertex(cloud));
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    String model = request.model();
    if (model.startsWith(ANTHROPIC)) {
      return claude.translate(named(request, ANTHROPIC), client, body, losses);
    }
    if (model.startsWith(CLAUDE)) {
      return claude.translate(request, client, body, losses);
    }
    return gemini.translate(
        model.startsWith(GOOGLE) ? named(request, GOOGLE) : request, client, body, losses);
  }

  private static ChatRequest named(ChatRequest request, String publisher) {
    return request.toBuilder().model(request.model().substring(publisher.length())).build();
  }

  @Override
  public Needs needs(String model) {
    return of(model).needs(withoutPublisher(model));
  }

  @Override
  public long choicesMax(String model) {
    return of(model).choicesMax(withoutPublisher(model));
  }

  private Translator of(String model) {
    return model.startsWith(ANTHROPIC) || model.startsWith(CLAUDE) ? claude : gemini;
  }

  private static String withoutPublisher(String model) {
    return model.substring(model.indexOf('/') + 1);
  }

  @Override
  public void headers(HttpHeaders headers) {}

  /** Lists need another right and tell of models that are not switched on. */
  @Override
  public String modelsPath() {
    return "";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return List.of();
  }
}
