package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.Runner;
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
    description = {
      "Measures what the gateway costs, beside nginx where it is installed.",
      "The result is a Markdown table on standard output; progress goes to standard error.",
      "",
      "./sluice bench micro [options of JMH]  runs the micro-benchmarks instead."
    },
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

  /** A proxy has two sockets for each stream, and some files of its own. */
  private static final int FILES_A_STREAM = 2;

  private static final int FILES_BESIDES = 500;

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Of ${COMPLETION-CANDIDATES}; all if none is named.")
  private List<Harness.Scenario> scenarios = List.of();

  @Option(
      names = "--target",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES}; all if none is named.")
  private List<Target.Kind> kinds = List.of();

  @Option(
      names = "--dialect",
      split = ",",
      description = {
        "Whose doors the dialects scenario compares with the default one, of"
            + " ${COMPLETION-CANDIDATES}; all if none is named."
      })
  private List<Dialect> dialects = List.of();

  @Option(
      names = "--against",
      paramLabel = "NAME=URL[#MODEL]",
      description = {
        "Another gateway that runs on this machine and has the mock provider as an upstream; give"
            + " that a known port with --mock-port. The URL is what stands before"
            + " /chat/completions. May be given several times."
      })
  private List<String> against = List.of();

  @Option(
      names = "--mock-port",
      defaultValue = "0",
      description = "The mock provider's; any that is free if none is named.")
  private int mockPort;

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "How long each run records (default ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each target has its turn (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--connections",
      defaultValue = "32",
      description = "Of clients with whole answers (default ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--rate",
      defaultValue = "1000",
      description = "Requests a second for the latency (default ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--streams",
      defaultValue = "500",
      description = "At once, for the cost of a frame (default ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--frames",
      defaultValue = "50",
      description = "A second, of each of those streams (default ${DEFAULT-VALUE}).")
  private int frames;

  @Option(
      names = "--open",
      defaultValue = "9000",
      description = "Streams at once, for the memory of one (default ${DEFAULT-VALUE}).")
  private int open;

  private Main() {}

  /** The command line. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("micro")) {
      micro(java.util.Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    System.exit(
        new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  /** JMH reads its own command line. */
  private static void micro(String[] arguments) throws RunnerException, CommandLineOptionException {
    CommandLineOptions options = new CommandLineOptions(arguments);
    if (options.shouldHelp()) {
      try {
        options.showHelp();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return;
    }
    new Runner(options).run();
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Set<Harness.Scenario> wanted = EnumSet.allOf(Harness.Scenario.class);
    Set<Target.Kind> columns = EnumSet.allOf(Target.Kind.class);
    if (!scenarios.isEmpty()) {
      wanted.retainAll(scenarios);
    }
    if (!kinds.isEmpty()) {
      columns.retainAll(kinds);
    }
    Set<Dialect> doors = EnumSet.allOf(Dialect.class);
    if (!dialects.isEmpty()) {
      doors.retainAll(dialects);
    }
    List<Other> others;
    try {
      others = against.stream().map(Other::parse).toList();
    } catch (IllegalArgumentException e) {
      System.err.println("--against: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    if (Stream.of(seconds, rounds, connections, rate, streams, frames, open)
        .anyMatch(it -> it < 1)) {
      System.err.println("Each number must be at least 1.");
      return CommandLine.ExitCode.USAGE;
    }
    Harness.Plan plan =
        new Harness.Plan(
            wanted,
            columns,
            others,
            doors,
            seconds,
            rounds,
            connections,
            rate,
            streams,
            frames,
            possible(open));
    try (Rig rig = new Rig(mockPort)) {
      Harness harness = new Harness(plan, rig);
      long failed = harness.measure();
      System.out.println(description());
      System.out.println("\n" + harness.markdown());
      System.out.println("Requests and streams that failed: " + failed + ".");
      return failed == 0 ? 0 : 1;
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return 1;
    }
  }

  private static int possible(int wanted) throws IOException {
    int most = (Machine.openFilesMax() - FILES_BESIDES) / FILES_A_STREAM;
    if (wanted > most) {
      System.err.println(
          "The limit of open files allows " + most + " open streams, not " + wanted + ".");
    }
    return Math.min(wanted, most);
  }

  private String description() throws IOException {
    String launcher = System.getenv("SLUICE_LAUNCHER");
    Path folder = launcher == null ? null : Path.of(launcher).toAbsolutePath().getParent();
    return Machine.description(folder == null ? Path.of(".") : folder)
        + " "
        + rounds
        + " rounds of "
        + seconds
        + " s, "
        + connections
        + " connections, "
        + streams
        + " streams of "
        + frames
        + " frames a second. Medians; in brackets the spread, of 8 and more the middle half.";
  }

  @Command(name = "mock", hidden = true, description = "The mock provider, until input ends.")
  void mock(@Option(names = "--port", defaultValue = "0") int port) throws InterruptedException {
    try (MockUpstream upstream = MockUpstream.open(port)) {
      System.out.println(upstream.port());
      System.out.flush();
      Leash.hold();
      Thread.currentThread().join();
    }
  }

  @Command(name = "load", hidden = true, description = "One load generator.")
  void load(
      @Option(names = "--door", required = true) String door,
      @Option(names = "--warm-up-millis", required = true) long warmUpMillis,
      @Option(names = "--millis", required = true) long millis,
      @Option(names = "--connections", defaultValue = "0") int clients,
      @Option(names = "--streams", defaultValue = "0") int count,
      @Option(names = "--frames", defaultValue = "0") int framesPerSecond)
      throws InterruptedException {
    Leash.hold();
    Load load = count > 0 ? new Load.Streams(count, framesPerSecond) : new Load.Closed(clients);
    System.out.println(LoadGenerator.run(Door.decode(door), load, warmUpMillis, millis).encode());
  }

  @Command(name = "slices", hidden = true, description = "One load generator, several targets.")
  int slices(
      @Option(names = "--door", required = true) List<String> doors,
      @Option(names = "--connections", required = true) int clients,
      @Option(names = "--rate", required = true) int perSecond,
      @Option(names = "--turns", required = true) int turns,
      @Option(names = "--slice-millis", required = true) int sliceMillis)
      throws InterruptedException {
    Leash.hold();
    boolean whole =
        LatencySlices.run(
            doors.stream().map(Door::decode).toList(),
            new LatencySlices.Plan(clients, perSecond, turns, sliceMillis),
            (report, place) -> {
              System.out.println(place + " " + report.encode());
              System.out.flush();
            });
    return whole ? 0 : 1;
  }
}
