package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What each dialect takes of one gateway's time before the same provider. The doors take turns
 * within each round, in an order that moves on from round to round, and are compared with the
 * default one of their own round: a machine that gets slower moves all of them.
 */
final class DialectCosts {

  private static final int WARM_UP_SECONDS = 1;
  private static final int FIRST_WARM_UP_SECONDS = 10;
  private static final int TRIES_MAX = 3;
  private static final double MICRO = 1e3;

  private final Harness.Plan plan;
  private final Rig rig;
  private final Table table;
  private final List<Dialect> doors;
  private long failed;

  /**
   * A measurement.
   *
   * @param plan its doors, beside the default one, which is what they are compared with
   */
  DialectCosts(Harness.Plan plan, Rig rig) {
    Set<Dialect> all = EnumSet.of(Dialect.BIFROST);
    all.addAll(plan.dialects());
    this.plan = plan;
    this.rig = rig;
    this.doors = List.copyOf(all);
    this.table = new Table(doors.stream().map(Dialect::toString).toList());
  }

  /** Measures all doors. Returns how many requests and streams failed. */
  long measure() throws IOException, InterruptedException {
    Target gateway = rig.startGateway();
    measure(
        gateway,
        "request",
        new Load.Closed(plan.connections()),
        it -> it.cpuNanos() / MICRO / it.report().answers());
    measure(
        gateway,
        "streamed frame",
        new Load.Streams(plan.streams(), plan.framesPerSecond()),
        it -> it.cpuNanos() / MICRO / it.report().frames());
    rig.stop(gateway);
    return failed;
  }

  /** What was measured so far. */
  String markdown() {
    return table.markdown();
  }

  private void measure(Target gateway, String unit, Load load, ToDoubleFunction<Rig.Outcome> figure)
      throws IOException, InterruptedException {
    for (Dialect door : doors) {
      rig.load(gateway.through(door), load, 0, FIRST_WARM_UP_SECONDS);
    }
    Map<Dialect, List<Double>> costs = new EnumMap<>(Dialect.class);
    for (int round = 0; round < plan.rounds(); round++) {
      for (int turn = 0; turn < doors.size(); turn++) {
        Dialect door = doors.get((round + turn) % doors.size());
        double micros = turn(gateway.through(door), load, figure);
        System.err.println("  " + door + " " + Samples.number(micros) + " µs a " + unit);
        costs.computeIfAbsent(door, _ -> new ArrayList<>()).add(micros);
      }
    }
    Samples ours = samples(costs, Dialect.BIFROST);
    for (Dialect door : doors) {
      Samples cost = samples(costs, door);
      table.put("CPU a " + unit + ", µs", door.toString(), cost);
      if (door != Dialect.BIFROST) {
        table.put("of the default door's " + unit, door.toString(), cost.dividedBy(ours));
        table.put(
            "more than the default door's " + unit + ", µs", door.toString(), cost.minus(ours));
      }
    }
  }

  /** On a machine that is busy with something else, nothing may come; then the turn is repeated. */
  private double turn(Target door, Load load, ToDoubleFunction<Rig.Outcome> figure)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      Rig.Outcome outcome = rig.load(door, load, WARM_UP_SECONDS, plan.seconds());
      failed += outcome.report().failed();
      double micros = figure.applyAsDouble(outcome);
      if (Double.isFinite(micros)) {
        return micros;
      }
    }
    throw new IOException(door.name() + ": nothing came in " + TRIES_MAX + " turns");
  }

  private static Samples samples(Map<Dialect, List<Double>> costs, Dialect door) {
    return Samples.of(costs.getOrDefault(door, List.of()).stream().mapToDouble(it -> it).toArray());
  }
}
