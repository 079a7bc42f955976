package dev.sluice.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * What several runs of one kind measured. A median and the spread are told, since one slow run on a
 * shared machine would move a mean.
 */
final class Samples {

  private final double[] inOrder;

  private Samples(double[] inOrder) {
    this.inOrder = inOrder;
  }

  /**
   * The values in the order of the runs.
   *
   * @throws IllegalArgumentException where there is none
   */
  static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no sample");
    }
    return new Samples(values.clone());
  }

  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return sorted()[0];
  }

  double most() {
    return sorted()[inOrder.length - 1];
  }

  /**
   * This run by that run of {@code other}. Runs that stood beside each other in time are divided,
   * so that a machine that gets slower in between moves both.
   *
   * @throws IllegalArgumentException where the two have not as many runs
   */
  Samples dividedBy(Samples other) {
    requireAsMany(other);
    double[] ratios = new double[inOrder.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = inOrder[i] / other.inOrder[i];
    }
    return new Samples(ratios);
  }

  /**
   * This run less that run of {@code other}.
   *
   * @throws IllegalArgumentException where the two have not as many runs
   */
  Samples minus(Samples other) {
    requireAsMany(other);
    double[] differences = new double[inOrder.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = inOrder[i] - other.inOrder[i];
    }
    return new Samples(differences);
  }

  /** The median and, where there was more than one run, the spread: {@code 17.2 (16.9 to 18.0)}. */
  String text() {
    if (inOrder.length == 1) {
      return number(inOrder[0]);
    }
    return number(median()) + " (" + number(least()) + " to " + number(most()) + ")";
  }

  /** Three digits, or all of them before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private double[] sorted() {
    double[] sorted = inOrder.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private void requireAsMany(Samples other) {
    if (inOrder.length != other.inOrder.length) {
      throw new IllegalArgumentException(
          "runs differ: " + inOrder.length + " and " + other.inOrder.length);
    }
  }
}
