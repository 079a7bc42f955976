package dev.sluice.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice serve}. */
@Command(
    name = "serve",
    description = "Serves, by sluice.yaml where there is one, else with what the machine has.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  private static final int PORT_MAX = 65_535;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; by default sluice.yaml in this folder, if it is there.")
  private @Nullable Path file;

  @Option(names = "--port", paramLabel = "PORT", description = "In place of server.port.")
  private @Nullable Integer port;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli before the call.
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (port != null && (port < 0 || port > PORT_MAX)) {
      throw new ParameterException(
          spec.commandLine(), "--port must be between 0 and " + PORT_MAX + ", but is " + port);
    }
    return Serve.run(new Serve.Options(file, port));
  }
}
