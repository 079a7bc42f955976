package dev.sluice.provider;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.ProviderSettings.BedrockApi;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.net.Origin;
import dev.sluice.protocol.openai.OpenAiRequestOptions;
import dev.sluice.provider.KnownProvider.StreamEnding;
import dev.sluice.provider.catalogue.Abilities;
import dev.sluice.provider.catalogue.Cards;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.catalogue.CodecAbilities;
import dev.sluice.provider.translation.AnthropicTranslator;
import dev.sluice.provider.translation.BedrockTranslator;
import dev.sluice.provider.translation.CohereTranslator;
import dev.sluice.provider.translation.GeminiTranslator;
import dev.sluice.provider.translation.GoogleCloud;
import dev.sluice.provider.translation.InvokingTranslator;
import dev.sluice.provider.translation.Policy;
import dev.sluice.provider.translation.Translator;
import dev.sluice.provider.translation.VertexTranslator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A provider as configured, with what is known by its name filled in, before anything is connected.
 *
 * @param name the name before the slash in a model's name
 * @param known what it behaves like
 * @param baseUrl where it is
 * @param cloud whose models are called there; {@code null} but for Vertex
 * @param accounts at least one
 * @param settings as configured
 * @param timeouts with defaults filled in
 */
public record ProviderDefinition(
    String name,
    KnownProvider known,
    BaseUrl baseUrl,
    @Nullable GoogleCloud cloud,
    List<Account> accounts,
    ProviderSettings settings,
    TimeoutSettings timeouts) {

  /** What {@code api_key} says where a provider wants no key. */
  public static final String NO_KEY = "none";

  private static final String OPENAI = "openai";
  private static final String OPENAI_DOMAIN = "openai.com";

  public ProviderDefinition {
    accounts = List.copyOf(accounts);
  }

  /** A definition, or what is wrong with it: exactly one of the two. */
  public sealed interface Outcome {

    /** It can be served. */
    record Ready(ProviderDefinition definition) implements Outcome {}

    /**
     * It cannot.
     *
     * @param key the setting below the provider that is wrong; empty for the provider itself
     * @param message what was expected and what came, for the operator
     */
    record Wrong(String key, String message) implements Outcome {}
  }

  /**
   * Completes {@code settings}.
   *
   * @param name the provider's name in the configuration
   * @param environment looks up an environment variable; {@code null} where it is unset
   * @param defaults the timeouts where neither the provider nor its model names any
   */
  public static Outcome complete(
      String name,
      ProviderSettings settings,
      UnaryOperator<@Nullable String> environment,
      TimeoutSettings defaults) {
    String kind = settings.kind() == null ? name : settings.kind();
    KnownProvider known = KnownProviders.named(kind);
    if (known == null) {
      String names =
          String.join(", ", KnownProviders.all().stream().map(KnownProvider::name).toList());
      return settings.kind() == null
          ? new Outcome.Wrong(
              "",
              "unknown provider; give kind: openai and base_url for a server that speaks OpenAI's"
                  + " protocol, or use a known name: "
                  + names)
          : new Outcome.Wrong("kind", "expected one of " + names);
    }
    String url = settings.baseUrl();
    // A provider that only borrows a known one's protocol must not be sent to that one's servers.
    if (url == null && (settings.kind() == null || kind.equals(name))) {
      url = knownUrl(known, environment);
    }
    Places places = new Places(settings, environment);
    GoogleCloud cloud = null;
    switch (known.protocol()) {
      case CONVERSE -> {
        url = url == null ? places.bedrock() : url;
        if (url == null) {
          return new Outcome.Wrong("region", "expected an AWS region, such as us-east-1");
        }
      }
      case VERTEX -> {
        cloud = places.google();
        if (cloud == null) {
          return new Outcome.Wrong("project", "expected the id of a Google Cloud project");
        }
        url = url == null ? cloud.baseUrl() : url;
      }
      case OPENAI, MISTRAL, ANTHROPIC, GEMINI, COHERE -> {}
    }
    if (url == null) {
      return new Outcome.Wrong("base_url", "expected the URL of the server");
    }
    BaseUrl baseUrl;
    try {
      baseUrl = BaseUrl.of(url);
    } catch (IllegalArgumentException e) {
      return new Outcome.Wrong("base_url", String.valueOf(e.getMessage()));
    }
    Accounts.Keys keys =
        kind.equals(name) ? Accounts.Keys.OF_ENVIRONMENT : Accounts.Keys.CONFIGURED;
    List<Account> accounts;
    switch (Accounts.find(known, settings, environment, keys)) {
      case Accounts.Result.Missing missing -> {
        return new Outcome.Wrong(missing.key(), missing.message());
      }
      case Accounts.Result.Found found -> accounts = found.accounts();
    }
    TimeoutSettings timeouts = settings.timeouts() == null ? defaults : settings.timeouts();
    return new Outcome.Ready(
        new ProviderDefinition(name, known, baseUrl, cloud, accounts, settings, timeouts));
  }

  /**
   * The name by which the catalogue has its models. A server that only borrows OpenAI's protocol
   * serves other models, even under OpenAI's names, and at its own prices.
   */
  public String catalogued() {
    return known.name().equals(OPENAI) && !name.equals(OPENAI) && !isOpenAis(baseUrl.host())
        ? Catalogue.COMPATIBLE
        : known.name();
  }

  private static boolean isOpenAis(String host) {
    return host.equals(OPENAI_DOMAIN) || host.endsWith("." + OPENAI_DOMAIN);
  }

  /**
   * How the provider behaves on the wire.
   *
   * @param origin where it is reached
   */
  public Provider.Wire wire(Catalogue catalogue, Origin origin) {
    Cards cards = catalogue.cards(name, catalogued());
    Boolean doneMarker = settings.doneMarker();
    StreamEnding ending =
        doneMarker == null
            ? known.ending()
            : doneMarker ? StreamEnding.DONE_MARKER : StreamEnding.TRANSFER_END;
    return new Provider.Wire(
        origin,
        known.paths(),
        ending,
        baseUrl.pathPrefix(),
        settings.apiVersion(),
        translator(cards),
        known.protocol() == KnownProvider.Protocol.MISTRAL ? OpenAiRequestOptions.MISTRAL : null,
        settings.translation().blockedPrompt(),
        settings.translation().severalChoices(),
        cards,
        settings.headers(),
        settings.forwardHeaders(),
        settings.abandoned(),
        settings.modelName(),
        settings.translation().unfitAnswer());
  }

  private @Nullable Translator translator(Cards cards) {
    return switch (known.protocol()) {
      case OPENAI, MISTRAL -> null;
      case ANTHROPIC ->
          new AnthropicTranslator(model -> CodecAbilities.anthropic(cards.of(model)), policy());
      case GEMINI ->
          new GeminiTranslator(model -> CodecAbilities.gemini(cards.of(model)), policy());
      case COHERE -> new CohereTranslator(model -> CodecAbilities.cohere(cards.of(model)));
      case CONVERSE -> bedrock(cards);
      case VERTEX -> {
        GoogleCloud called = cloud;
        if (called == null) {
          throw new IllegalStateException("a definition of Vertex names its project");
        }
        yield new VertexTranslator(
            called,
            model -> CodecAbilities.gemini(cards.of(model)),
            model -> CodecAbilities.anthropic(cards.of(model)),
            policy());
      }
    };
  }

  private Policy policy() {
    return Policies.of(settings.translation());
  }

  private Translator bedrock(Cards cards) {
    Translator converse =
        new BedrockTranslator(model -> CodecAbilities.converse(cards.of(model)), policy());
    return settings.bedrockApi() == BedrockApi.CONVERSE
        ? converse
        : new InvokingTranslator(
            converse,
            AnthropicTranslator.invoked(
                model -> CodecAbilities.anthropic(cards.of(model)), policy()),
            model -> cards.of(model).abilities().ownFields() == Abilities.OwnFields.CLAUDE);
  }

  private static @Nullable String knownUrl(
      KnownProvider known, UnaryOperator<@Nullable String> environment) {
    String variable = known.baseUrlVariable();
    String fromEnvironment = variable == null ? null : environment.apply(variable);
    return fromEnvironment == null || fromEnvironment.isBlank() ? known.baseUrl() : fromEnvironment;
  }

  /** The key that the environment holds under one of the provider's usual names. */
  public static @Nullable String keyFrom(
      KnownProvider known, UnaryOperator<@Nullable String> environment) {
    for (String variable : known.keyVariables()) {
      String value = environment.apply(variable);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }

  /** The definitions that settings give, by name. */
  public static Map<String, Outcome> completeAll(
      Map<String, ProviderSettings> providers,
      UnaryOperator<@Nullable String> environment,
      TimeoutSettings defaults) {
    Map<String, Outcome> outcomes = new java.util.TreeMap<>();
    providers.forEach(
        (name, settings) -> outcomes.put(name, complete(name, settings, environment, defaults)));
    return outcomes;
  }
}
