package dev.sluice.provider;

import dev.sluice.config.ProviderSettings.Abandoned;
import dev.sluice.config.ProviderSettings.ModelName;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.config.TranslationSettings.BlockedPrompt;
import dev.sluice.config.TranslationSettings.SeveralChoices;
import dev.sluice.config.TranslationSettings.UnfitAnswer;
import dev.sluice.json.JsonWriter;
import dev.sluice.net.Origin;
import dev.sluice.net.Upstream;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.provider.KnownProvider.StreamEnding;
import dev.sluice.provider.catalogue.Cards;
import dev.sluice.provider.catalogue.ModelCard;
import dev.sluice.provider.translation.Translation;
import dev.sluice.provider.translation.Translator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An upstream, ready to be called. Immutable; shared by all loops. */
public final class Provider {

  private static final AsciiString USER_AGENT = AsciiString.cached("sluice");
  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream");
  private static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

  private final String name;
  private final Origin origin;
  private final KnownProvider.Paths paths;
  private final StreamEnding ending;
  private final String pathPrefix;
  private final @Nullable String apiVersion;
  private final Upstream upstream;
  private final List<Credential> credentials;
  private final int weightSum;
  private final @Nullable Translator translator;
  private final @Nullable OpenAiRequestOptions rewriting;
  private final BlockedPrompt blockedPrompts;
  private final SeveralChoices severalChoices;
  private final Cards cards;
  private final Map<String, String> headers;
  private final List<String> forwardHeaders;
  private final Abandoned abandoned;
  private final ModelName modelName;
  private final UnfitAnswer unfitAnswers;
  private final TimeoutSettings timeouts;
  private final String plainChatPath;

  /**
   * How a provider behaves on the wire.
   *
   * @param origin where it is reached
   * @param translator how it is spoken to; {@code null} where it speaks OpenAI's protocol
   * @param rewriting how requests are written anew that it would refuse; {@code null} where it
   *     refuses none
   * @param blockedPrompts what becomes of an answer that a filter left empty
   * @param severalChoices what becomes of a request for several choices of who gives one
   * @param cards what is known of its models
   * @param abandoned what becomes of an answer whose client has left
   * @param modelName whose name for the model an answer carries
   * @param unfitAnswers what becomes of an answer that has not the form that was asked for
   */
  public record Wire(
      Origin origin,
      KnownProvider.Paths paths,
      StreamEnding ending,
      String pathPrefix,
      @Nullable String apiVersion,
      @Nullable Translator translator,
      @Nullable OpenAiRequestOptions rewriting,
      BlockedPrompt blockedPrompts,
      SeveralChoices severalChoices,
      Cards cards,
      Map<String, String> headers,
      List<String> forwardHeaders,
      Abandoned abandoned,
      ModelName modelName,
      UnfitAnswer unfitAnswers) {
    public Wire {
      headers = Map.copyOf(headers);
      forwardHeaders = List.copyOf(forwardHeaders);
    }
  }

  /**
   * A provider.
   *
   * @param credentials at least one; those of weight zero are never chosen unless all are zero
   */
  public Provider(
      String name,
      Wire wire,
      Upstream upstream,
      List<Credential> credentials,
      TimeoutSettings timeouts) {
    if (credentials.isEmpty()) {
      throw new IllegalArgumentException("provider without a credential: " + name);
    }
    this.name = name;
    this.origin = wire.origin();
    this.paths = wire.paths();
    this.ending = wire.ending();
    this.pathPrefix = wire.pathPrefix();
    this.apiVersion = wire.apiVersion();
    this.translator = wire.translator();
    this.rewriting = wire.rewriting();
    this.blockedPrompts = wire.blockedPrompts();
    this.severalChoices = wire.severalChoices();
    this.cards = wire.cards();
    this.headers = wire.headers();
    this.forwardHeaders = wire.forwardHeaders();
    this.abandoned = wire.abandoned();
    this.modelName = wire.modelName();
    this.unfitAnswers = wire.unfitAnswers();
    this.upstream = upstream;
    this.credentials = List.copyOf(credentials);
    this.weightSum = credentials.stream().mapToInt(Credential::weight).sum();
    this.timeouts = timeouts;
    this.plainChatPath = pathPrefix + versionPath() + "/chat/completions";
  }

  /** The name before the slash in a model's name. */
  public String name() {
    return name;
  }

  /** Where calls go. */
  public Upstream upstream() {
    return upstream;
  }

  /** How long the provider may take. */
  public TimeoutSettings timeouts() {
    return timeouts;
  }

  /** What ends a complete stream. */
  public StreamEnding ending() {
    return ending;
  }

  /** How it is spoken to where it does not speak OpenAI's protocol; {@code null} where it does. */
  public @Nullable Translator translator() {
    return translator;
  }

  /**
   * What is known of a model.
   *
   * @param model as the provider calls it
   */
  public ModelCard card(String model) {
    return cards.of(model);
  }

  /**
   * How a request of OpenAI's protocol is written anew that the provider would refuse as it came;
   * {@code null} where it takes whatever the protocol has.
   */
  public @Nullable OpenAiRequestOptions rewriting() {
    return rewriting;
  }

  /** What becomes of an answer in another protocol that a filter left empty. */
  public BlockedPrompt blockedPrompts() {
    return blockedPrompts;
  }

