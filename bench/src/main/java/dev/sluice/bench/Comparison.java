package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What one gateway's ways of answering take of its time, before the same provider. The ways take
 * turns within each round, in an order that moves on from round to round, and are compared with the
 * first one of their own round: a machine that gets slower moves all of them.
 */
final class Comparison {

  private static final int WARM_UP_SECONDS = 1;
  private static final int FIRST_WARM_UP_SECONDS = 20;
  private static final int TRIES_MAX = 3;
  private static final double MICRO = 1e3;

  private final Harness.Plan plan;
  private final Rig rig;
  private final String first;
  private final Table table;
  private long failed;

  /**
   * A measurement.
   *
   * @param first what the first way is called where another is compared with it
   * @param columns the names of the ways
   */
  Comparison(Harness.Plan plan, Rig rig, String first, List<String> columns) {
    this.plan = plan;
    this.rig = rig;
    this.first = first;
    this.table = new Table(columns);
  }

  /**
   * Measures all ways. Returns how many requests and streams failed.
   *
   * @param ways the same gateway, asked in different ways
   */
  long measure(List<Target> ways) throws IOException, InterruptedException {
    measure(
        ways,
        "request",
        new Load.Closed(plan.connections()),
        it -> it.cpuNanos() / MICRO / it.report().answers());
    measure(
        ways,
        "streamed frame",
        new Load.Streams(plan.streams(), plan.framesPerSecond()),
        it -> it.cpuNanos() / MICRO / it.report().frames());
    return failed;
  }

  /** What was measured so far. */
  String markdown() {
    return table.markdown();
  }

  private void measure(
      List<Target> ways, String unit, Load load, ToDoubleFunction<Rig.Outcome> figure)
      throws IOException, InterruptedException {
    for (Target way : ways) {
      rig.load(way, load, 0, FIRST_WARM_UP_SECONDS);
    }
    Map<String, List<Double>> costs = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      for (int turn = 0; turn < ways.size(); turn++) {
        Target way = ways.get((round + turn) % ways.size());
        double micros = turn(way, load, figure);
        System.err.println("  " + way.name() + " " + Samples.number(micros) + " µs a " + unit);
        costs.computeIfAbsent(way.name(), _ -> new ArrayList<>()).add(micros);
      }
    }
    Samples baseline = samples(costs, ways.getFirst());
    for (int i = 0; i < ways.size(); i++) {
      Target way = ways.get(i);
      Samples cost = samples(costs, way);
      table.put("CPU a " + unit + ", µs", way.name(), cost);
      if (i > 0) {
        table.put("of " + first + "'s " + unit, way.name(), cost.dividedBy(baseline));
        table.put("more than " + first + "'s " + unit + ", µs", way.name(), cost.minus(baseline));
      }
    }
  }

  /** On a machine that is busy with something else, nothing may come; then the turn is repeated. */
  private double turn(Target way, Load load, ToDoubleFunction<Rig.Outcome> figure)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      Rig.Outcome outcome = rig.load(way, load, WARM_UP_SECONDS, plan.seconds());
      failed += outcome.report().failed();
      double micros = figure.applyAsDouble(outcome);
      if (Double.isFinite(micros)) {
        return micros;
      }
    }
    throw new IOException(way.name() + ": nothing came in " + TRIES_MAX + " turns");
  }

  private static Samples samples(Map<String, List<Double>> costs, Target way) {
    return Samples.of(
        costs.getOrDefault(way.name(), List.of()).stream().mapToDouble(it -> it).toArray());
  }
}
