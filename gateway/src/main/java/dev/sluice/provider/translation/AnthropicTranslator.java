package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities;
import dev.sluice.protocol.anthropic.AnthropicAnswers;
import dev.sluice.protocol.anthropic.AnthropicErrors;
import dev.sluice.protocol.anthropic.AnthropicEventDecoder;
import dev.sluice.protocol.anthropic.AnthropicRequestOptions;
import dev.sluice.protocol.anthropic.AnthropicRequests;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;

/** Anthropic's Messages protocol, as Anthropic itself or a host of its models serves it. */
public final class AnthropicTranslator implements Translator {

  private static final String VERSION = "anthropic-version";
  private static final String VERSION_VALUE = "2023-06-01";

  private final Function<String, AnthropicAbilities> abilities;
  private final ClaudeHost host;

  /**
   * A translator for Anthropic itself.
   *
   * @param abilities what a model takes, by the provider's name of it
   */
  public AnthropicTranslator(Function<String, AnthropicAbilities> abilities) {
    this(abilities, new ClaudeHost.Own());
  }

  AnthropicTranslator(Function<String, AnthropicAbilities> abilities, ClaudeHost host) {
    this.abilities = abilities;
    this.host = host;
  }

  @Override
  public Translation translate(ChatRequest request, Losses losses) {
    AnthropicRequestOptions options =
        AnthropicRequestOptions.of(host.platform(), abilities.apply(request.model()));
    JsonWriter body = new JsonWriter();
    Disguise disguise = AnthropicRequests.encode(request, options, body, losses);
    return new Messages(host.path(request), body, disguise);
  }

  @Override
  public Needs needs(String model) {
    return switch (abilities.apply(model).addresses()) {
      case ACCEPTED -> Needs.NONE;
      case REFUSED -> Needs.BYTES;
    };
  }

  @Override
  public void headers(HttpHeaders headers) {
    if (host instanceof ClaudeHost.Own) {
      // Others want it in the body.
      headers.set(VERSION, VERSION_VALUE);
    }
  }

  @Override
  public String modelsPath() {
    return "/v1/models?limit=1000";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return ModelListReader.read(bytes, from, to);
  }

  private record Messages(String path, JsonWriter body, Disguise disguise) implements Translation {

    @Override
    public void headers(HttpHeaders headers) {}

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return AnthropicAnswers.decode(bytes, from, to, disguise);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      return new SseStreamReader(means, new Events(new AnthropicEventDecoder(disguise)));
    }

    @Override
    public String streamType() {
      return SseStreamReader.TYPE;
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      return ProviderFaults.of(AnthropicErrors.read(bytes, from, to), status, headers);
    }
  }

  private record Events(AnthropicEventDecoder decoder) implements SseStreamReader.Decoder {

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
