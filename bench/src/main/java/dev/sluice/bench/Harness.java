package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what was asked for. Targets take turns within each round, so that a machine that gets
 * slower or faster moves all of them; ratios and differences are taken within a round.
 */
final class Harness {

  private static final int WARM_UP_SECONDS = 2;
  private static final int FIRST_WARM_UP_SECONDS = 20;
  private static final int SLICE_MILLIS = 1000;
  private static final int STARTS = 7;
  private static final int IDLE_SECONDS = 5;
  private static final double MICRO = 1e3;
  private static final double MILLI = 1e6;
  private static final double SECOND = 1e9;
  private static final double MEGABYTE = 1e6;
  private static final double KILOBYTE = 1e3;

  private final Plan plan;
  private final Rig rig;
  private final Table table;
  private final Comparison dialects;
  private final Comparison wires;
  private final List<Target> targets = new ArrayList<>();
  private long failed;

  /** What can be measured. */
  enum Scenario {
    START,
    IDLE,
    REQUEST,
    FRAMES,
    LATENCY,
    STREAMS,
    DIALECTS,
    TRANSLATION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How long, how often, how much.
   *
   * @param others gateways that run already
   * @param dialects whose doors are compared
   * @param seconds that each run records
   * @param rounds in which each target has a turn
   * @param open streams for the memory of one
   */
  record Plan(
      Set<Scenario> scenarios,
      Set<Target.Kind> kinds,
      List<Other> others,
      Set<Dialect> dialects,
      int seconds,
      int rounds,
      int connections,
      int requestsPerSecond,
      int streams,
      int framesPerSecond,
      int open) {

    /** The doors, beside the default one, which is what they are compared with. */
    List<Dialect> doors() {
      Set<Dialect> all = EnumSet.of(Dialect.BIFROST);
      all.addAll(dialects);
      return List.copyOf(all);
    }

    List<String> columns() {
      List<String> columns = new ArrayList<>();
      kinds.forEach(kind -> columns.add(kind.toString()));
      others.forEach(other -> columns.add(other.name()));
      return columns;
    }
  }

  /** What one target's runs came to, in the order of the rounds. */
  private record Runs(Target target, List<Rig.Outcome> outcomes) {}

  Harness(Plan plan, Rig rig) {
    this.plan = plan;
    this.rig = rig;
    this.table = new Table(plan.columns());
    this.dialects =
        new Comparison(
            plan, rig, "the default door", plan.doors().stream().map(Dialect::toString).toList());
    this.wires =
        new Comparison(
            plan,
            rig,
            "the client's own protocol",
            Stream.of(Wire.values()).map(Wire::toString).toList());
  }

  /** Everything that the plan asks for. Returns how many requests and streams failed. */
  long measure() throws IOException, InterruptedException {
    for (Scenario scenario : plan.scenarios()) {
      progress(scenario + " ...");
      switch (scenario) {
        case START -> start();
        case IDLE -> idle();
        case REQUEST -> requests();
        case FRAMES -> frames();
        case LATENCY -> latency();
        case STREAMS -> streams();
        case DIALECTS -> {
          Target gateway = rig.startGateway();
          failed += dialects.measure(plan.doors().stream().map(gateway::through).toList());
          rig.stop(gateway);
        }
        case TRANSLATION -> {
          Target gateway = rig.startTranslatingGateway();
          failed += wires.measure(Stream.of(Wire.values()).map(it -> it.through(gateway)).toList());
          rig.stop(gateway);
        }
      }
    }
    return failed;
  }

  /** What was measured so far. */
  String markdown() {
    List<String> tables = new ArrayList<>();
    if (!EnumSet.of(Scenario.DIALECTS, Scenario.TRANSLATION).containsAll(plan.scenarios())) {
      tables.add(table.markdown());
    }
    if (plan.scenarios().contains(Scenario.DIALECTS)) {
      tables.add(dialects.markdown());
    }
    if (plan.scenarios().contains(Scenario.TRANSLATION)) {
      tables.add(wires.markdown());
    }
    return String.join("\n", tables);
  }

