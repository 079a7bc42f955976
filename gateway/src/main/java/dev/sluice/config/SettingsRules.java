package dev.sluice.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What must hold between settings, beyond each one's own type and range. */
final class SettingsRules {

  private static final int PORT_MAX = 65_535;

  private final SettingsLoader.Loaded loaded;
  private final List<Problem> problems = new ArrayList<>();

  private SettingsRules(SettingsLoader.Loaded loaded) {
    this.loaded = loaded;
  }

  static List<Problem> check(SettingsLoader.Loaded loaded, List<String> dialects) {
    SettingsRules rules = new SettingsRules(loaded);
    Settings settings = loaded.settings();
    rules.ports(settings);
    rules.tls(settings);
    String byDefault = settings.dialects().byDefault();
    if (!dialects.contains(byDefault)) {
      rules.problem("dialects.default", "expected one of " + String.join(", ", dialects));
    }
    rules.doors(settings);
    rules.media(settings.media());
    rules.access(settings.access());
    settings.providers().forEach(rules::provider);
    settings.models().forEach(rules::model);
    settings.catalogue().forEach(rules::card);
    rules.modelIds(settings.models());
    return rules.problems;
  }

  private void ports(Settings settings) {
    if (settings.admin().enabled()
        && settings.admin().port() != 0
        && settings.admin().port() == settings.server().port()) {
      problem("admin.port", "is the gateway's own port");
    }
  }

  private void tls(Settings settings) {
    ServerSettings.TlsSettings tls = settings.server().tls();
    if (tls != null) {
      readable("server.tls.certificate", tls.certificate());
      readable("server.tls.key", tls.key());
    }
  }

  private void doors(Settings settings) {
    Set<Integer> taken = new HashSet<>();
    taken.add(settings.server().port());
    if (settings.admin().enabled()) {
      taken.add(settings.admin().port());
    }
    settings
        .dialects()
        .doors()
        .forEach((name, door) -> {
          Integer port = door.listen();
          if (port != null && port != 0 && !taken.add(port)) {
            problem("dialects." + name + ".listen", "is the port of another listener");
          }
        });
  }

  private void media(MediaSettings media) {
    for (int i = 0; i < media.ports().size(); i++) {
      int port = media.ports().get(i);
      if (port < 1 || port > PORT_MAX) {
        problem("media.ports[" + i + "]", "expected a port from 1 to " + PORT_MAX);
      }
    }
    for (int i = 0; i < media.allow().size(); i++) {
      String pattern = media.allow().get(i);
      String name = pattern.startsWith("*.") ? pattern.substring(2) : pattern;
      if (name.isEmpty() || name.indexOf('*') >= 0 || name.indexOf('/') >= 0) {
        problem("media.allow[" + i + "]", "expected a host's name, or *. and the end of one");
      }
    }
  }

  private void access(AccessSettings access) {
    Map<String, String> holders = new HashMap<>();
    access
        .keys()
        .forEach((name, key) -> {
          String path = "access.keys." + name + ".key";
          if (key.key().value().isBlank()) {
            problem(path, "must not be empty");
          } else if (holders.put(key.key().value(), name) != null) {
            problem(path, "is the key of another caller");
          }
        });
  }

  private void provider(String name, ProviderSettings provider) {
    String path = "providers." + name;
    if (name.isEmpty() || name.indexOf('/') >= 0) {
      problem(path, "a provider's name must not be empty or hold a slash");
    }
    if (provider.apiKey() != null && !provider.keys().isEmpty()) {
      problem(path + ".keys", "give either api_key or keys");
    }
    if (!provider.keys().isEmpty() && provider.keys().stream().allMatch(k -> k.weight() == 0)) {
      problem(path + ".keys", "at least one weight must be above 0");
    }
    headers(path, provider);
    LoginRules.check(provider, (key, message) -> problem(path + "." + key, message));
    if (provider.credentialsFile() != null) {
      readable(path + ".credentials_file", provider.credentialsFile());
    }
    ProviderSettings.UpstreamTls tls = provider.tls();
    if (tls != null && tls.ca() != null) {
      readable(path + ".tls.ca", tls.ca());
    }
  }

