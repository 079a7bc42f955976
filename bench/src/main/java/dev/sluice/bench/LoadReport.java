package dev.sluice.bench;

import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load generator counted while it was recording, and what was lost in all of its run.
 *
 * @param answers whole answers that came while recording
 * @param frames frames that came while recording
 * @param failed requests and streams that failed or broke off, in all of the run
 * @param framesLost frames that never came, in all of the run
 * @param open requests and streams that were under way when the recording ended
 * @param p50Nanos half of all latencies were at most that
 * @param p99Nanos nor were 99 % longer than that
 * @param maxNanos the longest
 */
record LoadReport(
    long answers,
    long frames,
    long failed,
    long framesLost,
    long open,
    long p50Nanos,
    long p99Nanos,
    long maxNanos) {

  private static final String MARK = "report";

  static LoadReport of(
      long answers, long frames, long failed, long framesLost, long open, Histogram latencies) {
    return new LoadReport(
        answers,
        frames,
        failed,
        framesLost,
        open,
        latencies.getValueAtPercentile(50),
        latencies.getValueAtPercentile(99),
        latencies.getMaxValue());
  }

  /** One line, as {@link #decode} reads it. */
  String encode() {
    return MARK
        + " answers="
        + answers
        + " frames="
        + frames
        + " failed="
        + failed
        + " lost="
        + framesLost
        + " open="
        + open
        + " p50="
        + p50Nanos
        + " p99="
        + p99Nanos
        + " max="
        + maxNanos;
  }

  /** Whether a line is a report at all. */
  static boolean isReport(String line) {
    return line.startsWith(MARK + " ");
  }

  /**
   * What {@link #encode} wrote.
   *
   * @throws IllegalArgumentException where a number is missing
   */
  static LoadReport decode(String line) {
    Map<String, Long> numbers = new HashMap<>();
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        numbers.put(word.substring(0, equals), Long.parseLong(word, equals + 1, word.length(), 10));
      }
    }
    return new LoadReport(
        number(numbers, "answers"),
        number(numbers, "frames"),
        number(numbers, "failed"),
        number(numbers, "lost"),
        number(numbers, "open"),
        number(numbers, "p50"),
        number(numbers, "p99"),
        number(numbers, "max"));
  }

  private static long number(Map<String, Long> numbers, String name) {
    Long number = numbers.get(name);
    if (number == null) {
      throw new IllegalArgumentException("the report has no " + name);
    }
    return number;
  }
}
