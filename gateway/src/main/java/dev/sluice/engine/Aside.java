package dev.sluice.engine;

import dev.sluice.chat.GatewayException;
import dev.sluice.provider.media.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  /** How long what can be left undone waits for its turn. */
  private static final long PATIENCE_MILLIS = 3000;

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
    start(loop, body, () -> inTurn(work), done, failed);
  }

  /**
   * The same for what can be left undone: where too much is to be done before it, it is not waited
   * for.
   *
   * @param instead says what is handed back then; may not take long
   */
  <T> void runSoon(
      EventExecutor loop,
      ByteBuf body,
      Supplier<T> work,
      Supplier<T> instead,
      Consumer<T> done,
      Consumer<RuntimeException> failed) {
    start(loop, body, () -> soon(work, instead), done, failed);
  }

  private static <T> void start(
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
            try {
              outcome.run();
            } catch (OutOfMemoryError e) {
              failed.accept(starved(e));
            }
          });
        });
  }

  private <T> T inTurn(Supplier<T> work) {
    turns.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      turns.release();
    }
  }

  private <T> T soon(Supplier<T> work, Supplier<T> instead) {
    if (!hasTurnSoon()) {
      return instead.get();
    }
    try {
      return work.get();
    } finally {
      turns.release();
    }
  }

  private boolean hasTurnSoon() {
    try {
      return turns.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      // Nobody interrupts these threads; were it done, there would be no time left.
      return false;
    }
  }

  private static <T> Runnable outcome(
      Supplier<T> work, Consumer<T> done, Consumer<RuntimeException> failed) {
    try {
      T result = work.get();
      return () -> done.accept(result);
    } catch (RuntimeException e) {
      return () -> failed.accept(e);
    } catch (OutOfMemoryError e) {
      return () -> failed.accept(starved(e));
    } catch (Error e) {
      // Whatever it is, a client waits for an end.
      IllegalStateException bug = new IllegalStateException("a request was not read", e);
      return () -> failed.accept(bug);
    }
  }

  /** Without heap the process ends; direct memory is there again when other requests have ended. */
  static GatewayException starved(OutOfMemoryError e) {
    return new GatewayException(MemoryBudget.tooMuch(), e);
  }
}
