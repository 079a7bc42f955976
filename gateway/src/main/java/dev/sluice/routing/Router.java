package dev.sluice.routing;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.ModelSettings;
import dev.sluice.config.NearestNames;
import dev.sluice.provider.Provider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns a model's name into a plan. Immutable: a new configuration makes a new router.
 *
 * <p>A name is looked up among the configured models first, whole, so that such a name may hold a
 * slash; then as {@code provider/model}, split at the first slash, so that a provider's own model
 * name may hold more of them.
 */
public final class Router {

  /** How many names an unknown one is answered with. */
  private static final int NEAREST_MOST = 3;

  /** The longest name that may be asked for: names are repeated in errors, and compared. */
  public static final int NAME_CHARS_MAX = 512;

  /** The most fallbacks a client may list: each may be one more call to a provider. */
  private static final int FALLBACKS_MAX = 32;

  private final Map<String, Provider> providers;
  private final Map<String, Route> routes;
  private final ModelIds learned;
  private final Map<UUID, String> namesById;

  /** A configured name's targets. */
  private record Route(
      UUID id,
      ModelSettings.Strategy strategy,
      List<Target> targets,
      int weightSum,
      List<Target> fallbacks) {}

  private Router(Map<String, Provider> providers, Map<String, Route> routes, ModelIds learned) {
    this.providers = providers;
    this.routes = routes;
    this.learned = learned;
    this.namesById = new HashMap<>();
  }

  /**
   * A setting that names nobody.
   *
   * @param path the setting
   * @param provider who was named
   * @param nearest who may have been meant; {@code null} where nobody's name is near
   */
  public record Problem(String path, String provider, @Nullable String nearest) {}

  /** A router, or what is wrong with the configuration. */
  public record Built(Router router, List<Problem> problems) {}

  /**
   * Builds a router; targets that name nobody are left out and told.
   *
   * @param learned the ids of names that are not configured; outlives this router
   */
  public static Built build(
      Map<String, Provider> providers, Map<String, ModelSettings> models, ModelIds learned) {
    List<Problem> problems = new ArrayList<>();
    Map<String, Route> routes = new HashMap<>();
    Router router = new Router(Map.copyOf(providers), routes, learned);
    for (Map.Entry<String, ModelSettings> entry : new TreeMap<>(models).entrySet()) {
      String path = "models." + entry.getKey();
      ModelSettings model = entry.getValue();
      List<Target> targets = new ArrayList<>();
      for (int i = 0; i < model.targets().size(); i++) {
        ModelSettings.TargetSettings target = model.targets().get(i);
        Target found = router.direct(target.to(), target.weight(), model.timeouts());
        if (found == null) {
          problems.add(router.unknownProvider(path + ".targets[" + i + "].to", target.to()));
        } else {
          targets.add(found);
        }
      }
      List<Target> fallbacks = new ArrayList<>();
      for (int i = 0; i < model.fallbacks().size(); i++) {
        String to = model.fallbacks().get(i);
        Target found = router.direct(to, 1, model.timeouts());
        if (found == null) {
          problems.add(router.unknownProvider(path + ".fallbacks[" + i + "]", to));
        } else {
          fallbacks.add(found);
        }
      }
      if (!targets.isEmpty()) {
        int weightSum = targets.stream().mapToInt(Target::weight).sum();
        String given = model.id();
        UUID id = given == null ? ModelIds.of(entry.getKey()) : UUID.fromString(given);
        router.namesById.put(id, entry.getKey());
        routes.put(
            entry.getKey(),
            new Route(
                id, model.strategy(), List.copyOf(targets), weightSum, List.copyOf(fallbacks)));
      }
    }
    return new Built(router, problems);
  }

  /** All providers, by name. */
  public Map<String, Provider> providers() {
    return providers;
  }

  /** The configured names, sorted. */
  public List<String> modelNames() {
    return List.copyOf(new TreeSet<>(routes.keySet()));
  }

  /** The targets of a configured name, in the order written; empty where it is not configured. */
  public List<Target> targets(String modelName) {
    Route route = routes.get(modelName);
    return route == null ? List.of() : route.targets();
  }

  /** Who answers for a configured name when no target did, in order; empty as for targets. */
  public List<Target> fallbacks(String modelName) {
    Route route = routes.get(modelName);
    return route == null ? List.of() : route.fallbacks();
  }

  /** The models that configured names lead to, as their providers call them. */
  public Set<String> targetModels() {
    Set<String> models = new HashSet<>();
    for (Route route : routes.values()) {
      route.targets().forEach(target -> models.add(target.model()));
      route.fallbacks().forEach(target -> models.add(target.model()));
    }
    return models;
  }

  /** The UUID by which a model may be named, too; from here on {@link #named} knows it. */
  public UUID id(String modelName) {
    Route route = routes.get(modelName);
    return route == null ? learned.learn(modelName) : route.id();
  }

  /**
   * The name of the model that {@code asked} is the UUID of; {@code asked} itself where it is a
   * name or nobody's UUID.
   */
  public String named(String asked) {
    UUID id = ModelIds.parse(asked);
    if (id == null || routes.containsKey(asked)) {
      return asked;
    }
    String name = namesById.get(id);
    if (name == null) {
      name = learned.name(id);
    }
    return name == null ? asked : name;
  }

