package dev.sluice.bench;

import dev.sluice.config.ServerSettings;
import dev.sluice.net.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.HdrHistogram.Histogram;

/**
 * Asks several targets at a fixed rate, whether answers come or not, in short slices: one target
 * after the other, each slice beginning with the next of them. One process with one event loop asks
 * all of them over connections that stay open. So what disturbs a shared machine for seconds
 * disturbs all targets alike, and what disturbs it for a moment spoils one slice of many.
 *
 * <p>Latency counts from when a request was due, not from when it could be sent: waiting for a slow
 * server is counted, too. A slice has every request that was due in it, however late its answer is.
 *
 * <p>Owned by the event loop.
 */
final class LatencySlices {

  /** What part of a slice is asked before it counts: after another target caches are cold. */
  private static final double LEAD_IN = 0.25;

  private static final long DRAINING_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_MILLIS = 5;
  private static final int WARM_UP_TURNS = 2;
  private static final int DUE_MAX = 100_000;
  private static final int FAILED_MAX = 20_000;
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

  private final Plan plan;
  private final EventLoop loop;
  private final ObjIntConsumer<LoadReport> reports;
  private final List<Lane> lanes = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private int toOpen;
  private int turn = -WARM_UP_TURNS;
  private int inTurn;
  private long nextDueNanos;
  private long recordedFromNanos;
  private long endNanos;

  /**
   * How often, how much.
   *
   * @param connections to each target
   * @param turns how many slices each target has
   * @param sliceMillis how long of each slice counts
   */
  record Plan(int connections, int requestsPerSecond, int turns, int sliceMillis) {
    Plan {
      if (connections < 1 || requestsPerSecond < 1 || turns < 1 || sliceMillis < 1) {
        throw new IllegalArgumentException("each number must be at least 1");
      }
    }
  }

  private LatencySlices(
      List<Door> doors, Plan plan, ObjIntConsumer<LoadReport> reports, Transport transport) {
    this.plan = plan;
    this.loop = transport.loops().getFirst();
    this.reports = reports;
    for (Door door : doors) {
      lanes.add(new Lane(door, transport));
    }
  }

  /**
   * Runs to the end and hands each slice's report on with its target's place in {@code doors}, on
   * another thread than this one.
   *
   * @return whether all slices were run; not so where too much has failed
   */
  static boolean run(List<Door> doors, Plan plan, ObjIntConsumer<LoadReport> reports)
      throws InterruptedException {
    try (Transport transport = Transport.open(ServerSettings.Transport.AUTO, 1)) {
      LatencySlices slices = new LatencySlices(doors, plan, reports, transport);
      slices.loop.execute(slices::open);
      slices.over.await();
      return slices.turn == plan.turns();
    }
  }

  private void open() {
    toOpen = lanes.size() * plan.connections();
    for (Lane lane : lanes) {
      for (int i = 0; i < plan.connections(); i++) {
        lane.connect();
      }
    }
  }

  private void opened() {
    toOpen--;
    if (toOpen == 0) {
      begin();
    }
  }

  /** Turns begin with each lane in turn, as whoever follows the same one each time might differ. */
  private Lane lane() {
    return lanes.get(Math.floorMod(turn + inTurn, lanes.size()));
  }

  private void begin() {
    nextDueNanos = System.nanoTime();
    long sliceNanos = TimeUnit.MILLISECONDS.toNanos(plan.sliceMillis());
    recordedFromNanos = nextDueNanos + (long) (sliceNanos * LEAD_IN);
    endNanos = recordedFromNanos + sliceNanos;
    lane().clear();
    pump();
  }

  /** Sends all requests that are due by now. */
  private void pump() {
    long gapNanos = TimeUnit.SECONDS.toNanos(1) / plan.requestsPerSecond();
    long now = System.nanoTime();
    Lane lane = lane();
    while (nextDueNanos - now <= 0 && nextDueNanos - endNanos < 0) {
      lane.due(nextDueNanos);
      nextDueNanos += gapNanos;
    }
    if (nextDueNanos - endNanos >= 0) {
      drain();
      return;
    }
    loop.schedule(this::pump, Math.max(1, nextDueNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void drain() {
    Lane lane = lane();
    boolean late = System.nanoTime() - endNanos > DRAINING_NANOS_MAX;
    if (lane.isBusy() && !late) {
      loop.schedule(this::drain, LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    LoadReport report = lane.report();
    if (turn >= 0) {
      reports.accept(report, Math.floorMod(turn + inTurn, lanes.size()));
    }
    inTurn++;
    if (inTurn == lanes.size()) {
      inTurn = 0;
      turn++;
    }
    if (turn == plan.turns() || report.failed() > FAILED_MAX) {
      over.countDown();
    } else {
      begin();
    }
  }

  /** One target, and what came of its slice. */
  private final class Lane implements LoadConnection.Owner {

    private final ByteBuf request;
    private final Bootstrap bootstrap;
    private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, 3);
    private int underWay;
    private long answers;
    private long failed;

    Lane(Door door, Transport transport) {
      request = LoadRequest.whole(door);
      bootstrap =
          new Bootstrap()
              .group(transport.group())
              .channelFactory(transport.sockets())
              .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()))
              .option(ChannelOption.TCP_NODELAY, true)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(new HttpResponseDecoder(), new LoadConnection(Lane.this));
                    }
                  });
    }

    void connect() {
      bootstrap
          .connect()
          .addListener(connected -> {
            if (!connected.isSuccess()) {
              failed++;
            }
            if (toOpen > 0) {
              LatencySlices.this.opened();
            }
          });
    }

    void clear() {
      latencies.reset();
      waiting.clear();
      answers = 0;
      failed = 0;
    }

    boolean isBusy() {
      return underWay > 0 || !waiting.isEmpty();
    }

    LoadReport report() {
      // What has still not come fails, or is never sent.
      long missing = (long) underWay + waiting.size();
      return LoadReport.of(answers, 0, failed + missing, 0, 0, latencies);
    }

    void due(long dueNanos) {
      LoadConnection connection = idle.pollFirst();
      if (connection != null) {
        ask(connection, dueNanos);
      } else if (waiting.size() < DUE_MAX) {
        waiting.addLast(dueNanos);
      } else {
        failed++;
      }
    }

    private void ask(LoadConnection connection, long dueNanos) {
      underWay++;
      connection.ask(request, dueNanos);
    }

    private void free(LoadConnection connection) {
      Long dueNanos = waiting.pollFirst();
      if (dueNanos == null) {
        idle.addLast(connection);
      } else {
        ask(connection, dueNanos);
      }
    }

    @Override
    public void opened(LoadConnection connection) {
      free(connection);
    }

    @Override
    public void answered(LoadConnection connection, long dueNanos, boolean good, int frames) {
      underWay--;
      if (!good) {
        failed++;
      } else if (dueNanos - recordedFromNanos >= 0) {
        answers++;
        latencies.recordValue(Math.clamp(System.nanoTime() - dueNanos, 0, LATENCY_NANOS_MAX));
      }
      free(connection);
    }

    @Override
    public void closed(LoadConnection connection, boolean asking, int frames) {
      if (asking) {
        underWay--;
        failed++;
      }
      idle.remove(connection);
      if (over.getCount() > 0) {
        connect();
      }
    }
  }
}
