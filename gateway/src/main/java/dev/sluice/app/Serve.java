package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.LogSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.config.SettingsWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs a gateway until it is told to stop. */
final class Serve {

  private static final Path USUAL_FILE = Path.of("sluice.yaml");
  private static final int INVALID = 1;

  /** What a process without heap ends with, too. */
  private static final int BROKEN = 3;

  private static final long ADMIN_DELAY_NANOS = 300_000_000L;

  private Serve() {}

  /**
   * What the command line says.
   *
   * @param file the configuration; {@code null} for the usual one, if it is there
   * @param port in place of the configured one; {@code null} for that one
   */
  record Options(@Nullable Path file, @Nullable Integer port) {
    static final Options DEFAULTS = new Options(null, null);

    /**
     * What the usual command lines say: nothing, or {@code serve} with a configuration; {@code
     * null} for all others. To read those takes a tenth of a second more.
     */
    static @Nullable Options ofUsual(String[] arguments) {
      if (arguments.length == 0 || (arguments.length == 1 && arguments[0].equals("serve"))) {
        return DEFAULTS;
      }
      boolean configured =
          arguments.length == 3
              && arguments[0].equals("serve")
              && arguments[1].equals("--config")
              && !arguments[2].isEmpty();
      return configured ? new Options(Path.of(arguments[2]), null) : null;
    }
  }

  /** Serves; returns when the gateway has stopped, with the process's exit status. */
  static int run(Options options) {
    SettingsLoader loader = new SettingsLoader(System::getenv, Gateway.DIALECTS);
    Path file = file(options);
    // Before the file is loaded, so that no change is missed in between.
    SettingsWatcher watcher = file == null ? null : new SettingsWatcher(file);
    Gateway gateway;
    SettingsLoader.Loaded loaded;
    try {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
      loaded = load(loader, file, options.port());
      Logging.configure(loaded.settings().log());
      gateway = Gateway.open(loaded, System::getenv);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return INVALID;
    } catch (IOException e) {
      System.err.println(e.getMessage() + reason(e));
      return INVALID;
    }
    Logger log = LoggerFactory.getLogger(Serve.class);
    CountDownLatch stopped = new CountDownLatch(1);
    stopOnSignal(gateway, log, stopped);
    gateway.whenBroken(() -> {
      log.error("an event loop has ended: the process ends, as it serves no more");
      Runtime.getRuntime().halt(BROKEN);
    });
    // Always, as a hang-up that nobody handles ends the process.
    Signals.onHangUp(
        watcher == null
            ? () -> log.info("told to hang up: started without a file, so nothing to read again")
            : watcher::reloadNow);
    if (loaded.settings().log().format() == LogSettings.Format.TEXT) {
      System.out.print(Banner.text(gateway, loaded.settings()));
      System.out.flush();
    }
    openAdmin(gateway, loaded, log);
    if (file != null && watcher != null) {
      watcher.start(new Reloader(loader, file, options.port(), gateway)::reload);
    }
    try {
      stopped.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  /** What would be served. */
  static SettingsLoader.Loaded loaded(Options options) throws ConfigException {
    return loaded(new SettingsLoader(System::getenv, Gateway.DIALECTS), options);
  }

  static SettingsLoader.Loaded loaded(SettingsLoader loader, Options options)
      throws ConfigException {
    return load(loader, file(options), options.port());
  }

  private static @Nullable Path file(Options options) {
    Path file = options.file();
    return file == null && Files.exists(USUAL_FILE) ? USUAL_FILE : file;
  }

  private static SettingsLoader.Loaded load(
      SettingsLoader loader, @Nullable Path file, @Nullable Integer port) throws ConfigException {
    SettingsLoader.Loaded loaded = file == null ? loader.defaults() : loader.load(file);
    if (file == null) {
      loaded = loaded.withSettings(Discovery.discover(loaded.settings(), System::getenv));
    }
    return port == null ? loaded : loaded.withPort(port);
  }

  /** Clients need not wait for the operator's port. */
  private static void openAdmin(Gateway gateway, SettingsLoader.Loaded loaded, Logger log) {
    Thread.ofVirtual()
        .name("admin-start")
        .start(() -> {
          // The first answers are worth more than the first scrape, and both want the processor.
          LockSupport.parkNanos(ADMIN_DELAY_NANOS);
          try {
            gateway.openAdmin();
            if (loaded.settings().admin().port() == 0 && gateway.adminPort() > 0) {
              log.info("metrics: {}", Banner.metrics(loaded.settings(), gateway.adminPort()));
            }
          } catch (RuntimeException e) {
            String reference = loaded.reference("admin.host");
            log.error(
                "the operator's port cannot be opened: {}",
                reference == null ? e.getMessage() : "admin.host is what " + reference + " says");
          }
        });
  }

  private static void stopOnSignal(Gateway gateway, Logger log, CountDownLatch stopped) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("stopping: requests under way may end");
                  boolean all = gateway.drain();
                  log.info(all ? "stopped" : "stopped; some requests were cut off");
                  stopped.countDown();
                  // The signal's own exit status would tell of a failure where there was none.
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
  }

  private static String reason(IOException e) {
    return e.getCause() == null ? "" : ": " + e.getCause().getMessage();
  }
}
