package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.provider.Credential;
import dev.sluice.provider.auth.TokenKeeper;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a provider's token without holding up the event loop: for the first one, and once in an
 * exchange for a new one where the provider has refused the one at hand. Owned by the exchange's
 * event loop.
 */
final class CredentialWait {

  private static final int UNAUTHORIZED = 401;

  private @Nullable TokenKeeper<?> signer;
  private Duration atMost = Duration.ZERO;
  private long signedWith;
  private boolean renewed;

  /**
   * Waits for the first token.
   *
   * @param most how long; a new token is not waited for longer, either
   * @param then called on {@code loop} when it has come, or cannot be had, or did not come in time
   * @return what ends the wait, and may be cancelled; {@code null} where nothing is to be waited
   *     for
   */
  @Nullable ScheduledFuture<?> forFirst(
      Credential credential, EventLoop loop, Duration most, Runnable then) {
    atMost = most;
    TokenKeeper<?> keeper = credential.authenticator().keeper();
    if (keeper == null || keeper.hasOutcome()) {
      return null;
    }
    Wait wait = new Wait(loop, atMost, then);
    keeper.afterFirst(wait);
    return wait.limit;
  }

  /** Notes what the next request is signed with. */
  void signing(Credential credential) {
    TokenKeeper<?> keeper = credential.authenticator().keeper();
    signer = keeper;
    signedWith = keeper == null ? 0 : keeper.renewals();
  }

  /**
   * Gets a new token after {@code fault}, if that speaks of the one that was used, the first time
   * in an exchange.
   *
   * @param then as in {@link #forFirst}
   * @return as {@link #forFirst}
   */
  @Nullable ScheduledFuture<?> forNew(Fault fault, EventLoop loop, Runnable then) {
    TokenKeeper<?> keeper = signer;
    boolean refused =
        fault instanceof Fault.UpstreamFailed failed && failed.status() == UNAUTHORIZED;
    if (keeper == null || renewed || !refused) {
      return null;
    }
    renewed = true;
    Wait wait = new Wait(loop, atMost, then);
    if (keeper.renewals() != signedWith) {
      // Another exchange has seen to it.
      wait.run();
      return wait.limit;
    }
    if (keeper.renew(wait)) {
      return wait.limit;
    }
    wait.limit.cancel(false);
    return null;
  }

  /** Whether there is a newer token than the one that was refused. */
  boolean hasNew() {
    TokenKeeper<?> keeper = signer;
    return keeper != null && keeper.renewals() != signedWith;
  }

  /** Ends by itself in time, or when it is run from whatever thread; once. */
  private static final class Wait implements Runnable {
    private final EventLoop loop;
    private final Runnable then;
    private final ScheduledFuture<?> limit;

    Wait(EventLoop loop, Duration atMost, Runnable then) {
      this.loop = loop;
      this.then = then;
      this.limit = loop.schedule(then, atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
      try {
        loop.execute(() -> {
          // Not where time was up, or the exchange has ended.
          if (limit.cancel(false)) {
            then.run();
          }
        });
      } catch (RejectedExecutionException _) {
        // The loop has ended, and the exchange with it.
      }
    }
  }
}
