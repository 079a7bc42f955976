package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One call of an {@link HttpUpstream}: keeps its request until an answer has begun, so that a
 * connection that turns out to be stale can be replaced unseen. Owned by its event loop.
 */
final class HttpCall implements UpstreamCall {

  private final UpstreamPool pool;
  private final UpstreamRequest request;
  private final UpstreamListener listener;

  private @Nullable UpstreamConnection connection;
  private long waitingNanos;
  private boolean bodyHeld = true;
  private boolean reused;
  private boolean retried;
  private boolean told;
  private boolean paused;
  private boolean over;

  HttpCall(UpstreamPool pool, UpstreamRequest request, UpstreamListener listener) {
    this.pool = pool;
    this.request = request;
    this.listener = listener;
  }

  UpstreamRequest request() {
    return request;
  }

  /** Begins to wait for a connection. */
  void waits() {
    waitingNanos = System.nanoTime();
  }

  /** Since when it waits, by {@link System#nanoTime}. */
  long waitingNanos() {
    return waitingNanos;
  }

  boolean isOver() {
    return over;
  }

  boolean isPaused() {
    return paused;
  }

  /** A connection takes the call. */
  void assigned(UpstreamConnection to) {
    connection = to;
    reused = to.isUsed();
  }

  /** The connection has begun to write the request. */
  void started() {
    if (!told && !over) {
      told = true;
      listener.connected();
    }
  }

  UpstreamListener listener() {
    return listener;
  }

  /** The answer has begun: from here on the call cannot be sent again. */
  void answered() {
    releaseBody();
  }

  void ended() {
    if (!over) {
      over = true;
      releaseBody();
      listener.end();
    }
  }

  /**
   * The connection closed before a byte of the answer came. Where it had been idle before, the
   * upstream most likely closed it just as it was taken, so the call gets a fresh one.
   */
  void unanswered(UpstreamFailure failure) {
    if (reused && mayBeSentAgain()) {
      sendAgain();
      pool.retryFresh(this);
    } else {
      failed(failure);
    }
  }

  /** The upstream says that it has not looked at the request, so it may be sent again. */
  void unseen(UpstreamFailure failure) {
    if (mayBeSentAgain()) {
      sendAgain();
      pool.retry(this);
    } else {
      failed(failure);
    }
  }

  private boolean mayBeSentAgain() {
    return !over && !retried && bodyHeld;
  }

  private void sendAgain() {
    retried = true;
    connection = null;
  }

  /** The call has failed for good. */
  void failed(UpstreamFailure failure) {
    if (over) {
      return;
    }
    connection = null;
    over = true;
    releaseBody();
    listener.failed(failure);
  }

  @Override
  public void pause() {
    if (!paused && !over) {
      paused = true;
      if (connection != null) {
        connection.pauseOrResume(this);
      }
    }
  }

  @Override
  public void resume() {
    if (paused && !over) {
      paused = false;
      if (connection != null) {
        connection.pauseOrResume(this);
      }
    }
  }

  @Override
  public void cancel() {
    if (over) {
      return;
    }
    over = true;
    releaseBody();
    UpstreamConnection on = connection;
    connection = null;
    if (on != null) {
      on.cancel(this);
    } else {
      pool.forget(this);
    }
  }

  /** The request's body, for writing; it stays the call's. */
  ByteBuf body() {
    return request.body();
  }

  private void releaseBody() {
    if (bodyHeld) {
      bodyHeld = false;
      request.body().release();
    }
  }
}
