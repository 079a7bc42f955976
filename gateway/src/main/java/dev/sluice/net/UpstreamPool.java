package dev.sluice.net;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's connections to one origin. The connection used last is used first, so that those
 * not needed grow idle and are closed. Owned by its event loop.
 */
final class UpstreamPool implements LoopTicker.Ticked {

  private final EventLoop loop;
  private final UpstreamConnector connector;
  private final Bounds bounds;
  private final Figures figures;
  private final LoopTicker ticker;

  private final List<UpstreamConnection> free = new ArrayList<>();
  private final ArrayDeque<HttpCall> waiting = new ArrayDeque<>();
  private LoopTicker.@Nullable Ticket ticket;
  private int open;
  private int connecting;
  private boolean closed;

  /**
   * What one loop may hold.
   *
   * @param connectionsMax open connections, those being opened included
   * @param waitingMax calls that wait for one
   * @param idleNanos how long an unused connection is kept
   * @param connectNanos how long opening one, and waiting for one, may take
   */
  record Bounds(int connectionsMax, int waitingMax, long idleNanos, long connectNanos) {}

  /** Counted over all loops. */
  record Figures(
      LongAdder open,
      LongAdder idle,
      LongAdder waiting,
      LongAdder connectFailures,
      LongAdder staleRetries) {
    Figures() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  UpstreamPool(EventLoop loop, UpstreamConnector connector, Bounds bounds, Figures figures) {
    this.loop = loop;
    this.connector = connector;
    this.bounds = bounds;
    this.figures = figures;
    this.ticker = new LoopTicker(loop);
  }

  void start(HttpCall call) {
    assert loop.inEventLoop();
    UpstreamConnection taken = takeFree();
    if (taken != null) {
      call.assigned(taken, true);
      taken.start(call);
      return;
    }
    if (waiting.size() - connecting >= bounds.waitingMax()
        && open + connecting >= bounds.connectionsMax()) {
      loop.execute(() ->
          call.failed(
              new UpstreamFailure(
                  UpstreamFailure.Kind.POOL_EXHAUSTED, "too many calls wait already")));
      return;
    }
    await(call);
  }

  /** Sends a call whose connection was stale over a fresh one. */
  void retryFresh(HttpCall call) {
    figures.staleRetries().increment();
    // What else is idle is as old as the one that failed.
    retireIdle();
    await(call);
  }

  private void await(HttpCall call) {
    waiting.add(call);
    figures.waiting().increment();
    look();
    if (open + connecting < bounds.connectionsMax()) {
      connecting++;
      connector.connect(loop, this);
    }
  }

  /** A call that waits is given up. */
  void forget(HttpCall call) {
    if (waiting.remove(call)) {
      figures.waiting().decrement();
    }
  }

  /** A connection that was asked for is there. */
  void connected(UpstreamConnection connection) {
    connecting--;
    open++;
    figures.open().increment();
    freed(connection, false);
  }

  /** A connection that was asked for is not to be had; who waited longest is told. */
  void connectFailed(UpstreamFailure failure) {
    connecting--;
    figures.connectFailures().increment();
    HttpCall call = nextWaiting();
    if (call != null) {
      call.failed(failure);
    }
  }

  /** A connection can take a call. */
  void freed(UpstreamConnection connection, boolean used) {
    while (connection.isFree()) {
      HttpCall call = nextWaiting();
      if (call == null) {
        break;
      }
      call.assigned(connection, used);
      connection.start(call);
    }
    if (!connection.isFree()) {
      return;
    }
    if (closed) {
      connection.retire();
      return;
    }
    if (!free.contains(connection)) {
      free.add(connection);
      if (connection.isIdle()) {
        figures.idle().increment();
      }
    }
    look();
  }

  /** A connection has closed. */
  void gone(UpstreamConnection connection) {
    open--;
    figures.open().decrement();
    drop(connection);
    // Also once it is closed: who waits already was promised a connection.
    if (!waiting.isEmpty() && waiting.size() > connecting) {
      connecting++;
      connector.connect(loop, this);
    }
  }

  /** Closes what is idle now, and what is busy when it is idle. */
  void close() {
    closed = true;
    retireIdle();
  }

  private @Nullable UpstreamConnection takeFree() {
    while (!free.isEmpty()) {
      UpstreamConnection last = free.getLast();
      if (last.isFree()) {
        if (last.isIdle()) {
          figures.idle().decrement();
        }
        free.removeLast();
        return last;
      }
      drop(last);
    }
    return null;
  }

  private void drop(UpstreamConnection connection) {
    if (free.remove(connection) && connection.isIdle()) {
      figures.idle().decrement();
    }
  }

  private void retireIdle() {
    List<UpstreamConnection> idle = List.copyOf(free);
    for (UpstreamConnection connection : idle) {
      connection.retire();
    }
  }

  private @Nullable HttpCall nextWaiting() {
    HttpCall call = waiting.poll();
    if (call != null) {
      figures.waiting().decrement();
    }
    return call;
  }

  private void look() {
    if (ticket == null) {
      ticket = ticker.add(this);
    }
  }

  @Override
  public void tick(long nowNanos) {
    for (Iterator<HttpCall> calls = waiting.iterator(); calls.hasNext(); ) {
      HttpCall call = calls.next();
      if (nowNanos - call.startedNanos() <= bounds.connectNanos()) {
        break;
      }
      calls.remove();
      figures.waiting().decrement();
      call.failed(
          new UpstreamFailure(
              UpstreamFailure.Kind.POOL_EXHAUSTED,
              "no connection within "
                  + TimeUnit.NANOSECONDS.toMillis(bounds.connectNanos())
                  + " ms"));
    }
    // The longest unused stand first.
    while (!free.isEmpty()
        && free.getFirst().isIdle()
        && nowNanos - free.getFirst().idleSinceNanos() > bounds.idleNanos()) {
      UpstreamConnection oldest = free.getFirst();
      drop(oldest);
      oldest.retire();
    }
    if (free.isEmpty() && waiting.isEmpty() && ticket != null) {
      ticket.remove();
      ticket = null;
    }
  }
}
