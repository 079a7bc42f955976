package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.cohere.CohereAbilities;
import dev.sluice.protocol.cohere.CohereAnswers;
import dev.sluice.protocol.cohere.CohereErrors;
import dev.sluice.protocol.cohere.CohereEventDecoder;
import dev.sluice.protocol.cohere.CohereRequestOptions;
import dev.sluice.protocol.cohere.CohereRequests;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;

/** Cohere's second chat protocol. */
public final class CohereTranslator implements Translator {

  private final Function<String, CohereAbilities> abilities;

  /**
   * A translator.
   *
   * @param abilities what a model takes, by the provider's name of it
   */
  public CohereTranslator(Function<String, CohereAbilities> abilities) {
    this.abilities = abilities;
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    CohereRequestOptions options = new CohereRequestOptions(abilities.apply(request.model()));
    body.reserve(request.roughBytes());
    Disguise disguise = CohereRequests.encode(request, options, body, losses);
    return new Chat(disguise);
  }

  @Override
  public void headers(HttpHeaders headers) {}

  /** Images may be given by their address; nothing else may. */
  @Override
  public Needs needs(String model) {
    return Needs.NONE;
  }

  @Override
  public String modelsPath() {
    return "/v1/models?page_size=1000&endpoint=chat";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return ModelListReader.read(bytes, from, to);
  }

  private record Chat(Disguise disguise) implements Translation {

    @Override
    public String path() {
      return "/v2/chat";
    }

    @Override
    public void headers(HttpHeaders headers) {}

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return CohereAnswers.decode(bytes, from, to, disguise);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      return new SseStreamReader(means, new Events(new CohereEventDecoder(disguise)));
    }

    @Override
    public String streamType() {
      return SseStreamReader.TYPE;
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      return ProviderFaults.of(CohereErrors.read(bytes, from, to), status, headers);
    }
  }

  private record Events(CohereEventDecoder decoder) implements SseStreamReader.Decoder {

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
