package dev.sluice.bench;

import java.io.IOException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sluice bench}. */
@Command(
    name = "bench",
    description = "Measures what the gateway costs, beside nginx where it is installed.",
    mixinStandardHelpOptions = true)
public final class Main implements Runnable {

  @Option(names = "--seconds", defaultValue = "8", description = "How long each run takes.")
  private int seconds;

  @Option(names = "--rounds", defaultValue = "3", description = "Runs of each kind, in turn.")
  private int rounds;

  @Option(names = "--connections", defaultValue = "32", description = "For whole answers.")
  private int connections;

  @Option(names = "--streams", defaultValue = "500", description = "For the cost of a frame.")
  private int streams;

  @Option(names = "--frames", defaultValue = "50", description = "A second, of each stream.")
  private int frames;

  @Option(names = "--open", defaultValue = "9000", description = "For the memory of a stream.")
  private int open;

  private Main() {}

  /** The command line. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("micro")) {
      micro(java.util.Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  private static void micro(String[] arguments) throws RunnerException, CommandLineOptionException {
    new org.openjdk.jmh.runner.Runner(new CommandLineOptions(arguments)).run();
  }

  @Override
  public void run() {
    try (Harness harness =
        new Harness(new Harness.Plan(seconds, rounds, connections, streams, frames, open))) {
      harness.measure();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Command(name = "mock", hidden = true)
  void mock(@Parameters int port) throws IOException, InterruptedException {
    MockUpstream.serve(port);
  }

  @Command(name = "closed", hidden = true)
  void closed(@Parameters int port, @Parameters String model, @Parameters int n, @Parameters int s)
      throws IOException {
    LoadGenerator.closed(port, model, n, s);
  }

  @Command(name = "rate", hidden = true)
  void rate(@Parameters int port, @Parameters String model, @Parameters int n, @Parameters int s)
      throws IOException {
    LoadGenerator.open(port, model, n, s);
  }

  @Command(name = "streams", hidden = true)
  void streams(
      @Parameters int port,
      @Parameters String model,
      @Parameters int n,
      @Parameters int perSecond,
      @Parameters int s)
      throws IOException {
    LoadGenerator.streams(port, model, n, perSecond, s);
  }
}
