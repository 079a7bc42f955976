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
  private final long startedNanos = System.nanoTime();

  private @Nullable UpstreamConnection connection;
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

  long startedNanos() {
    return startedNanos;
  }

  boolean isOver() {
    return over;
  }

  boolean isPaused() {
    return paused;
  }

  /** A connection has taken the call. */
  void assigned(UpstreamConnection to, boolean used) {
    connection = to;
    reused = used;
    if (!told) {
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

  /** The connection failed the call; it may get another one. */
  void failed(UpstreamFailure failure) {
    if (over) {
      return;
    }
    connection = null;
    boolean unanswered = failure.kind() == UpstreamFailure.Kind.CLOSED_BEFORE_ANSWER && bodyHeld;
    if (unanswered && reused && !retried) {
      // The upstream closed an idle connection just as it was taken: nobody has seen the request.
      retried = true;
      pool.retryFresh(this);
      return;
    }
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
