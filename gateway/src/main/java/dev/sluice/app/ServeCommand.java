package dev.sluice.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice serve}. */
@Command(
    name = "serve",
    description = "Serves, by sluice.yaml where there is one, else with what the machine has.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; by default sluice.yaml in this folder, if it is there.")
  private @Nullable Path file;

  @Option(names = "--port", paramLabel = "PORT", description = "In place of server.port.")
  private @Nullable Integer port;

  @Override
  public Integer call() {
    return Serve.run(new Serve.Options(file, port));
  }
}
