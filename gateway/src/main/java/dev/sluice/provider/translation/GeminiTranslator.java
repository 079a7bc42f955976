package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiAbilities;
import dev.sluice.protocol.gemini.GeminiAnswers;
import dev.sluice.protocol.gemini.GeminiChunkDecoder;
import dev.sluice.protocol.gemini.GeminiErrors;
import dev.sluice.protocol.gemini.GeminiModels;
import dev.sluice.protocol.gemini.GeminiReading;
import dev.sluice.protocol.gemini.GeminiRequestOptions;
import dev.sluice.protocol.gemini.GeminiRequests;
import dev.sluice.protocol.gemini.GeminiToolNames;
import dev.sluice.protocol.openai.ModelListReader;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gemini's protocol, as AI Studio or Vertex serves it. */
public final class GeminiTranslator implements Translator {

  private static final String MODELS = "/v1beta/models";

  private final Function<String, GeminiAbilities> abilities;
  private final Policy policy;
  private final @Nullable GoogleCloud cloud;

  /**
   * A translator for AI Studio.
   *
   * @param abilities what a model takes, by the provider's name of it
   * @param policy where more than one answer can be defended
   */
  public GeminiTranslator(Function<String, GeminiAbilities> abilities, Policy policy) {
    this(abilities, policy, null);
  }

  /** A translator for Vertex, or for AI Studio where {@code cloud} is {@code null}. */
  GeminiTranslator(
      Function<String, GeminiAbilities> abilities, Policy policy, @Nullable GoogleCloud cloud) {
    this.abilities = abilities;
    this.policy = policy;
    this.cloud = cloud;
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    GeminiAbilities able = abilities.apply(request.model());
    GoogleCloud at = cloud;
    GeminiRequestOptions options =
        policy.gemini(
            at == null ? GeminiRequestOptions.studio(able) : GeminiRequestOptions.vertex(able));
    body.reserve(request.roughBytes());
    GeminiToolNames names = GeminiRequests.encode(request, options, body, losses);
    String model = request.model();
    String path =
        (at == null ? MODELS + "/" + GoogleCloud.encoded(model) : at.path("google", model))
            + switch (request.delivery()) {
              case WHOLE -> ":generateContent";
              case STREAM, STREAM_WITH_USAGE -> ":streamGenerateContent?alt=sse";
            };
    GeminiReading reading = new GeminiReading(names, GeminiReading.ToolTokens.IN_PROMPT);
    return new Content(path, reading);
  }

  @Override
  public long choicesMax(String model) {
    return abilities.apply(model).choicesMax();
  }

  @Override
  public void headers(HttpHeaders headers) {}

  @Override
  public String modelsPath() {
    return MODELS + "?pageSize=1000";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return GeminiModels.read(bytes, from, to);
  }

  /** A request for content, and its answer's reader. */
  record Content(String path, GeminiReading reading) implements Translation {

    @Override
    public void headers(HttpHeaders headers) {}

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return GeminiAnswers.decode(bytes, from, to, reading);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      return new SseStreamReader(means, new Chunks(new GeminiChunkDecoder(reading)));
    }

    @Override
    public String streamType() {
      return SseStreamReader.TYPE;
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      return GeminiErrors.read(bytes, from, to).fault(status, ProviderFaults.retryAfter(headers));
    }
  }

  private record Chunks(GeminiChunkDecoder decoder) implements SseStreamReader.Decoder {

    @Override
    public void frame(byte[] bytes, int from, int to, EventSink sink) {
      decoder.frame(bytes, from, to, sink);
    }

    @Override
    public void end(EventSink sink) {
      decoder.close(sink);
    }
  }
}
