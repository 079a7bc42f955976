package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a gateway serve what its configuration's file says now. A file that cannot be served changes
 * nothing; it is logged and counted. For one thread at a time.
 */
final class Reloader {

  private static final Logger log = LoggerFactory.getLogger(Reloader.class);

  private final SettingsLoader loader;
  private final Path file;
  private final @Nullable Integer port;
  private final Gateway gateway;

  /** A reloader; {@code port} stands in place of the configured one, if it is there. */
  Reloader(SettingsLoader loader, Path file, @Nullable Integer port, Gateway gateway) {
    this.loader = loader;
    this.file = file;
    this.port = port;
    this.gateway = gateway;
  }

  void reload() {
    try {
      SettingsLoader.Loaded loaded = loader.load(file);
      gateway.reload(port == null ? loaded : loaded.withPort(port));
      gateway.metrics().configurationApplied();
      log.info("{} has been read again and is served", file);
    } catch (ConfigException e) {
      gateway.metrics().configurationRefused();
      log.error("{} is refused, the earlier configuration stays:\n{}", file, e.getMessage());
    } catch (RuntimeException e) {
      // A fault of ours, after which the next change must still be noticed. Its message is left
      // out, since it may hold what a reference stands for.
      gateway.metrics().configurationRefused();
      log.error(
          "{} cannot be applied, the earlier configuration stays: {} at {}",
          file,
          e.getClass().getName(),
          e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0]);
    }
  }
}
