package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Decides how much is read at once: as much as seems to come, as Netty does, but little where
 * memory is scarce. With io_uring every connection that has something to be read gets its buffer
 * before the first of them is looked at: thousands at once would take hundreds of megabytes for a
 * moment, and the loop that finds none for the next one ends.
 */
final class ThriftyReads implements RecvByteBufAllocator {

  /** What is read at once where memory is scarce, in bytes. */
  private static final int SCARCE_BYTES_MAX = 1024;

  /** How often a socket is read before the next one's turn, which is Netty's own number. */
  private static final int READS_MAX = 16;

  private final AdaptiveRecvByteBufAllocator usual = new AdaptiveRecvByteBufAllocator();
  private final DirectMemory memory;

  ThriftyReads(DirectMemory memory) {
    this.memory = memory;
    usual.maxMessagesPerRead(READS_MAX);
  }

  @Override
  public ExtendedHandle newHandle() {
    return new Thrifty((ExtendedHandle) usual.newHandle());
  }

  private final class Thrifty extends DelegatingHandle implements ExtendedHandle {
    private final ExtendedHandle each;

    Thrifty(ExtendedHandle each) {
      super(each);
      this.each = each;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      return alloc.ioBuffer(guess());
    }

    @Override
    public int guess() {
      int guess = each.guess();
      return memory.isScarce() ? Math.min(guess, SCARCE_BYTES_MAX) : guess;
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return each.continueReading(maybeMoreData);
    }
  }
}
