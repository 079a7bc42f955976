package dev.sluice.app;

import dev.sluice.access.Access;
import dev.sluice.admin.AdminServer;
import dev.sluice.config.ConfigException;
import dev.sluice.config.Problem;
import dev.sluice.config.ServerSettings;
import dev.sluice.config.Settings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.engine.Drains;
import dev.sluice.engine.Engine;
import dev.sluice.engine.Holdings;
import dev.sluice.engine.Serving;
import dev.sluice.http.FrontDoor;
import dev.sluice.http.Health;
import dev.sluice.metering.ConfiguredCredit;
import dev.sluice.net.DirectMemory;
import dev.sluice.net.HttpResolvers;
import dev.sluice.net.Server;
import dev.sluice.net.Transport;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.KnownProviders;
import dev.sluice.provider.Provider;
import dev.sluice.provider.catalogue.ModelCard;
import dev.sluice.provider.demo.DemoUpstream;
import dev.sluice.provider.media.MediaFetcher;
import dev.sluice.routing.ModelIds;
import dev.sluice.routing.Router;
import dev.sluice.routing.Target;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: everything wired together. Its methods are for the thread that starts and
 * stops it; {@link #reload} may be called from any one thread.
 */
public final class Gateway implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /** The front doors that there are. */
  public static final List<String> DIALECTS = Dialects.NAMES;

  /** The gateway's own listener. */
  private static final String MAIN = "main";

  /** How long a list of models waits for a provider's token. */
  private static final Duration TOKEN_MAX = Duration.ofSeconds(10);

  private final Transport transport;
  private final AddressResolverGroup<InetSocketAddress> resolvers;
  private final Metrics metrics = new Metrics();
  private final Health health = new Health(this::hasCredentials);
  private final Providers providers;
  private final ModelIds modelIds = new ModelIds();
  private final Holdings holdings;
  private final Engine engine;
  private final Server server;
  private final Dialects dialects;
  private final Settings settings;
  private final Map<String, InetSocketAddress> addresses = new HashMap<>();
  private @Nullable AdminServer admin;

  private Gateway(SettingsLoader.Loaded loaded, UnaryOperator<@Nullable String> environment)
      throws ConfigException, IOException {
    settings = loaded.settings();
    transport = Transport.open(settings.server().transport(), settings.server().threads());
    resolvers = HttpResolvers.open(transport);
    providers = new Providers(transport, resolvers, metrics, environment);
    holdings = holdings(settings);
    try {
      Drains drains = new Drains(settings.server().limits().drains());
      engine = new Engine(transport.loops(), serving(loaded), metrics, holdings, drains);
      dialects = new Dialects(settings);
      FrontDoor door = frontDoor();
      server = new Server(transport, door, settings.server());
      gauges(door);
    } catch (ConfigException | RuntimeException e) {
      closeParts();
      throw e;
    }
  }

  private void listen() throws IOException {
    listen(MAIN, settings.server().port());
    for (Map.Entry<String, Integer> own : dialects.listeners().entrySet()) {
      listen(own.getKey(), own.getValue());
    }
  }

  private void listen(String name, int port) throws IOException {
    ServerSettings listener = settings.server();
    addresses.put(name, server.listen(name, listener.host(), port, listener.tls()));
  }

  /**
   * Starts a gateway.
   *
   * @param environment looks up an environment variable; {@code null} where it is unset
   * @throws ConfigException where the settings name what is not there
   * @throws IOException where an address is not to be had
   */
  public static Gateway open(
      SettingsLoader.Loaded loaded, UnaryOperator<@Nullable String> environment)
      throws ConfigException, IOException {
    Gateway gateway = new Gateway(loaded, environment);
    try {
      gateway.listen();
    } catch (IOException e) {
      gateway.close();
      String reference = loaded.reference("server.host");
      if (reference == null) {
        throw e;
      }
      // The host is in the exception's texts, and may be a secret put in the wrong place.
      throw new ConfigException(
          List.of(loaded.problem("server.host", "cannot listen where " + reference + " says")));
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /**
   * What {@code loaded} would serve, in words.
   *
   * @throws ConfigException where it could not be served
   */
  static String describe(SettingsLoader.Loaded loaded, UnaryOperator<@Nullable String> environment)
      throws ConfigException {
    try (Gateway gateway = new Gateway(loaded, environment)) {
      StringBuilder text = new StringBuilder("\n# Would be served:\n");
      Router router = gateway.serving().router();
      for (String name : new TreeSet<>(router.providers().keySet())) {
        text.append("#   ").append(name).append("/*\n");
      }
      for (String name : router.modelNames()) {
        text.append("#   ").append(name).append(" -> ").append(names(router.targets(name)));
        if (!router.fallbacks(name).isEmpty()) {
          text.append("; fallbacks: ").append(names(router.fallbacks(name)));
        }
        text.append('\n');
      }
      return text.toString();
    } catch (IOException e) {
      throw new ConfigException(List.of(loaded.problem("server", String.valueOf(e.getMessage()))));
    }
  }

  private static String names(List<Target> targets) {
    return String.join(", ", targets.stream().map(Target::name).toList());
  }

  /**
   * The models that {@code loaded} would serve, sorted by name; those of providers that do not
   * answer are left out.
   *
   * @throws ConfigException where it could not be served
   */
  static List<KnownModel> models(
      SettingsLoader.Loaded loaded, UnaryOperator<@Nullable String> environment)
      throws ConfigException, IOException {
    try (Gateway gateway = new Gateway(loaded, environment)) {
      gateway.providers.awaitTokens(TOKEN_MAX);
      CompletableFuture<List<ModelEntry>> listed = new CompletableFuture<>();
      EventLoop loop = gateway.transport.loops().getFirst();
      loop.execute(() -> gateway.engine.listing().list(loop, listed::complete));
      Router router = gateway.serving().router();
      return listed.join().stream()
          .sorted(Comparator.comparing(ModelEntry::id))
          .map(entry -> new KnownModel(entry, card(router, entry.id())))
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for tokens");
    }
  }

  /**
   * A model that would be served.
   *
   * @param card what is known of it, or of the first target of a name of our own; {@code null}
   *     where nobody serves it
   */
  record KnownModel(ModelEntry entry, @Nullable ModelCard card) {}

  private static @Nullable ModelCard card(Router router, String name) {
    List<Target> targets = router.targets(name);
    if (!targets.isEmpty()) {
      return targets.getFirst().provider().card(targets.getFirst().model());
    }
    int slash = name.indexOf('/');
    Provider provider = slash < 0 ? null : router.providers().get(name.substring(0, slash));
    return provider == null ? null : provider.card(name.substring(slash + 1));
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return address(MAIN);
  }

  /** Where the clients of one dialect connect, which has a listener of its own. */
  public InetSocketAddress address(String dialect) {
    InetSocketAddress address = addresses.get(dialect);
    if (address == null) {
      throw new IllegalArgumentException("no listener of its own: " + dialect);
    }
    return address;
  }

  /** How sockets are driven. */
  public Transport.Kind transport() {
    return transport.kind();
  }

  /** The figures. */
  public Metrics metrics() {
    return metrics;
  }

  /** What is served now. */
  public Serving serving() {
    return engine.serving();
  }

  /** The operator's port; -1 while it is not open. */
  public int adminPort() {
    AdminServer open = admin;
    return open == null ? -1 : open.port();
  }

  /**
   * Opens the operator's listener. Apart from the start, so that clients need not wait for it.
   *
   * @throws RuntimeException where the address is not to be had
   */
  public void openAdmin() {
    if (settings.admin().enabled()) {
      metrics.bindProcess();
      admin = AdminServer.open(settings.admin().host(), settings.admin().port(), metrics);
    }
  }

  /**
   * Serves {@code loaded} from here on; requests under way end as they began. Listeners and their
   * limits stay as they were started.
   *
   * @throws ConfigException where it cannot be served; then nothing has changed
   */
  public void reload(SettingsLoader.Loaded loaded) throws ConfigException {
    engine.serve(serving(loaded));
    if (!loaded.settings().server().equals(settings.server())
        || !loaded.settings().admin().equals(settings.admin())
        || !loaded.settings().dialects().equals(settings.dialects())
        || !loaded.settings().log().equals(settings.log())) {
      log.warn("changes below server, admin, dialects and log take effect with the next start");
    }
  }

  /**
   * Lets requests under way end, and answers that are read on without their clients, then stops.
   *
   * @return whether all of them ended within the configured time
   */
  public boolean drain() {
    health.drain();
    long since = System.nanoTime();
    Duration most = settings.server().drainTimeout();
    boolean all = server.drain(most);
    all &= engine.drains().await(most.toNanos() - (System.nanoTime() - since));
    close();
    return all;
  }

  /** Has {@code then} run where the gateway cannot go on, though nobody has stopped it. */
  public void whenBroken(Runnable then) {
    transport.whenBroken(then);
  }

  /** Stops at once. */
  @Override
  public void close() {
    engine.drains().stop();
    server.close();
    AdminServer open = admin;
    if (open != null) {
      open.close();
    }
    closeParts();
  }

  private void closeParts() {
    providers.close();
    resolvers.close();
    transport.close();
    metrics.close();
  }

  private Serving serving(SettingsLoader.Loaded loaded) throws ConfigException {
    List<Problem> problems = new ArrayList<>();
    Providers.Prepared prepared = providers.prepare(loaded, problems);
    Router.Built built = Router.build(prepared.providers(), loaded.settings().models(), modelIds);
    for (Router.Problem problem : built.problems()) {
      problems.add(unknownProvider(loaded, problem));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    providers.adopt(prepared);
    if (prepared.providers().containsKey(KnownProviders.DEMO)) {
      DemoUpstream.models().forEach(model -> modelIds.learn(KnownProviders.DEMO + "/" + model));
    }
    metrics.know(built.router().targetModels());
    ServerSettings server = loaded.settings().server();
    return new Serving(
        built.router(),
        new Access(loaded.settings().access()),
        new ConfiguredCredit(),
        new Serving.Limits(server.limits().answer().intBytes(), server.limits().frame().intBytes()),
        server.heartbeat().toNanos(),
        MediaFetcher.open(transport, resolvers, loaded.settings().media(), holdings),
        loaded.settings().onUnsupported());
  }

  private static Problem unknownProvider(SettingsLoader.Loaded loaded, Router.Problem problem) {
    String reference = loaded.reference(problem.path());
    String nearest = problem.nearest();
    return loaded.problem(
        problem.path(),
        reference != null
            ? "no provider is called as " + reference + " says"
            : "no provider is called "
                + problem.provider()
                + (nearest == null ? "" : "; did you mean " + nearest + "?"));
  }

  private boolean hasCredentials() {
    return providers.hasTokens();
  }

  private FrontDoor frontDoor() {
    return new FrontDoor(
        dialects.doors(),
        engine,
        engine.listing(),
        health,
        new FrontDoor.Bounds(
            settings.server().limits().body().intBytes(), settings.server().limits().requests()),
        transport.memory(),
        settings.server().cors().origins());
  }

  private static Holdings holdings(Settings settings) {
    long held = settings.server().limits().held().bytes();
    return new Holdings(held > 0 ? held : Runtime.getRuntime().maxMemory() / 2);
  }

  private void gauges(FrontDoor door) {
    metrics.gauge("sluice.open.requests", "Requests under way", door, FrontDoor::underWay);
    metrics.gauge("sluice.open.streams", "Streamed answers under way", engine, Engine::openStreams);
    metrics.gauge(
        "sluice.held.bytes",
        "What large bodies and answers hold in memory",
        engine.holdings(),
        Holdings::bytes);
    metrics.gauge(
        "sluice.direct.memory.bytes",
        "What sockets' buffers take of the direct memory",
        transport.memory(),
        DirectMemory::bytes);
    Drains drains = engine.drains();
    metrics.gauge(
        "sluice.drains",
        "Answers under way that are read to their end although their clients have left",
        drains,
        Drains::underWay);
    metrics.gauge(
        "sluice.drains.refused",
        "Answers cancelled when their clients left, as there were too many such",
        drains,
        Drains::refused);
    metrics.gauge("sluice.connections", "Open client connections", server, Server::connections);
    metrics.gauge(
        "sluice.connections.refused",
        "Connections closed at once, as there were too many",
        server,
        Server::refusedConnections);
  }
}
