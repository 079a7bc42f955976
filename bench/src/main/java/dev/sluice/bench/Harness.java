package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Measures what was asked for. Targets take turns within each round, so that a machine that gets
 * slower or faster moves all of them; ratios and differences are taken within a round.
 */
final class Harness {

  private static final int WARM_UP_SECONDS = 2;
  private static final int FIRST_WARM_UP_SECONDS = 10;
  private static final int STARTS = 7;
  private static final int IDLE_SECONDS = 5;
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double MEGABYTE = 1e6;
  private static final double KILOBYTE = 1e3;

  private final Plan plan;
  private final Rig rig;
  private final Table table;
  private final Map<Target.Kind, Target> targets = new EnumMap<>(Target.Kind.class);
  private long failed;

  /** What can be measured. */
  enum Scenario {
    REQUESTS,
    FRAMES,
    LATENCY,
    MEMORY,
    START
  }

  /**
   * How long, how often, how much.
   *
   * @param seconds that each run records
   * @param rounds in which each target has a turn
   * @param open streams for the memory of one
   */
  record Plan(
      Set<Scenario> scenarios,
      Set<Target.Kind> kinds,
      int seconds,
      int rounds,
      int connections,
      int requestsPerSecond,
      int streams,
      int framesPerSecond,
      int open) {}

  Harness(Plan plan, Rig rig) {
    this.plan = plan;
    this.rig = rig;
    this.table = new Table(plan.kinds());
  }

  /** Everything that the plan asks for. Returns how many requests and streams failed. */
  long measure() throws IOException, InterruptedException {
    if (plan.scenarios().contains(Scenario.START)) {
      start();
    }
    startTargets();
    for (Scenario scenario : plan.scenarios()) {
      progress(scenario + " ...");
      switch (scenario) {
        case REQUESTS -> requests();
        case FRAMES -> frames();
        case LATENCY -> latency();
        case MEMORY -> memory();
        case START -> {}
      }
    }
    return failed;
  }

  /** What was measured so far. */
  String markdown() {
    return table.markdown();
  }

  private void startTargets() throws IOException, InterruptedException {
    for (Target.Kind kind : plan.kinds()) {
      Target target = start(kind);
      if (target == null) {
        progress("nginx is not installed, so there is nothing to compare with");
      } else {
        targets.put(kind, target);
        warmUp(target);
      }
    }
  }

  private @Nullable Target start(Target.Kind kind) throws IOException {
    return switch (kind) {
      case GATEWAY -> rig.startGateway();
      case NGINX -> rig.startNginx();
      case DIRECT -> rig.direct();
    };
  }

  private void warmUp(Target target) throws IOException, InterruptedException {
    rig.load(target, new Load.Closed(plan.connections()), 0, FIRST_WARM_UP_SECONDS);
  }

  private void requests() throws IOException, InterruptedException {
    Map<Target.Kind, List<Rig.Outcome>> outcomes = rounds(new Load.Closed(plan.connections()));
    put(outcomes, "CPU a request, µs", it -> it.cpuNanos() / MICRO / it.report().answers());
    put(outcomes, "requests a second", it -> (double) it.report().answers() / plan.seconds());
  }

  private void frames() throws IOException, InterruptedException {
    Load load = new Load.Streams(plan.streams(), plan.framesPerSecond());
    for (Target target : targets.values()) {
      rig.load(target, load, WARM_UP_SECONDS, plan.seconds());
    }
    Map<Target.Kind, List<Rig.Outcome>> outcomes = rounds(load);
    put(outcomes, "CPU a streamed frame, µs", it -> it.cpuNanos() / MICRO / it.report().frames());
    put(outcomes, "frames a second", it -> (double) it.report().frames() / plan.seconds());
    put(outcomes, "frame latency p50, ms", it -> it.report().p50Nanos() / MILLI);
    put(outcomes, "frame latency p99, ms", it -> it.report().p99Nanos() / MILLI);
    put(outcomes, "frames lost", it -> it.report().framesLost());
    put(
        outcomes,
        "resident with " + plan.streams() + " streams, MB",
        it -> it.memory().residentBytes() / MEGABYTE);
  }

  private void latency() throws IOException, InterruptedException {
    targets.putIfAbsent(Target.Kind.DIRECT, rig.direct());
    Map<Target.Kind, List<Rig.Outcome>> outcomes =
        rounds(new Load.Rate(plan.requestsPerSecond(), plan.connections()));
    latency(outcomes, "p50", it -> it.report().p50Nanos() / MILLI);
    latency(outcomes, "p99", it -> it.report().p99Nanos() / MILLI);
  }

