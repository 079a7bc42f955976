package dev.sluice.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives many streams their turns at a steady pace. A wheel of slots of a millisecond each: a timer
 * for each of 9,000 streams would cost more than their frames, and one timer that looks at all of
 * them would send them in bursts, which flatters whoever relays them. Owned by one thread.
 */
final class Pacer {

  /** How long one slot is. */
  static final long SLOT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How many slots; a turn that lies further ahead waits for the wheel to come round. */
  private static final int SLOTS = 1024;

  private final List<ArrayDeque<Turn>> wheel = new ArrayList<>(SLOTS);
  private long slot;
  private int waiting;

  /** One that sends at a pace. */
  interface Paced {

    /** Sends one frame. Says whether there are more to send. */
    Next turn();
  }

  /** What a turn came to. */
  enum Next {
    /** The next turn is one gap after this one was due. */
    AGAIN,
    /** Nothing could be sent now; the same turn comes again in a millisecond. */
    LATER,
    /** That was all. */
    DONE
  }

  private static final class Turn {
    private final Paced paced;
    private final long gapNanos;
    private long dueNanos;

    Turn(Paced paced, long gapNanos, long dueNanos) {
      this.paced = paced;
      this.gapNanos = gapNanos;
      this.dueNanos = dueNanos;
    }
  }

  /**
   * An empty wheel.
   *
   * @param nowNanos the time it begins
   */
  Pacer(long nowNanos) {
    for (int i = 0; i < SLOTS; i++) {
      wheel.add(new ArrayDeque<>());
    }
    slot = Math.floorDiv(nowNanos, SLOT_NANOS);
  }

  /**
   * Gives turns from {@code firstNanos} on.
   *
   * @param gapNanos between two turns, at least one
   */
  void add(Paced paced, long firstNanos, long gapNanos) {
    if (gapNanos < 1) {
      throw new IllegalArgumentException("the gap is " + gapNanos + " ns");
    }
    place(new Turn(paced, gapNanos, firstNanos));
  }

  /** How many are given turns. */
  int waiting() {
    return waiting;
  }

  /** Gives every turn that is due by {@code nowNanos}, at most one to each stream a slot. */
  void advance(long nowNanos) {
    long last = Math.floorDiv(nowNanos, SLOT_NANOS);
    // After a long pause one round visits every slot, and what is overdue is found there.
    slot = Math.max(slot, last - SLOTS);
    while (slot < last) {
      slot++;
      ArrayDeque<Turn> due = wheel.get(Math.floorMod(slot, SLOTS));
      for (int left = due.size(); left > 0; left--) {
        Turn turn = due.removeFirst();
        waiting--;
        if (Math.floorDiv(turn.dueNanos, SLOT_NANOS) > slot) {
          place(turn);
        } else {
          give(turn);
        }
      }
    }
  }

  private void give(Turn turn) {
    switch (turn.paced.turn()) {
      case AGAIN -> {
        // From when it was due, not from now: a late turn must not slow the stream down for good.
        turn.dueNanos += turn.gapNanos;
        place(turn);
      }
      case LATER -> place(turn);
      case DONE -> {}
    }
  }

  private void place(Turn turn) {
    long at = Math.max(slot + 1, Math.floorDiv(turn.dueNanos, SLOT_NANOS));
    wheel.get(Math.floorMod(at, SLOTS)).addLast(turn);
    waiting++;
  }
}
