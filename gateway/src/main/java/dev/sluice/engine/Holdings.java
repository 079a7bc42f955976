package dev.sluice.engine;

import dev.sluice.provider.media.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What large bodies and answers hold in memory together, and the bound on it. Each is bounded by
 * itself, but many at once would fill the memory that everybody lives on. Safe for all event loops.
 *
 * <p>Small ones are not counted: they come from the pool, and the bound on requests is theirs. A
 * large one is counted for as long as its array lives, so also while a client that does not read
 * keeps it waiting.
 */
public final class Holdings implements MemoryBudget {

  /** What is larger is counted. */
  private static final int SMALL_BYTES_MAX = 16 * 1024;

  /** What is set aside at first, whatever is announced. */
  private static final int START_BYTES_MAX = 64 * 1024;

  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Holdings, empty.
   *
   * @param bytesMax the most that is held together; what arrives beyond it is refused
   */
  public Holdings(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** What is held now, in bytes. */
  public long bytes() {
    return bytes.get();
  }

  /** Whether {@code more} bytes may be appended to {@code to}. */
  public boolean admits(ByteBuf to, int more) {
    return to.readableBytes() + more <= SMALL_BYTES_MAX
        || (to instanceof Counted && more <= to.writableBytes())
        || bytes.get() + more <= bytesMax;
  }

  /** An empty buffer, array-backed, for what may become {@code expectedBytes} long. */
  public ByteBuf open(ByteBufAllocator alloc, int expectedBytes) {
    return expectedBytes <= SMALL_BYTES_MAX
        ? alloc.heapBuffer(Math.max(1, expectedBytes))
        : new Counted(alloc, Math.min(expectedBytes, START_BYTES_MAX));
  }

  /**
   * Appends {@code data}, which stays the caller's.
   *
   * @param to from {@link #open} or an earlier call; not to be used any more
   * @return what holds both
   */
  public ByteBuf append(ByteBuf to, ByteBuf data) {
    int length = to.readableBytes() + data.readableBytes();
    if (length <= SMALL_BYTES_MAX || to instanceof Counted) {
      return to.writeBytes(data);
    }
    ByteBuf moved = new Counted(to.alloc(), length).writeBytes(to).writeBytes(data);
    to.release();
    return moved;
  }

  @Override
  public boolean take(long more) {
    if (bytes.addAndGet(more) <= bytesMax) {
      return true;
    }
    bytes.addAndGet(-more);
    return false;
  }

  @Override
  public void give(long less) {
    bytes.addAndGet(-less);
  }

  /** A buffer whose array is counted from its making to its end. */
  private final class Counted extends UnpooledHeapByteBuf {

    Counted(ByteBufAllocator alloc, int startBytes) {
      super(alloc, 0, Integer.MAX_VALUE);
      capacity(startBytes);
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
      byte[] array = super.allocateArray(initialCapacity);
      // The empty one is asked for while this object is still being made.
      if (initialCapacity > 0) {
        bytes.addAndGet(initialCapacity);
      }
      return array;
    }

    @Override
    protected void freeArray(byte[] array) {
      if (array.length > 0) {
        bytes.addAndGet(-array.length);
      }
      super.freeArray(array);
    }
  }
}
