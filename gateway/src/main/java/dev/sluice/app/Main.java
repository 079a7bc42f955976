package dev.sluice.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts the program. */
@Command(
    name = "sluice",
    description = "An LLM gateway: one endpoint in front of every provider.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      CheckCommand.class,
      ModelsCommand.class,
      WarmUpCommand.class
    },
    footer = {
      "",
      "./sluice in the source tree knows three more:",
      "  test   Runs the whole test suite.",
      "  bench  Measures; see ./sluice bench --help.",
      "  fuzz   Looks for bytes that a reader fails on; see ./sluice fuzz --help.",
      "",
      "sluice without a command serves. See the README for a tour."
    })
public final class Main {

  Main() {}

  /** The command line: {@code sluice [serve|check|models] …}. */
  public static void main(String[] arguments) {
    Serve.Options usual = Serve.Options.ofUsual(arguments);
    if (usual != null) {
      exitOnFailure(Serve.run(usual));
      return;
    }
    exitOnFailure(new CommandLine(new Main()).execute(arguments));
  }

  private static void exitOnFailure(int status) {
    if (status != 0) {
      System.exit(status);
    }
  }

  /** The version in the package's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