  /** What goes into a request's head must not be able to end a line of it. */
  private void headers(String path, ProviderSettings provider) {
    if (provider.apiKey() != null) {
      headerValue(path + ".api_key", provider.apiKey().value());
    }
    for (int i = 0; i < provider.keys().size(); i++) {
      headerValue(path + ".keys[" + i + "].key", provider.keys().get(i).key().value());
    }
    provider
        .headers()
        .forEach((name, value) -> {
          headerName(path + ".headers." + name, name);
          headerValue(path + ".headers." + name, value);
        });
    for (int i = 0; i < provider.forwardHeaders().size(); i++) {
      headerName(path + ".forward_headers[" + i + "]", provider.forwardHeaders().get(i));
    }
    String version = provider.apiVersion();
    if (version != null && !consistsOf(version, c -> isLetterOrDigit(c) || "._-".indexOf(c) >= 0)) {
      problem(path + ".api_version", "expected letters, digits, dots and dashes");
    }
  }

  private void headerName(String path, String name) {
    // A token of RFC 9110, section 5.6.2.
    if (!consistsOf(name, c -> isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
      problem(path, "expected a header's name, of letters, digits and dashes");
    }
  }

  private void headerValue(String path, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        problem(path, "holds a line break or another character that a header cannot carry");
        return;
      }
    }
  }

  private static boolean consistsOf(String text, IntPredicate allowed) {
    return !text.isEmpty() && text.chars().allMatch(allowed);
  }

  private static boolean isLetterOrDigit(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private void model(String name, ModelSettings model) {
    String path = "models." + name;
    if (model.targets().isEmpty()) {
      problem(path + ".targets", "at least one target is needed");
    }
    if (model.id() != null && !isUuid(model.id())) {
      problem(path + ".id", "expected a UUID");
    }
    for (int i = 0; i < model.targets().size(); i++) {
      target(path + ".targets[" + i + "].to", model.targets().get(i).to());
    }
    for (int i = 0; i < model.fallbacks().size(); i++) {
      target(path + ".fallbacks[" + i + "]", model.fallbacks().get(i));
    }
    if (model.strategy() == ModelSettings.Strategy.WEIGHTED
        && !model.targets().isEmpty()
        && model.targets().stream().allMatch(target -> target.weight() == 0)) {
      problem(path + ".targets", "at least one weight must be above 0");
    }
  }

  private void card(String name, CardSettings card) {
    String path = "catalogue." + name;
    int slash = name.indexOf('/');
    int star = name.indexOf('*');
    if (slash <= 0 || slash == name.length() - 1) {
      problem(path, "expected provider/model");
    } else if (star >= 0 && star < name.length() - 1) {
      problem(path, "only the end of a name may be *");
    }
    CardSettings.PriceSettings prices = card.prices();
    if (prices != null) {
      ascending(path + ".prices.above", prices.above());
      service(path + ".prices.batch", prices.batch());
      service(path + ".prices.flex", prices.flex());
      service(path + ".prices.priority", prices.priority());
    }
    AcceptsSettings accepts = card.accepts();
    if (accepts != null
        && accepts.budgetMin() != null
        && accepts.budgetMax() != null
        && accepts.budgetMin() > accepts.budgetMax()) {
      problem(path + ".accepts.budget_min", "is more than budget_max");
    }
  }

  private void service(String path, CardSettings.@Nullable RateSettings rates) {
    if (rates != null) {
      ascending(path + ".above", rates.above());
    }
  }

  private void ascending(String path, List<CardSettings.StepSettings> steps) {
    int before = 0;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).prompt() <= before) {
        problem(path + "[" + i + "].prompt", "must be more than " + before);
      }
      before = steps.get(i).prompt();
    }
  }

  /** An id leads to one model; in whatever case it is written. */
  private void modelIds(Map<String, ModelSettings> models) {
    Set<String> taken = new HashSet<>();
    models.forEach((name, model) -> {
      if (model.id() != null && !taken.add(model.id().toLowerCase(Locale.ROOT))) {
        problem("models." + name + ".id", "is the id of another model");
      }
    });
  }

  private void target(String path, String to) {
    int slash = to.indexOf('/');
    if (slash <= 0 || slash == to.length() - 1) {
      problem(path, "expected provider/model");
    }
  }

  private static boolean isUuid(String text) {
    try {
      return text.length() == 36 && UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void readable(String path, String file) {
    if (!isReadable(file)) {
      String reference = loaded.reference(path);
      problem(
          path,
          reference == null
              ? "the file " + file + " cannot be read"
              : "the file that " + reference + " names cannot be read");
    }
  }

  private static boolean isReadable(String file) {
    try {
      return Files.isReadable(Path.of(file));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private void problem(String path, String message) {
    problems.add(loaded.problem(path, message));
  }
}
