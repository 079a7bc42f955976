package dev.sluice.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Watches how much of the memory for sockets' buffers is taken. Each connection holds little of it,
 * but thousands of clients that leave their answers unread hold all there is, and without any an
 * event loop cannot even read. So the more is taken, the less time they have; and as long as nearly
 * all is, nobody new is let in. Safe for all event loops.
 */
public final class DirectMemory {

  /** Up to this share of it, clients may take all the time that the settings give them. */
  private static final double ABUNDANT = 0.75;

  /** Beyond this share, new requests are refused. */
  private static final double SHORT = 0.9;

  /** How long answers may stay unread where memory begins to be short. */
  private static final long HURRIED_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long where hardly any is left: long enough for whoever reads at all. */
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Looking at what the pool really uses takes a while, so it is done this rarely. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final LongSupplier reserved;
  private final LongSupplier stored;
  private final long bytesMax;
  private final long abundantBytesMax;

  /**
   * Memory that is watched.
   *
   * @param reserved how many bytes are taken from the system now
   * @param stored how many of them nobody uses now; asked only where memory is not abundant
   * @param bytesMax how many there are; nothing is ever short where that is not positive
   */
  DirectMemory(LongSupplier reserved, LongSupplier stored, long bytesMax) {
    this.reserved = reserved;
    this.stored = stored;
    this.bytesMax = bytesMax;
    this.abundantBytesMax = Math.round(bytesMax * ABUNDANT);
  }

  /** What Netty counts, and what it may take; nothing is ever short where it counts nothing. */
  static DirectMemory ofNetty() {
    return PlatformDependent.usedDirectMemory() < 0
        ? new DirectMemory(() -> 0, () -> 0, 0)
        : new DirectMemory(
            PlatformDependent::usedDirectMemory, new Store(), PlatformDependent.maxDirectMemory());
  }

  /** How many bytes are used now, or where that is little, reserved; 0 where nobody counts them. */
  public long bytes() {
    long bytes = reserved.getAsLong();
    return bytes <= abundantBytesMax ? bytes : Math.max(0, bytes - stored.getAsLong());
  }

  /** Whether so little is left that it is needed for what is under way. */
  public boolean isShort() {
    return bytesMax > 0 && bytes() > SHORT * bytesMax;
  }

  /**
   * Whether the rest should be taken in small pieces. What is in store counts as taken: how much
   * that is was seen a while ago, in which a loop may take hundreds of pieces.
   */
  boolean isScarce() {
    return bytesMax > 0 && reserved.getAsLong() > abundantBytesMax;
  }

  /**
   * How long a client may leave its answer unread now.
   *
   * @param usualNanos how long it may where there is enough memory
   */
  long stallNanos(long usualNanos) {
    if (!isScarce()) {
      return usualNanos;
    }
    double share = (double) bytes() / bytesMax;
    if (share <= ABUNDANT) {
      return usualNanos;
    }
    double left = Math.max(0, (SHORT - share) / (SHORT - ABUNDANT));
    long hurried = LAST_NANOS + Math.round(left * (HURRIED_NANOS - LAST_NANOS));
    return Math.min(usualNanos, hurried);
  }

  /** What Netty's pool has reserved and no buffer uses, as it was a moment ago. */
  private static final class Store implements LongSupplier {
    private volatile long lookedNanos = System.nanoTime() - LOOK_NANOS;
    private volatile long bytes;

    /** Two threads may look at once, which does no harm. */
    @Override
    public long getAsLong() {
      long now = System.nanoTime();
      if (now - lookedNanos >= LOOK_NANOS) {
        lookedNanos = now;
        bytes =
            ByteBufAllocator.DEFAULT instanceof PooledByteBufAllocator pool
                ? Math.max(0, pool.metric().usedDirectMemory() - pool.pinnedDirectMemory())
                : 0;
      }
      return bytes;
    }
  }
}
