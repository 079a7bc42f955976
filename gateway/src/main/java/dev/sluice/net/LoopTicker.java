package dev.sluice.net;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer that looks after everything with a deadline on one event loop. A timer of its own
 * for each request would cost more than the rest of its bookkeeping; the price is that a deadline
 * is noticed up to {@value #TICK_MILLIS} ms late. Owned by its event loop.
 */
public final class LoopTicker {

  /** How long between two looks, in milliseconds. */
  public static final long TICK_MILLIS = 100;

  private static final Logger log = LoggerFactory.getLogger(LoopTicker.class);

  private final EventLoop loop;
  private final ArrayList<Ticket> live = new ArrayList<>();
  private boolean ticking;

  /** A ticker that costs nothing as long as it looks after nobody. */
  public LoopTicker(EventLoop loop) {
    this.loop = loop;
  }

  /** Something with a deadline. */
  public interface Ticked {

    /**
     * Looks whether a deadline has passed.
     *
     * @param nowNanos by {@link System#nanoTime}
     */
    void tick(long nowNanos);
  }

  /** A place with the ticker. */
  public final class Ticket {
    private final Ticked ticked;
    private int slot;

    private Ticket(Ticked ticked, int slot) {
      this.ticked = ticked;
      this.slot = slot;
    }

    /** Gives the place up. Idempotent. */
    public void remove() {
      assert loop.inEventLoop();
      if (slot < 0) {
        return;
      }
      Ticket last = live.removeLast();
      if (last != this) {
        live.set(slot, last);
        last.slot = slot;
      }
      slot = -1;
    }
  }

  /** Looks after {@code ticked} until its ticket is given up. */
  public Ticket add(Ticked ticked) {
    assert loop.inEventLoop();
    Ticket ticket = new Ticket(ticked, live.size());
    live.add(ticket);
    if (!ticking) {
      ticking = true;
      loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return ticket;
  }

  private void tick() {
    long now = System.nanoTime();
    // Backwards, since one that is removed moves the last one into its place.
    for (int i = live.size() - 1; i >= 0; i--) {
      if (i < live.size()) {
        lookAfter(live.get(i).ticked, now);
      }
    }
    if (live.isEmpty()) {
      ticking = false;
      return;
    }
    loop.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void lookAfter(Ticked ticked, long now) {
    try {
      ticked.tick(now);
    } catch (RuntimeException | OutOfMemoryError e) {
      // An answer to one that is late may find no direct memory; the others are looked after still.
      log.error("a deadline was not kept", e);
    }
  }
}
