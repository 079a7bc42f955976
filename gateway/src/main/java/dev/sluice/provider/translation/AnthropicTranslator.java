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
import dev.sluice.protocol.converse.ConverseErrors;
import dev.sluice.protocol.converse.InvokedStream;
import dev.sluice.protocol.eventstream.EventMessage;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
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
  private final Policy policy;
  private final ClaudeHost host;

  /**
   * A translator for Anthropic itself.
   *
   * @param abilities what a model takes, by the provider's name of it
   * @param policy where more than one answer can be defended
   */
  public AnthropicTranslator(Function<String, AnthropicAbilities> abilities, Policy policy) {
    this(abilities, policy, new ClaudeHost.Own());
  }

  /** A translator for Bedrock's InvokeModel, which takes Anthropic's models in their own words. */
  public static AnthropicTranslator invoked(
      Function<String, AnthropicAbilities> abilities, Policy policy) {
    return new AnthropicTranslator(abilities, policy, new ClaudeHost.Bedrock());
  }

  AnthropicTranslator(
      Function<String, AnthropicAbilities> abilities, Policy policy, ClaudeHost host) {
    this.abilities = abilities;
    this.policy = policy;
    this.host = host;
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    AnthropicRequestOptions options =
        new AnthropicRequestOptions(
            host.platform(),
            abilities.apply(request.model()),
            policy.instructions(),
            policy.shortage(),
            policy.unanswered(),
            policy.users(),
            List.of());
    List<String> betas =
        policy
            .betas()
            .asked(client, host.platform(), AnthropicRequests.betasOf(request, options), losses);
    if (host instanceof ClaudeHost.Bedrock) {
      // There they stand in the body.
      options = options.withBetas(betas);
      betas = List.of();
    }
    body.reserve(request.roughBytes());
    Disguise disguise = AnthropicRequests.encode(request, options, body, losses);
    return new Messages(host, host.path(request), disguise, betas);
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
    return host instanceof ClaudeHost.Own ? "/v1/models?limit=1000" : "";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return ModelListReader.read(bytes, from, to);
  }

  private record Messages(ClaudeHost host, String path, Disguise disguise, List<String> betas)
      implements Translation {

    @Override
    public void headers(HttpHeaders headers) {
      if (!betas.isEmpty()) {
        String configured = headers.get(Betas.HEADER);
        String asked = String.join(",", betas);
        headers.set(Betas.HEADER, configured == null ? asked : configured + "," + asked);
      }
    }

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return AnthropicAnswers.decode(bytes, from, to, disguise);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      Events events = new Events(new AnthropicEventDecoder(disguise));
      return host instanceof ClaudeHost.Bedrock
          ? new EventStreamReader(means, new Invoked(new InvokedStream(events::frame), events))
          : new SseStreamReader(means, events);
    }

    @Override
    public String streamType() {
      return host instanceof ClaudeHost.Bedrock ? EventStreamReader.TYPE : SseStreamReader.TYPE;
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      ProviderError error =
          host instanceof ClaudeHost.Bedrock
              ? ConverseErrors.read(headers.get(ConverseErrors.TYPE_HEADER), bytes, from, to)
              : AnthropicErrors.read(bytes, from, to);
      int meant =
          host instanceof ClaudeHost.Bedrock ? BedrockTranslator.ofOurs(error, status) : status;
      return ProviderFaults.of(error, meant, headers);
    }
  }

  /** Anthropic's events within AWS's messages. */
  private record Invoked(InvokedStream wrapped, Events events)
      implements EventStreamReader.Decoder {

    @Override
    public void message(EventMessage message, EventSink sink) {
      wrapped.message(message, sink);
    }

    @Override
    public void end(EventSink sink) {
      if (!wrapped.hasFailed()) {
        events.end(sink);
      }
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
