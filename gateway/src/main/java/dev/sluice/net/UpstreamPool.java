package dev.sluice.net;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

  /** How many calls one connection will take, as far as is known. */
  private int callsPerConnection;

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
      LongAdder retries) {
    Figures() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }
  }

  /** What a pool notes about one of its connections. Owned by the pool. */
  static final class Standing {
    private boolean listed;
    private boolean countedIdle;
  }

  UpstreamPool(EventLoop loop, UpstreamConnector connector, Bounds bounds, Figures figures) {
    this.loop = loop;
    this.connector = connector;
    this.bounds = bounds;
    this.figures = figures;
    this.ticker = new LoopTicker(loop);
    this.callsPerConnection = connector.callsExpected();
  }

  void start(HttpCall call) {
    assert loop.inEventLoop();
    UpstreamConnection taken = takeFree();
    if (taken != null) {
      hand(call, taken);
      return;
    }
    if (open + connecting >= bounds.connectionsMax()
        && waiting.size() - callsConnecting() >= bounds.waitingMax()) {
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
    // What else is idle is as old as the one that failed.
    retireIdle();
    retry(call);
  }

  /** Sends a call that its connection refused over another one. */
  void retry(HttpCall call) {
    figures.retries().increment();
    await(call);
  }

  private void await(HttpCall call) {
    call.waits();
    waiting.add(call);
    figures.waiting().increment();
    look();
    connectAsNeeded();
  }

  private void connectAsNeeded() {
    while (callsConnecting() < waiting.size() && open + connecting < bounds.connectionsMax()) {
      connecting++;
      connector.connect(loop, this);
    }
  }

  /** How many calls the connections being opened will take. */
  private long callsConnecting() {
    return (long) connecting * callsPerConnection;
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
    callsPerConnection = connection.callsMax();
    freed(connection);
    connectAsNeeded();
  }

  /** A connection that was asked for is not to be had; the calls meant for it are told. */
  void connectFailed(UpstreamFailure failure) {
    connecting--;
    figures.connectFailures().increment();
    long meant = Math.min(callsPerConnection, waiting.size() - callsConnecting());
    for (long i = 0; i < meant; i++) {
      HttpCall call = nextWaiting();
      if (call != null) {
        call.failed(failure);
      }
    }
    connectAsNeeded();
  }

  /** A connection can take a call. */
  void freed(UpstreamConnection connection) {
    while (connection.isFree()) {
      HttpCall call = nextWaiting();
      if (call == null) {
        break;
      }
      hand(call, connection);
    }
    if (closed && connection.isFree()) {
      connection.retire();
      return;
    }
    list(connection);
    look();
  }

  /** A connection has closed; who waits, even on a closed pool, was promised another one. */
  void gone(UpstreamConnection connection) {
    open--;
    figures.open().decrement();
    unlist(connection);
    connectAsNeeded();
  }

  private void hand(HttpCall call, UpstreamConnection connection) {
    call.assigned(connection);
    try {
      connection.start(call);
    } catch (RuntimeException | OutOfMemoryError e) {
      // Nobody knows what it has taken of the call.
      connection.retire();
      throw e;
    }
    list(connection);
    call.started();
  }

  /** Notes whether a connection is free, and whether it is idle. */
  private void list(UpstreamConnection connection) {
    Standing standing = connection.standing();
    if (!connection.isFree()) {
      unlist(connection);
      return;
    }
    if (!standing.listed) {
      standing.listed = true;
      free.add(connection);
    }
    countIdle(standing, connection.isIdle());
  }

  private void unlist(UpstreamConnection connection) {
    Standing standing = connection.standing();
    if (standing.listed) {
      standing.listed = false;
      if (free.getLast().equals(connection)) {
        free.removeLast();
      } else {
        free.remove(connection);
      }
    }
    countIdle(standing, false);
  }

  private void countIdle(Standing standing, boolean idle) {
    if (standing.countedIdle != idle) {
      standing.countedIdle = idle;
      figures.idle().add(idle ? 1 : -1);
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
        return last;
      }
      unlist(last);
    }
    return null;
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
    failLate(nowNanos);
    evictIdle(nowNanos);
    if (free.isEmpty() && waiting.isEmpty() && ticket != null) {
      ticket.remove();
      ticket = null;
    }
  }

  /** The calls that wait stand in the order in which they began to. */
  private void failLate(long nowNanos) {
    // Those in front are the ones that connections are being opened for.
    long connectingFor = callsConnecting();
    for (long i = 0; ; i++) {
      HttpCall call = waiting.peek();
      if (call == null || nowNanos - call.waitingNanos() <= bounds.connectNanos()) {
        return;
      }
      nextWaiting();
      long millis = TimeUnit.NANOSECONDS.toMillis(bounds.connectNanos());
      call.failed(
          i < connectingFor
              ? new UpstreamFailure(
                  UpstreamFailure.Kind.CONNECT_TIMEOUT, "not connected within " + millis + " ms")
              : new UpstreamFailure(
                  UpstreamFailure.Kind.POOL_EXHAUSTED, "no connection within " + millis + " ms"));
    }
  }

  private void evictIdle(long nowNanos) {
    for (int i = free.size() - 1; i >= 0; i--) {
      UpstreamConnection connection = free.get(i);
      if (!connection.isFree()
          || (connection.isIdle() && nowNanos - connection.idleSinceNanos() > bounds.idleNanos())) {
        unlist(connection);
        connection.retire();
      }
    }
  }
}