  /** What becomes of a whole answer that has not the form that was asked for. */
  public UnfitAnswer unfitAnswers() {
    return unfitAnswers;
  }

  /** What becomes of a request for several choices, where its model gives one. */
  public SeveralChoices severalChoices() {
    return severalChoices;
  }

  /** Names of the client's headers that are passed on. */
  public List<String> forwardHeaders() {
    return forwardHeaders;
  }

  /** What becomes of an answer whose client has left before its end. */
  public Abandoned abandoned() {
    return abandoned;
  }

  /** Whose name for the model an answer carries. */
  public ModelName modelName() {
    return modelName;
  }

  /** One of the keys, chosen by weight. */
  public Credential credential(RandomGenerator random) {
    if (credentials.size() == 1 || weightSum == 0) {
      return credentials.getFirst();
    }
    int ticket = random.nextInt(weightSum);
    for (int i = 0; i < credentials.size(); i++) {
      ticket -= credentials.get(i).weight();
      if (ticket < 0) {
        return credentials.get(i);
      }
    }
    throw new IllegalStateException("weights of " + name + " do not add up to " + weightSum);
  }

  /**
   * Puts a credential on a request: the last thing done to it, since it may be signed.
   *
   * @throws dev.sluice.chat.GatewayException where the credential is not valid at the moment
   */
  public void sign(Credential credential, UpstreamRequest request) {
    credential.authenticator().sign(request, origin);
  }

  /**
   * A chat completion, not signed yet.
   *
   * @param model as the provider calls it
   * @param body the request in the provider's protocol; owned by the result
   * @param answer what is asked for
   * @param requestId passed on for the provider's log
   */
  public UpstreamRequest chat(String model, ByteBuf body, AnswerKind answer, String requestId) {
    HttpHeaders sent = headers(requestId);
    sent.set(HttpHeaderNames.CONTENT_TYPE, JSON);
    sent.set(HttpHeaderNames.ACCEPT, answer == AnswerKind.STREAM ? EVENTS : JSON);
    return new UpstreamRequest(HttpMethod.POST, chatPath(model), sent, body);
  }

  /**
   * A chat completion in the provider's own protocol, not signed yet.
   *
   * @param body what {@code translation} goes with; stays the caller's
   * @param answer what is asked for
   * @param requestId passed on for the provider's log
   */
  public UpstreamRequest chat(
      Translation translation,
      JsonWriter body,
      AnswerKind answer,
      String requestId,
      ByteBufAllocator alloc) {
    HttpHeaders sent = headers(requestId);
    sent.set(HttpHeaderNames.CONTENT_TYPE, JSON);
    sent.set(HttpHeaderNames.ACCEPT, answer == AnswerKind.STREAM ? translation.streamType() : JSON);
    if (translator != null) {
      translator.headers(sent);
    }
    translation.headers(sent);
    ByteBuf written = alloc.directBuffer(body.length());
    body.writeTo(written);
    return new UpstreamRequest(HttpMethod.POST, pathPrefix + translation.path(), sent, written);
  }

  /** Whether it can be asked for {@link #models}. */
  public boolean listsModels() {
    return translator == null || !translator.modelsPath().isEmpty();
  }

  /** Asks for the list of the provider's models; not signed yet. */
  public UpstreamRequest models(String requestId) {
    HttpHeaders sent = headers(requestId);
    sent.set(HttpHeaderNames.ACCEPT, JSON);
    Translator speaking = translator;
    if (speaking != null) {
      speaking.headers(sent);
      return new UpstreamRequest(
          HttpMethod.GET, pathPrefix + speaking.modelsPath(), sent, Unpooled.EMPTY_BUFFER);
    }
    String path = pathPrefix + versionPath() + "/models";
    if (paths == KnownProvider.Paths.AZURE && apiVersion != null) {
      path = pathPrefix + "/openai/models?api-version=" + apiVersion;
    }
    return new UpstreamRequest(HttpMethod.GET, path, sent, Unpooled.EMPTY_BUFFER);
  }

  /**
   * The models in {@code bytes[from, to)}, an answer to {@link #models}; none where it is no list.
   */
  public List<ModelListReader.Model> readModels(byte[] bytes, int from, int to) {
    Translator speaking = translator;
    return speaking == null
        ? ModelListReader.read(bytes, from, to)
        : speaking.models(bytes, from, to);
  }

  /** What a request asks for. */
  public enum AnswerKind {
    WHOLE,
    STREAM
  }

  private HttpHeaders headers(String requestId) {
    HttpHeaders sent =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    sent.set(HttpHeaderNames.USER_AGENT, USER_AGENT);
    // An answer that is compressed could not be read or spliced as it passes.
    sent.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    sent.set(REQUEST_ID, requestId);
    if (!headers.isEmpty()) {
      headers.forEach(sent::set);
    }
    return sent;
  }

  private String chatPath(String model) {
    if (paths != KnownProvider.Paths.AZURE || apiVersion == null) {
      return plainChatPath;
    }
    return pathPrefix
        + "/openai/deployments/"
        + URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20")
        + "/chat/completions?api-version="
        + apiVersion;
  }

  private String versionPath() {
    return switch (paths) {
      case PLAIN -> "";
      case VERSIONED -> "/v1";
      case AZURE -> "/openai/v1";
    };
  }

  @Override
  public String toString() {
    return "Provider[" + name + "]";
  }
}
