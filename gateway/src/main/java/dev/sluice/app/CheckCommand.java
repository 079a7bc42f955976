package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import dev.sluice.config.SettingsPrinter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice check FILE}. */
@Command(
    name = "check",
    description =
        "Reads a configuration and prints what would be served, or what is wrong with it.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

  private static final int INVALID = 1;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The configuration; by default sluice.yaml in this folder.",
      defaultValue = "sluice.yaml")
  private Path file = Path.of("sluice.yaml");

  @Override
  public Integer call() {
    PrintStream out = System.out;
    try {
      // Before anything is loaded that logs: the output is for people, and for pipes.
      Logging.quiet();
      SettingsLoader.Loaded loaded =
          new SettingsLoader(System::getenv, Gateway.DIALECTS).load(file);
      // What the libraries say of themselves is no part of the configuration.
      Logging.configure(loaded.settings().log());
      // Before anything is printed: beside mistakes the settings would only hide them.
      String served = Gateway.describe(loaded, System::getenv);
      out.print(SettingsPrinter.print(loaded));
      out.print(served);
      return 0;
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return INVALID;
    }
  }
}