  /** Whether {@code asked} is a UUID that nobody is known by, though a provider may have more. */
  public boolean isStrange(String asked) {
    return ModelIds.parse(asked) != null
        && named(asked).equals(asked)
        && !routes.containsKey(asked);
  }

  /**
   * Who is asked for {@code model}.
   *
   * @param model as the client wrote it, or the name that {@link #named} found
   * @param fallbacks as the client listed them; those that name nobody are passed over, as clients
   *     list providers that not every gateway has
   * @param fallbackRole what {@code fallbacks} stand for
   * @throws GatewayException with {@link Fault.UnknownModel} where no rule covers the name, or
   *     {@link Fault.InvalidRequest} where a name is too long or there are too many fallbacks
   */
  public Plan plan(
      String model, List<String> fallbacks, Plan.Role fallbackRole, RandomGenerator random) {
    if (fallbacks.size() > FALLBACKS_MAX) {
      throw invalid("fallbacks", "must have at most " + FALLBACKS_MAX + " items");
    }
    requireShort("model", model);
    for (int i = 0; i < fallbacks.size(); i++) {
      requireShort("fallbacks", fallbacks.get(i));
    }
    List<Plan.Step> steps = new ArrayList<>(1 + fallbacks.size());
    if (!append(steps, model, Plan.Role.CHOICE, 0, random)) {
      throw new GatewayException(unknown(model));
    }
    for (int i = 0; i < fallbacks.size(); i++) {
      append(steps, fallbacks.get(i), fallbackRole, 1 + i, random);
    }
    return new Plan(model, steps);
  }

  private static void requireShort(String field, String name) {
    if (name.length() > NAME_CHARS_MAX) {
      throw invalid(field, "must be at most " + NAME_CHARS_MAX + " characters long");
    }
  }

  private static GatewayException invalid(String field, String what) {
    return new GatewayException(Fault.InvalidRequest.of(field, "`" + field + "` " + what));
  }

  private boolean append(
      List<Plan.Step> steps, String model, Plan.Role role, int asked, RandomGenerator random) {
    Route route = routes.get(model);
    if (route == null) {
      Target target = direct(model, 1, null);
      if (target == null) {
        return false;
      }
      steps.add(new Plan.Step(target, role, asked));
      return true;
    }
    int first =
        switch (route.strategy()) {
          case PRIORITY -> 0;
          case WEIGHTED -> byWeight(route, random);
        };
    steps.add(new Plan.Step(route.targets().get(first), role, asked));
    for (int i = 0; i < route.targets().size(); i++) {
      if (i != first) {
        steps.add(new Plan.Step(route.targets().get(i), role, asked));
      }
    }
    Plan.Role fallbackRole = role == Plan.Role.CHOICE ? Plan.Role.CONFIGURED_FALLBACK : role;
    for (Target fallback : route.fallbacks()) {
      steps.add(new Plan.Step(fallback, fallbackRole, asked));
    }
    return true;
  }

  private static int byWeight(Route route, RandomGenerator random) {
    if (route.weightSum() == 0) {
      return 0;
    }
    int ticket = random.nextInt(route.weightSum());
    for (int i = 0; i < route.targets().size(); i++) {
      ticket -= route.targets().get(i).weight();
      if (ticket < 0) {
        return i;
      }
    }
    throw new IllegalStateException("weights do not add up to " + route.weightSum());
  }

  private @Nullable Target direct(
      String name, int weight, ModelSettings.@Nullable ModelTimeouts timeouts) {
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      return null;
    }
    Provider provider = providers.get(name.substring(0, slash));
    if (provider == null) {
      return null;
    }
    return new Target(
        provider,
        name.substring(slash + 1),
        weight,
        timeouts == null ? provider.timeouts() : timeouts.over(provider.timeouts()));
  }

  private Fault.UnknownModel unknown(String model) {
    List<String> nearest = NearestNames.nearest(model, knownNames(model), NEAREST_MOST);
    StringBuilder message = new StringBuilder("unknown model ").append(quoted(model));
    int slash = model.indexOf('/');
    if (slash > 0) {
      message.append(": there is no provider ").append(quoted(model.substring(0, slash)));
    } else {
      message.append(": expected provider/model or a configured name");
    }
    if (!nearest.isEmpty()) {
      message.append("; did you mean ").append(String.join(", ", nearest)).append('?');
    }
    return new Fault.UnknownModel(message.toString(), model, nearest);
  }

  /** The configured names, and the asked name under every provider. */
  private List<String> knownNames(String model) {
    List<String> names = new ArrayList<>(routes.keySet());
    int slash = model.indexOf('/');
    String bare = slash < 0 ? model : model.substring(slash + 1);
    for (Provider provider : providers.values()) {
      names.add(provider.name() + "/" + bare);
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }

  private Problem unknownProvider(String path, String to) {
    int slash = to.indexOf('/');
    String provider = slash < 0 ? to : to.substring(0, slash);
    List<String> nearest = NearestNames.nearest(provider, providers.keySet(), 1);
    return new Problem(path, provider, nearest.isEmpty() ? null : nearest.getFirst());
  }

  private static String quoted(String name) {
    int most = 200;
    String shown = name.length() <= most ? name : name.substring(0, most) + "…";
    return "`" + shown + "`";
  }
}
