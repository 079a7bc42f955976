package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import dev.sluice.dialect.ModelEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice models}. */
@Command(
    name = "models",
    description = "Lists the models that would be served, with the UUIDs that Jylo's clients use.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {

  private static final int INVALID = 1;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; by default sluice.yaml in this folder, if it is there.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    List<ModelEntry> models;
    try {
      SettingsLoader.Loaded loaded = Serve.loaded(new Serve.Options(file, null));
      Logging.configure(loaded.settings().log());
      models = Gateway.models(loaded, System::getenv);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return INVALID;
    }
    for (ModelEntry model : models) {
      System.out.println(model.uuid() + "  " + model.id());
    }
    return 0;
  }
}
