package dev.sluice.engine;

import dev.sluice.config.ProviderSettings.Abandoned;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Exchanges that go on although their clients have left: a provider's answer is read to its end, so
 * that what it cost is known, and told to nobody. Safe for all event loops.
 *
 * <p>Such an exchange does not count among the requests under way any more, so it has a bound of
 * its own; beyond it answers are cancelled.
 */
public final class Drains {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  /**
   * Drains, none under way.
   *
   * @param most how many may be under way at once, from 0
   */
  public Drains(int most) {
    this.most = most;
  }

  /** How many are under way. */
  public int underWay() {
    return underWay.get();
  }

  /** How many answers were cancelled since too many were under way. */
  public long refused() {
    return refused.sum();
  }

  /**
   * Lets {@code exchange} go on without its client, where the provider is to be heard to its end
   * and there is room; whoever is told so calls {@link #end} once.
   */
  boolean begin(Exchange exchange, Attempt attempt) {
    if (attempt.target().provider().abandoned() == Abandoned.CANCELLED || !attempt.isAsked()) {
      return false;
    }
    if (underWay.incrementAndGet() > most) {
      underWay.decrementAndGet();
      refused.increment();
      return false;
    }
    exchanges.add(exchange);
    // Looked at only now: who stops looks for exchanges behind that, and finds this one or is seen.
    if (stopped) {
      end(exchange);
      return false;
    }
    return true;
  }

  /** The exchange has ended. */
  void end(Exchange exchange) {
    if (exchanges.remove(exchange)) {
      underWay.decrementAndGet();
    }
  }

  /**
   * Waits until none are under way. Not for event loops.
   *
   * @param nanos how long at most; none where it is not positive
   * @return whether none are under way
   */
  public boolean await(long nanos) {
    long since = System.nanoTime();
    while (underWay() > 0) {
      if (System.nanoTime() - since >= nanos) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }

  /** Lets none begin any more, and has those under way settled with what they have heard. */
  public void stop() {
    stopped = true;
    for (Exchange exchange : exchanges) {
      exchange.client().eventLoop().execute(exchange::abandoned);
    }
  }
}