  private void latency(
      Map<Target.Kind, List<Rig.Outcome>> outcomes,
      String name,
      ToDoubleFunction<Rig.Outcome> figure) {
    String at = " at " + plan.requestsPerSecond() + " requests a second, ms";
    put(outcomes, "latency " + name + at, figure);
    Samples direct = samples(outcomes.getOrDefault(Target.Kind.DIRECT, List.of()), figure);
    outcomes.forEach((kind, runs) -> {
      if (kind != Target.Kind.DIRECT) {
        table.put("added " + name + at, kind, samples(runs, figure).minus(direct));
      }
    });
  }

  /** New processes: what another load left in theirs would hide what a stream needs. */
  private void memory() throws IOException, InterruptedException {
    for (Target.Kind kind : plan.kinds()) {
      Target target = kind == Target.Kind.DIRECT ? null : start(kind);
      if (target == null) {
        continue;
      }
      warmUp(target);
      long before = ProcessFigures.memory(target.pids()).residentBytes();
      Rig.Outcome outcome =
          rig.load(target, new Load.Streams(plan.open(), 1), WARM_UP_SECONDS, plan.seconds());
      failed += outcome.report().failed();
      long after = outcome.memory().residentBytes();
      String with = plan.open() + " open streams";
      table.put(
          "memory of each of " + with + ", KB",
          kind,
          Samples.of((after - before) / KILOBYTE / plan.open()));
      table.put("resident with " + with + ", MB", kind, Samples.of(after / MEGABYTE));
      table.put("lost of " + with, kind, Samples.of((double) outcome.report().failed()));
      rig.stop(target);
    }
  }

  private void start() throws IOException, InterruptedException {
    if (!plan.kinds().contains(Target.Kind.GATEWAY)) {
      return;
    }
    progress("START ...");
    double[] seconds = new double[STARTS];
    double[] residents = new double[STARTS];
    double[] anonymous = new double[STARTS];
    // One more, uncounted: the first one reads its files from the disk.
    for (int i = -1; i < STARTS; i++) {
      long begun = System.nanoTime();
      Target target = rig.launchGateway();
      FirstAnswer.await(target.port(), "demo/echo");
      long answered = System.nanoTime();
      if (i >= 0) {
        seconds[i] = (answered - begun) / 1e9;
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
        ProcessFigures.Memory memory = ProcessFigures.memory(target.pids());
        residents[i] = memory.residentBytes() / MEGABYTE;
        anonymous[i] = memory.anonymousBytes() / MEGABYTE;
      }
      rig.stop(target);
    }
    table.put("start to first answer, s", Target.Kind.GATEWAY, Samples.of(seconds));
    table.put("resident when idle, MB", Target.Kind.GATEWAY, Samples.of(residents));
    table.put("of it no file's, MB", Target.Kind.GATEWAY, Samples.of(anonymous));
  }

  private Map<Target.Kind, List<Rig.Outcome>> rounds(Load load)
      throws IOException, InterruptedException {
    Map<Target.Kind, List<Rig.Outcome>> outcomes = new EnumMap<>(Target.Kind.class);
    for (int round = 0; round < plan.rounds(); round++) {
      for (Target target : targets.values()) {
        Rig.Outcome outcome = rig.load(target, load, WARM_UP_SECONDS, plan.seconds());
        failed += outcome.report().failed();
        progress("  " + target.kind() + " " + outcome.report().encode());
        outcomes.computeIfAbsent(target.kind(), _ -> new ArrayList<>()).add(outcome);
      }
    }
    return outcomes;
  }

  private void put(
      Map<Target.Kind, List<Rig.Outcome>> outcomes,
      String row,
      ToDoubleFunction<Rig.Outcome> figure) {
    boolean isCost = row.startsWith("CPU") || row.startsWith("resident");
    outcomes.forEach((kind, runs) -> {
      // The mock provider is not measured, so it has no cost.
      if (kind != Target.Kind.DIRECT || !isCost) {
        table.put(row, kind, samples(runs, figure));
      }
    });
  }

  private static Samples samples(List<Rig.Outcome> runs, ToDoubleFunction<Rig.Outcome> figure) {
    return Samples.of(runs.stream().mapToDouble(figure).toArray());
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
