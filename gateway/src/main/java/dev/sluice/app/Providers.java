package dev.sluice.app;

import dev.sluice.config.NearestNames;
import dev.sluice.config.Problem;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.config.TranslationSettings;
import dev.sluice.net.HttpUpstream;
import dev.sluice.net.Origin;
import dev.sluice.net.OutgoingProxy;
import dev.sluice.net.Transport;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.Account;
import dev.sluice.provider.BaseUrl;
import dev.sluice.provider.Credential;
import dev.sluice.provider.KnownProvider;
import dev.sluice.provider.KnownProviders;
import dev.sluice.provider.Provider;
import dev.sluice.provider.ProviderDefinition;
import dev.sluice.provider.auth.Authenticators;
import dev.sluice.provider.auth.TokenKeeper;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.demo.DemoUpstream;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Connects providers, and over a reload keeps those whose settings have not changed, with their
 * warm connections.
 */
final class Providers implements AutoCloseable {

  /** What the timeouts are where nobody says otherwise. */
  private static final TimeoutSettings TIMEOUTS =
      new TimeoutSettings(
          Duration.ofSeconds(5),
          Duration.ofMinutes(2),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10));

  private final Transport transport;
  private final AddressResolverGroup<InetSocketAddress> resolvers;
  private final Metrics metrics;
  private final UnaryOperator<@Nullable String> environment;
  private final Catalogue builtIn = Catalogue.load();
  private final Authenticators authenticators;
  private volatile Map<String, Connected> connected = new HashMap<>();

  private record Connected(
      ProviderDefinition definition,
      Provider provider,
      Origin origin,
      HttpUpstream upstream,
      List<Credential> credentials) {

    /** What has tokens to be renewed. */
    List<TokenKeeper<?>> keepers() {
      List<TokenKeeper<?>> keepers = new ArrayList<>();
      for (Credential credential : credentials) {
        TokenKeeper<?> keeper = credential.authenticator().keeper();
        if (keeper != null) {
          keepers.add(keeper);
        }
      }
      return keepers;
    }

    void close() {
      upstream.close();
      credentials.forEach(credential -> credential.authenticator().close());
    }
  }

  Providers(
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolvers,
      Metrics metrics,
      UnaryOperator<@Nullable String> environment) {
    this.transport = transport;
    this.resolvers = resolvers;
    this.metrics = metrics;
    this.environment = environment;
    this.authenticators = new Authenticators(environment);
  }

  private static Provider demo(Catalogue catalogue) {
    Provider.Wire wire =
        new Provider.Wire(
            new Origin(false, KnownProviders.DEMO, 80, null, null),
            KnownProvider.Paths.PLAIN,
            KnownProvider.StreamEnding.DONE_MARKER,
            "/v1",
            null,
            null,
            null,
            TranslationSettings.usual().blockedPrompt(),
            TranslationSettings.usual().severalChoices(),
            catalogue.cards(KnownProviders.DEMO, Catalogue.COMPATIBLE),
            Map.of(),
            List.of(),
            ProviderSettings.Abandoned.CANCELLED,
            ProviderSettings.ModelName.SERVED,
            TranslationSettings.usual().unfitAnswer());
    return new Provider(
        KnownProviders.DEMO,
        wire,
        new DemoUpstream(Clock.systemUTC()),
        List.of(new Credential("none", Authenticators.NONE, 1)),
        TIMEOUTS);
  }

  /** Providers to be served; nothing is disconnected before {@link #adopt}. */
  record Prepared(Map<String, Provider> providers, Map<String, Connected> connections) {}

  /** Connects what is configured; what is wrong is added to {@code problems}. */
  Prepared prepare(SettingsLoader.Loaded loaded, List<Problem> problems) {
    Map<String, Connected> next = new HashMap<>();
    Map<String, Provider> providers = new HashMap<>();
    Catalogue catalogue = builtIn.with(loaded.settings().catalogue());
    if (loaded.settings().demo().enabled()) {
      providers.put(KnownProviders.DEMO, demo(catalogue));
    }
    Map<String, ProviderSettings> configured = new HashMap<>(loaded.settings().providers());
    if (configured.remove(KnownProviders.DEMO) != null) {
      problems.add(
          loaded.problem(
              "providers.demo",
              "the demo provider needs no settings here; demo.enabled turns it off"));
    }
    ProviderDefinition.completeAll(configured, environment, TIMEOUTS)
        .forEach((name, outcome) -> {
          switch (outcome) {
            case ProviderDefinition.Outcome.Wrong wrong ->
                problems.add(
                    loaded.problem(
                        "providers." + name + (wrong.key().isEmpty() ? "" : "." + wrong.key()),
                        wrong.message()));
            case ProviderDefinition.Outcome.Ready ready -> {
              Connected now = connect(ready.definition(), catalogue, loaded, problems);
              if (now != null) {
                next.put(name, now);
                providers.put(name, now.provider());
              }
            }
          }
        });
    corrected(loaded, providers.keySet(), problems);
    return new Prepared(providers, next);
  }

  /** What is said of the models of a provider that is not there was meant for another one. */
  private static void corrected(
      SettingsLoader.Loaded loaded, Set<String> providers, List<Problem> problems) {
    for (String name : loaded.settings().catalogue().keySet()) {
      String provider = name.substring(0, name.indexOf('/'));
      if (!providers.contains(provider)) {
        List<String> nearest = NearestNames.nearest(provider, providers, 1);
        String meant = nearest.isEmpty() ? "" : "; did you mean " + nearest.getFirst() + "?";
        problems.add(
            loaded.problem("catalogue." + name, "no provider is called " + provider + meant));
      }
    }
  }

  /** Serves {@code prepared} from here on, and lets go of what it does not hold. */
  void adopt(Prepared prepared) {
    Map<String, Connected> next = prepared.connections();
    connected.forEach((name, old) -> {
      Connected now = next.get(name);
      if (now == null || now.upstream() != old.upstream()) {
        metrics.forget("provider", name);
        old.close();
      }
    });
    next.forEach((name, now) -> {
      Connected old = connected.get(name);
      if (old == null || old.upstream() != now.upstream()) {
        gauges(name, now.upstream());
        now.credentials().forEach(credential -> renew(name, credential));
      }
    });
    connected = next;
  }

  private @Nullable Connected connect(
      ProviderDefinition definition,
      Catalogue catalogue,
      SettingsLoader.Loaded loaded,
      List<Problem> problems) {
    Connected old = connected.get(definition.name());
    if (old != null && old.definition().equals(definition)) {
      // What is known of its models may have changed; its connections and tokens have not.
      return connected(definition, catalogue, old.origin(), old.upstream(), old.credentials());
    }
    ProviderSettings settings = definition.settings();
    BaseUrl url = definition.baseUrl();
    String path = "providers." + definition.name();
    try {
      OutgoingProxy proxy =
          OutgoingProxy.choose(settings.proxy(), url.secure(), url.host(), url.port(), environment);
      Origin origin =
          new Origin(
              url.secure(),
              url.host(),
              url.port(),
              proxy,
              settings.tls() == null ? null : settings.tls().ca());
      HttpUpstream upstream =
          new HttpUpstream(
              origin,
              settings.http(),
              settings.pool(),
              definition.timeouts().connect(),
              transport,
              resolvers);
      return connected(definition, catalogue, origin, upstream, open(definition));
    } catch (IllegalArgumentException e) {
      problems.add(loaded.problem(path + ".proxy", String.valueOf(e.getMessage())));
    } catch (IOException e) {
      problems.add(loaded.problem(path + ".tls", String.valueOf(e.getMessage())));
    }
    return null;
  }

  private static Connected connected(
      ProviderDefinition definition,
      Catalogue catalogue,
      Origin origin,
      HttpUpstream upstream,
      List<Credential> credentials) {
    Provider provider =
        new Provider(
            definition.name(),
            definition.wire(catalogue, origin),
            upstream,
            credentials,
            definition.timeouts());
    return new Connected(definition, provider, origin, upstream, credentials);
  }

  /** What convinces the provider; nothing is fetched before it is adopted. */
  private List<Credential> open(ProviderDefinition definition) {
    List<Credential> opened = new ArrayList<>();
    for (Account account : definition.accounts()) {
      String name = definition.name() + "/" + account.name();
      opened.add(
          new Credential(
              account.name(),
              authenticators.open(name, account.login(), definition.settings().proxy()),
              account.weight()));
    }
    return opened;
  }

  private void renew(String provider, Credential credential) {
    TokenKeeper<?> keeper = credential.authenticator().keeper();
    if (keeper == null) {
      return;
    }
    String name = credential.name();
    metrics.gauge(
        "sluice.credential.seconds",
        "How long a token for a provider is valid; -1 where nothing says",
        keeper,
        TokenKeeper::secondsLeft,
        "provider",
        provider,
        "credential",
        name);
    metrics.gauge(
        "sluice.credential.failures",
        "Tokens for a provider that could not be fetched",
        keeper,
        TokenKeeper::failures,
        "provider",
        provider,
        "credential",
        name);
    keeper.start();
  }

  /** Waits, for each provider at most that long, until tokens have been fetched or refused. */
  void awaitTokens(Duration each) throws InterruptedException {
    for (Connected provider : connected.values()) {
      for (TokenKeeper<?> keeper : provider.keepers()) {
        keeper.awaitFirst(each);
      }
    }
  }

  /**
   * Whether each provider's token has been fetched or refused once: one that cannot be had must not
   * keep the gateway from serving the others.
   */
  boolean hasTokens() {
    for (Connected provider : connected.values()) {
      for (TokenKeeper<?> keeper : provider.keepers()) {
        if (!keeper.hasOutcome()) {
          return false;
        }
      }
    }
    return true;
  }

  private void gauges(String name, HttpUpstream upstream) {
    String figure = "sluice.upstream.connections";
    String what = "Connections to providers";
    metrics.gauge(
        figure, what, upstream, HttpUpstream::openConnections, "provider", name, "state", "open");
    metrics.gauge(
        figure, what, upstream, HttpUpstream::idleConnections, "provider", name, "state", "idle");
    metrics.gauge(
        "sluice.upstream.waiting",
        "Calls that wait for a connection",
        upstream,
        HttpUpstream::waitingCalls,
        "provider",
        name);
    metrics.gauge(
        "sluice.upstream.connect.failures",
        "Connections that could not be opened",
        upstream,
        HttpUpstream::connectFailures,
        "provider",
        name);
    metrics.gauge(
        "sluice.upstream.stale.retries",
        "Calls sent again since their connection was stale",
        upstream,
        HttpUpstream::staleRetries,
        "provider",
        name);
  }

  @Override
  public void close() {
    connected.values().forEach(Connected::close);
  }
}
