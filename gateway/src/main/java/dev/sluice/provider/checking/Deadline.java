package dev.sluice.provider.checking;

/** When a check must have ended. Owned by one thread. */
final class Deadline {

  /** To look at the clock each time would take longer than what is done in between. */
  private static final int LOOKED_AT_EVERY = 256;

  private final long startNanos = System.nanoTime();
  private final long nanos;
  private int calls;

  Deadline(long nanos) {
    this.nanos = nanos;
  }

  /**
   * Looks at the clock now and then.
   *
   * @throws OutOfTime where there is no time left
   */
  void tick() {
    if (++calls % LOOKED_AT_EVERY == 0) {
      look();
    }
  }

  /**
   * Looks at the clock.
   *
   * @throws OutOfTime where there is no time left
   */
  void look() {
    if (System.nanoTime() - startNanos > nanos) {
      throw new OutOfTime();
    }
  }
}
