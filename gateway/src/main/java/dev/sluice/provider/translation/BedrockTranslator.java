package dev.sluice.provider.translation;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.converse.ConverseAbilities;
import dev.sluice.protocol.converse.ConverseAnswers;
import dev.sluice.protocol.converse.ConverseErrors;
import dev.sluice.protocol.converse.ConverseEventDecoder;
import dev.sluice.protocol.converse.ConverseRequestOptions;
import dev.sluice.protocol.converse.ConverseRequests;
import dev.sluice.protocol.eventstream.EventMessage;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.provider.media.Needs;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;

/** Amazon Bedrock's Converse protocol, which is the same for all models. */
public final class BedrockTranslator implements Translator {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final Function<String, ConverseAbilities> abilities;
  private final Policy policy;

  /**
   * A translator.
   *
   * @param abilities what a model takes, by the provider's name of it
   * @param policy where more than one answer can be defended
   */
  public BedrockTranslator(Function<String, ConverseAbilities> abilities, Policy policy) {
    this.abilities = abilities;
    this.policy = policy;
  }

  @Override
  public Translation translate(
      ChatRequest request, HttpHeaders client, JsonWriter body, Losses losses) {
    ConverseRequestOptions options =
        new ConverseRequestOptions(
            abilities.apply(request.model()),
            policy.instructions(),
            policy.shortage(),
            policy.unanswered());
    body.reserve(request.roughBytes());
    Disguise disguise = ConverseRequests.encode(request, options, body, losses);
    String path =
        modelPath(request.model())
            + switch (request.delivery()) {
              case WHOLE -> "/converse";
              case STREAM, STREAM_WITH_USAGE -> "/converse-stream";
            };
    return new Converse(path, disguise);
  }

  /** Some refusals of our own credential come as if the request were wrong; their kind tells. */
  static int ofOurs(ProviderError error, int status) {
    int told = ConverseErrors.status(error.type());
    return told == UNAUTHORIZED || told == FORBIDDEN ? told : status;
  }

  /** Ids of models hold colons, and those of profiles slashes: both are part of one segment. */
  static String modelPath(String model) {
    return "/model/" + GoogleCloud.encoded(model).replace(":", "%3A");
  }

  @Override
  public void headers(HttpHeaders headers) {}

  /** Bytes, but for files in Amazon's own storage. */
  @Override
  public Needs needs(String model) {
    return remote -> !remote.url().startsWith("s3://");
  }

  /** Lists are another server's. */
  @Override
  public String modelsPath() {
    return "";
  }

  @Override
  public List<ModelListReader.Model> models(byte[] bytes, int from, int to) {
    return List.of();
  }

  private record Converse(String path, Disguise disguise) implements Translation {

    @Override
    public void headers(HttpHeaders headers) {}

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return ConverseAnswers.decode(bytes, from, to, disguise);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      return new EventStreamReader(means, new Events(new ConverseEventDecoder(disguise)));
    }

    @Override
    public String streamType() {
      return EventStreamReader.TYPE;
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      ProviderError error =
          ConverseErrors.read(headers.get(ConverseErrors.TYPE_HEADER), bytes, from, to);
      return ProviderFaults.of(error, ofOurs(error, status), headers);
    }
  }

  private record Events(ConverseEventDecoder decoder) implements EventStreamReader.Decoder {

    @Override
    public byte[] usualHeaders() {
      return ConverseEventDecoder.pieceHeaders();
    }

    @Override
    public void message(EventMessage message, EventSink sink) {
      decoder.message(message, sink);
    }

    @Override
    public void end(EventSink sink) {
      decoder.transferEnded(sink);
    }
  }
}