  /** Those that stay for several scenarios, started and warmed up by the first of these. */
  private List<Target> targets() throws IOException, InterruptedException {
    if (targets.isEmpty()) {
      for (Target.Kind kind : plan.kinds()) {
        Target target = started(kind);
        if (target != null) {
          targets.add(target);
        }
      }
      for (Other other : plan.others()) {
        targets.add(other.target());
      }
      for (Target target : targets) {
        rig.load(target, new Load.Closed(plan.connections()), 0, FIRST_WARM_UP_SECONDS);
      }
    }
    return targets;
  }

  private @Nullable Target started(Target.Kind kind) throws IOException {
    Target target = rig.start(kind);
    if (target == null) {
      progress("nginx is not installed, so there is nothing to compare with");
    }
    return target;
  }

  private void start() throws IOException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    // One more, uncounted: the first one reads its files from the disk.
    for (int i = -1; i < STARTS; i++) {
      for (Target.Kind kind : plan.kinds()) {
        if (kind == Target.Kind.DIRECT) {
          continue;
        }
        long begun = System.nanoTime();
        Target target = started(kind);
        long answered = System.nanoTime();
        if (target != null) {
          rig.stop(target);
          if (i >= 0) {
            add(seconds, target.name(), (answered - begun) / SECOND);
          }
        }
      }
    }
    put("start to first answer, s", seconds);
  }

