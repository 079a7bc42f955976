package dev.sluice.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * What several runs of one kind measured. A median and the spread are told, since one slow run on a
 * shared machine would move a mean. The spread of few runs is from the least to the most; that of
 * {@value #MANY} and more is their middle half, since the ends of many say only how bad the worst
 * moment was.
 */
final class Samples {

  private static final int MANY = 8;

  private final double[] inOrder;
  private final double[] sorted;
  private final double median;

  private Samples(double[] inOrder) {
    this(inOrder, quantile(sorted(inOrder), 0.5));
  }

  private Samples(double[] inOrder, double median) {
    this.inOrder = inOrder;
    this.sorted = sorted(inOrder);
    this.median = median;
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
    return median;
  }

  /** Where the spread begins. */
  double low() {
    return quantile(sorted, sorted.length < MANY ? 0 : 0.25);
  }

  /** Where the spread ends. */
  double high() {
    return quantile(sorted, sorted.length < MANY ? 1 : 0.75);
  }

  /** Whether there is none that is zero or less. */
  boolean isPositive() {
    return sorted[0] > 0;
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
   * This less {@code other}: the difference of the two medians, and the spread of the differences
   * run by run. What spoils a few runs of either side moves a median little, yet every difference
   * that it enters.
   *
   * @throws IllegalArgumentException where the two have not as many runs
   */
  Samples minus(Samples other) {
    requireAsMany(other);
    double[] differences = new double[inOrder.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = inOrder[i] - other.inOrder[i];
    }
    return new Samples(differences, median - other.median);
  }

  /** The median and, where there was more than one run, the spread: {@code 17.2 (16.9 to 18.0)}. */
  String text() {
    if (inOrder.length == 1) {
      return number(inOrder[0]);
    }
    return number(median) + " (" + number(low()) + " to " + number(high()) + ")";
  }

  /** Three digits, or all of them before the point. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Between two values where the part lies between them. */
  private static double quantile(double[] sorted, double part) {
    double at = part * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private void requireAsMany(Samples other) {
    if (inOrder.length != other.inOrder.length) {
      throw new IllegalArgumentException(
          "runs differ: " + inOrder.length + " and " + other.inOrder.length);
    }
  }
}
