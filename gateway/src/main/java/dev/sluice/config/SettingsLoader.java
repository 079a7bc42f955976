package dev.sluice.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads {@code sluice.yaml}. */
public final class SettingsLoader {

  static final int FILE_BYTES_MAX = 4 << 20;

  private final UnaryOperator<@Nullable String> environment;
  private final List<String> dialects;

  /**
   * A loader.
   *
   * @param environment looks up an environment variable; {@code null} where it is unset
   * @param dialects the front doors that there are
   */
  public SettingsLoader(UnaryOperator<@Nullable String> environment, List<String> dialects) {
    this.environment = environment;
    this.dialects = List.copyOf(dialects);
  }

  /**
   * Settings and where they stand in their file.
   *
   * @param settings with defaults filled in
   * @param file the file's name as it was given; empty where there is none
   * @param lines the line of every setting that the file holds, by path
   * @param references the texts of settings with a reference in them, by path, with the reference
   *     in place of its value
   */
  public record Loaded(
      Settings settings, String file, Map<String, Integer> lines, Map<String, String> references) {
    public Loaded {
      lines = Map.copyOf(lines);
      references = Map.copyOf(references);
    }

    /** The same with another port for clients. */
    public Loaded withPort(int port) {
      ServerSettings old = settings.server();
      ServerSettings server =
          new ServerSettings(
              old.host(),
              port,
              old.threads(),
              old.transport(),
              old.tls(),
              old.http2(),
              old.drainTimeout(),
              old.heartbeat(),
              old.cors(),
              old.limits(),
              old.timeouts());
      return with(server, settings.admin());
    }

    /** The same with another port for the operator. */
    public Loaded withAdminPort(int port) {
      AdminSettings old = settings.admin();
      return with(settings.server(), new AdminSettings(old.host(), port, old.enabled()));
    }

    private Loaded with(ServerSettings server, AdminSettings admin) {
      return withSettings(
          new Settings(
              server,
              admin,
              settings.providers(),
              settings.models(),
              settings.catalogue(),
              settings.dialects(),
              settings.onUnsupported(),
              settings.media(),
              settings.demo(),
              settings.access(),
              settings.log()));
    }

    /** Other settings, at the same places. */
    public Loaded withSettings(Settings other) {
      return new Loaded(other, file, lines, references);
    }

    /**
     * The text that gives the setting at {@code path}, with its references in place of their
     * values; {@code null} where it holds none. Where there is one, the setting's value may be a
     * secret and must not be shown.
     */
    public @Nullable String reference(String path) {
      for (String at = path; !at.isEmpty(); at = above(at)) {
        String written = references.get(at);
        if (written != null) {
          return written;
        }
      }
      return null;
    }

    /** A problem with the setting at {@code path}, or with what it stands in. */
    public Problem problem(String path, String message) {
      String at = path;
      while (!lines.containsKey(at) && !at.isEmpty()) {
        at = above(at);
      }
      return new Problem(file, lines.getOrDefault(at, 0), path, message);
    }

    private static String above(String path) {
      int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
      return cut < 0 ? "" : path.substring(0, cut);
    }
  }

  /** What is served without a file: defaults, and no provider or model by name. */
  public Loaded defaults() {
    List<Problem> problems = new ArrayList<>();
    Binder binder = new Binder("", new References(environment, Path.of("")), problems);
    Settings settings =
        binder.record(Settings.class, new YamlNode.Mapping(0, Map.of(), Map.of()), "");
    if (settings == null || !problems.isEmpty()) {
      throw new IllegalStateException("defaults are incomplete: " + problems);
    }
    return new Loaded(settings, "", Map.of(), Map.of());
  }

  /**
   * Reads {@code file}.
   *
   * @throws ConfigException with everything that is wrong with it
   */
  public Loaded load(Path file) throws ConfigException {
    String name = file.toString();
    String text;
    try {
      text = TextFile.read(file, FILE_BYTES_MAX);
    } catch (TextFile.NotTaken e) {
      throw new ConfigException(List.of(new Problem(name, 0, "", String.valueOf(e.getMessage()))));
    }
    List<Problem> problems = new ArrayList<>();
    Path folder = file.toAbsolutePath().getParent();
    References references = new References(environment, folder == null ? Path.of("") : folder);
    YamlNode root = new YamlReader(name, references, problems).read(text);
    Binder binder = new Binder(name, references, problems);
    Settings settings = problems.isEmpty() ? binder.record(Settings.class, root, "") : null;
    if (settings == null) {
      throw new ConfigException(problems);
    }
    Loaded loaded = new Loaded(settings, name, binder.lines(), binder.references());
    problems.addAll(SettingsRules.check(loaded, dialects));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return loaded;
  }
}
