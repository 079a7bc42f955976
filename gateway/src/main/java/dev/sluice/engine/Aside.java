package dev.sluice.engine;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Does what would hold an event loop for long on virtual threads, and hands the results back. Safe
 * for all loops.
 *
 * <p>To read a request of many small messages and to write it in another protocol takes up to 100
 * ms a megabyte; other requests of the loop wait no longer than a small one takes.
 */
final class Aside {

  /** Requests of more bytes are read and translated here, and not on their loop. */
  static final int BYTES_MIN = 256 * 1024;

  /** So many at once leave the loops their share of the processors. */
  private final Semaphore turns =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

  /**
   * Does {@code work}, which may not touch what the loop owns and changes.
   *
   * @param loop where the result is told, always and some turns of the loop later
   * @param body what the work reads; kept until then, whoever releases it meanwhile
   * @param done takes what the work returned
   * @param failed takes what it threw instead
   */
  <T> void run(
      EventExecutor loop,
      ByteBuf body,
      Supplier<T> work,
      Consumer<T> done,
      Consumer<RuntimeException> failed) {
    ByteBuf kept = body.retain();
    Thread.ofVirtual()
        .name("aside")
        .start(() -> {
          Runnable outcome = outcome(work, done, failed);
          loop.execute(() -> {
            kept.release();
            outcome.run();
          });
        });
  }

  private <T> Runnable outcome(
      Supplier<T> work, Consumer<T> done, Consumer<RuntimeException> failed) {
    turns.acquireUninterruptibly();
    try {
      T result = work.get();
      return () -> done.accept(result);
    } catch (RuntimeException e) {
      return () -> failed.accept(e);
    } catch (Error e) {
      // Whatever it is, a client waits for an end.
      IllegalStateException bug = new IllegalStateException("a request was not read", e);
      return () -> failed.accept(bug);
    } finally {
      turns.release();
    }
  }
}
