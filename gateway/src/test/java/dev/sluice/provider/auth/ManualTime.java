package dev.sluice.provider.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Time that stands still until a test moves it. */
final class ManualTime implements InstantSource {

  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final List<Instant> ends = new ArrayList<>();

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Moves the clock, and with it whoever waits for it. */
  synchronized void advance(Duration by) {
    now = now.plus(by);
    notifyAll();
  }

  /** How many threads wait for a time that has not come. */
  synchronized long waiting() {
    return ends.stream().filter(now::isBefore).count();
  }

  /** Returns once somebody waits for a time that has not come. */
  synchronized void settle() throws InterruptedException {
    long giveUp = System.nanoTime() + 10_000_000_000L;
    while (waiting() == 0) {
      if (System.nanoTime() > giveUp) {
        throw new AssertionError("nobody waits for the clock");
      }
      wait(1000);
    }
  }

  TokenKeeper.Timing timing() {
    return new TokenKeeper.Timing(this, this::pause, new Random(1));
  }

  private synchronized void pause(Duration duration) throws InterruptedException {
    Instant end = now.plus(duration);
    ends.add(end);
    notifyAll();
    try {
      while (now.isBefore(end)) {
        wait();
      }
    } finally {
      ends.remove(end);
    }
  }
}
