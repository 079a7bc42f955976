package dev.sluice.engine;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests that name a model by a UUID which nobody is known by yet. Since the name cannot be made
 * of it, the providers are asked once what they have; that takes no longer than a listing may, and
 * is not done again for a while, whatever is asked for. Owned by one event loop.
 */
final class Strangers {

  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final List<Runnable> waiting = new ArrayList<>();
  private boolean listed;
  private long listedNanos;

  /**
   * Has {@code then} told when the providers have said what they have.
   *
   * @return false where they have said so lately; then nothing is told
   */
  boolean await(ModelListing listing, EventLoop loop, Runnable then) {
    if (listed && System.nanoTime() - listedNanos < AGAIN_NANOS) {
      return false;
    }
    waiting.add(then);
    if (waiting.size() == 1) {
      try {
        listing.list(loop, _ -> tell());
      } catch (RuntimeException e) {
        // Nothing will be told, so that the next one has to ask.
        waiting.clear();
        throw e;
      }
    }
    return true;
  }

  private void tell() {
    listed = true;
    listedNanos = System.nanoTime();
    List<Runnable> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(Runnable::run);
  }
}
