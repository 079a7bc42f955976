package dev.sluice.dialect.assemblyai;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts requests of one caller for one model in windows of one length. Windows follow each other
 * without a gap, the same for everybody, so that a count is one word: the window's number and what
 * it has taken. Shared by all event loops; takes no lock on the way of a request but that of the
 * map's bin when a pair is new.
 */
final class RateWindows {

  /** How many pairs are counted apart; beyond that, new ones share a window. */
  static final int PAIRS_MAX = 10_000;

  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final Pair OTHERS = new Pair("", "");

  private final int requestsMax;
  private final long windowNanos;
  private final LongSupplier clock;
  private final long originNanos;
  private final ConcurrentHashMap<Pair, AtomicLong> windows = new ConcurrentHashMap<>();
  private final AtomicLong swept = new AtomicLong(-1);

  private record Pair(String caller, String model) {}

  /**
   * Where a caller stands after a request.
   *
   * @param verdict whether the request was let in
   * @param limit requests a window
   * @param remaining requests that the window still takes
   * @param resetSeconds until the next window begins, rounded up
   */
  record Standing(Verdict verdict, int limit, long remaining, long resetSeconds) {}

  /** What becomes of a request. */
  enum Verdict {
    ADMITTED,
    REFUSED
  }

  /**
   * Windows.
   *
   * @param requestsMax how many requests each takes, at most 2^24 - 1
   * @param clock nanoseconds, from any origin
   */
  RateWindows(int requestsMax, Duration window, LongSupplier clock) {
    this.requestsMax = requestsMax;
    this.windowNanos = window.toNanos();
    this.clock = clock;
    this.originNanos = clock.getAsLong();
  }

  /** Counts a request, unless the window is full. */
  Standing take(String caller, String model) {
    long elapsed = clock.getAsLong() - originNanos;
    long number = elapsed / windowNanos;
    AtomicLong window = window(new Pair(caller, model), number);
    long leftNanos = windowNanos - elapsed % windowNanos;
    long resetSeconds = (leftNanos + 999_999_999) / 1_000_000_000;
    while (true) {
      long seen = window.get();
      // A thread that read the clock a moment earlier counts in the later window.
      long current = Math.max(number, seen >>> COUNT_BITS);
      long taken = seen >>> COUNT_BITS == current ? seen & COUNT_MASK : 0;
      if (taken >= requestsMax) {
        return new Standing(Verdict.REFUSED, requestsMax, 0, resetSeconds);
      }
      if (window.compareAndSet(seen, current << COUNT_BITS | (taken + 1))) {
        return new Standing(Verdict.ADMITTED, requestsMax, requestsMax - taken - 1, resetSeconds);
      }
    }
  }

  private AtomicLong window(Pair pair, long number) {
    AtomicLong found = windows.get(pair);
    if (found != null) {
      return found;
    }
    if (windows.size() >= PAIRS_MAX) {
      sweep(number);
    }
    Pair counted = windows.size() >= PAIRS_MAX ? OTHERS : pair;
    return windows.computeIfAbsent(counted, key -> new AtomicLong(number << COUNT_BITS));
  }

  /** Lets go of what earlier windows counted; at most once a window, as it looks at all. */
  private void sweep(long number) {
    long last = swept.get();
    if (last < number && swept.compareAndSet(last, number)) {
      windows.values().removeIf(window -> window.get() >>> COUNT_BITS < number);
    }
  }
}