  private void idle() throws IOException {
    Map<String, List<Double>> resident = new LinkedHashMap<>();
    Map<String, List<Double>> anonymous = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      for (Target.Kind kind : plan.kinds()) {
        Target target = kind == Target.Kind.DIRECT ? null : started(kind);
        if (target != null) {
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
          ProcessFigures.Memory memory = ProcessFigures.memory(target.pids());
          add(resident, target.name(), memory.residentBytes() / MEGABYTE);
          add(anonymous, target.name(), memory.anonymousBytes() / MEGABYTE);
          rig.stop(target);
        }
      }
    }
    put("resident when idle, MB", resident);
    put("of it no file's, MB", anonymous);
  }

  private void requests() throws IOException, InterruptedException {
    List<Runs> runs = rounds(new Load.Closed(plan.connections()));
    putCost(runs, "CPU a request, µs", it -> it.cpuNanos() / MICRO / it.report().answers());
    put(runs, "requests a second", it -> (double) it.report().answers() / plan.seconds());
  }

  private void frames() throws IOException, InterruptedException {
    Load load = new Load.Streams(plan.streams(), plan.framesPerSecond());
    for (Target target : targets()) {
      rig.load(target, load, 0, FIRST_WARM_UP_SECONDS);
    }
    List<Runs> runs = rounds(load);
    putCost(runs, "CPU a streamed frame, µs", it -> it.cpuNanos() / MICRO / it.report().frames());
    put(runs, "frames a second", it -> (double) it.report().frames() / plan.seconds());
    put(runs, "frame latency p50, ms", it -> it.report().p50Nanos() / MILLI);
    put(runs, "frame latency p99, ms", it -> it.report().p99Nanos() / MILLI);
    put(runs, "frames lost", it -> it.report().framesLost());
    putCost(
        runs,
        "resident with " + plan.streams() + " streams, MB",
        it -> it.memory().residentBytes() / MEGABYTE);
  }

  private void latency() throws IOException, InterruptedException {
    List<Target> asked = new ArrayList<>(targets());
    Target direct = rig.direct();
    asked.removeIf(target -> target.name().equals(direct.name()));
    asked.addFirst(direct);
    int turns = Math.max(1, plan.rounds() * plan.seconds() * 1000 / SLICE_MILLIS);
    List<List<LoadReport>> reports =
        rig.latencies(
            asked,
            new LatencySlices.Plan(
                plan.connections(), plan.requestsPerSecond(), turns, SLICE_MILLIS));
    reports.forEach(slices -> slices.forEach(slice -> failed += slice.failed()));
    latency(asked, reports, "p50", slice -> slice.p50Nanos() / MILLI);
    latency(asked, reports, "p99", slice -> slice.p99Nanos() / MILLI);
  }

  private void latency(
      List<Target> asked,
      List<List<LoadReport>> reports,
      String name,
      ToDoubleFunction<LoadReport> figure) {
    String at = " at " + plan.requestsPerSecond() + " requests a second, ms";
    Samples direct = samples(reports.getFirst(), figure);
    table.put("latency " + name + at, asked.getFirst().name(), direct);
    for (int i = 1; i < asked.size(); i++) {
      Samples samples = samples(reports.get(i), figure);
      table.put("latency " + name + at, asked.get(i).name(), samples);
      table.put("added " + name + at, asked.get(i).name(), samples.minus(direct));
    }
  }

  /** New processes: what another load left in theirs would hide what a stream needs. */
  private void streams() throws IOException, InterruptedException {
    Map<String, List<Double>> each = new LinkedHashMap<>();
    Map<String, List<Double>> resident = new LinkedHashMap<>();
    Map<String, List<Double>> open = new LinkedHashMap<>();
    Map<String, List<Double>> lost = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      for (Target.Kind kind : plan.kinds()) {
        Target target = kind == Target.Kind.DIRECT ? null : started(kind);
        if (target == null) {
          continue;
        }
        rig.load(target, new Load.Closed(plan.connections()), 0, FIRST_WARM_UP_SECONDS);
        long before = ProcessFigures.memory(target.pids()).residentBytes();
        Rig.Outcome outcome =
            rig.load(target, new Load.Streams(plan.open(), 1), WARM_UP_SECONDS, plan.seconds());
        progress(target, outcome.report());
        long after = outcome.memory().residentBytes();
        add(each, target.name(), (after - before) / KILOBYTE / plan.open());
        add(resident, target.name(), after / MEGABYTE);
        add(open, target.name(), (double) outcome.report().open());
        add(lost, target.name(), (double) outcome.report().failed());
        failed += outcome.report().failed();
        rig.stop(target);
      }
    }
    String with = String.format(Locale.ROOT, "%,d open streams", plan.open());
    put("memory of each of " + with + ", KB", each);
    put("resident with " + with + ", MB", resident);
    put("of " + with + " open at the end", open);
    put("of " + with + " lost", lost);
  }

  private List<Runs> rounds(Load load) throws IOException, InterruptedException {
    List<Runs> runs = new ArrayList<>();
    targets().forEach(target -> runs.add(new Runs(target, new ArrayList<>())));
    for (int round = 0; round < plan.rounds(); round++) {
      for (Runs run : runs) {
        Rig.Outcome outcome = rig.load(run.target(), load, WARM_UP_SECONDS, plan.seconds());
        progress(run.target(), outcome.report());
        failed += outcome.report().failed();
        run.outcomes().add(outcome);
      }
    }
    return runs;
  }

  /** The mock provider's cost is not counted, so that row says nothing of it. */
  private void putCost(List<Runs> runs, String row, ToDoubleFunction<Rig.Outcome> figure) {
    put(runs.stream().filter(run -> run.target().isCounted()).toList(), row, figure);
  }

  private void put(List<Runs> runs, String row, ToDoubleFunction<Rig.Outcome> figure) {
    for (Runs run : runs) {
      table.put(row, run.target().name(), samples(run.outcomes(), figure));
    }
  }

  private void put(String row, Map<String, List<Double>> columns) {
    columns.forEach((name, values) -> table.put(row, name, samples(values, it -> it)));
  }

  private static void add(Map<String, List<Double>> columns, String name, double value) {
    columns.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  private static <T> Samples samples(List<T> runs, ToDoubleFunction<T> figure) {
    return Samples.of(runs.stream().mapToDouble(figure).toArray());
  }

  private static void progress(Target target, LoadReport report) {
    progress("  " + target.name() + " " + report.encode());
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
