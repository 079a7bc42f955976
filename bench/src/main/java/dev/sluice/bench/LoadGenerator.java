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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Loads one port from one event loop, which owns everything here. Says {@value #BEGIN} and {@value
 * #END} when it begins and ends to record, so that the harness can read the clocks of whom it
 * measures at the same moments, and at last what came of it.
 *
 * <p>A run has three parts. First everything is opened and warms up, this process's own compiler
 * included. Then it records. Then no new request is sent, and what is under way may end.
 */
final class LoadGenerator implements LoadConnection.Owner {

  static final String BEGIN = "begin";
  static final String END = "end";

  private static final int OPENED_AT_ONCE = 25;
  private static final long OPENING_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** A busy machine takes so many times as long to open all streams; with two, some ended early. */
  private static final int OPENING_SLOWER = 6;

  private static final long ENDING_NANOS_MAX = TimeUnit.SECONDS.toNanos(40);
  private static final long OUTLAST_MILLIS = 1000;
  private static final long LOOK_MILLIS = 20;
  private static final int FAILED_MAX = 20_000;
  private static final long LATENCY_NANOS_MAX = TimeUnit.MINUTES.toNanos(2);

  private final Load load;
  private final long warmUpMillis;
  private final long millis;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final ByteBuf request;
  private final int framesOfStream;
  private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, 3);
  private final CountDownLatch over = new CountDownLatch(1);
  private Phase phase = Phase.WARMING_UP;
  private long answers;
  private long frames;
  private long failed;
  private long framesLost;
  private int toOpen;
  private int underWay;
  private int opened;
  private int openAtEnd;
  private long endingNanos;

  private enum Phase {
    WARMING_UP,
    RECORDING,
    ENDING
  }

  private LoadGenerator(Door door, Load load, long warmUpMillis, long millis, Transport transport) {
    this.load = load;
    this.warmUpMillis = warmUpMillis;
    this.millis = millis;
    this.loop = transport.loops().getFirst();
    this.framesOfStream = framesOfStream();
    this.request = request(door);
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(transport.sockets())
            .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()))
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpResponseDecoder(), new LoadConnection(LoadGenerator.this));
                  }
                });
  }

  /** Runs to the end and prints. */
  static LoadReport run(Door door, Load load, long warmUpMillis, long millis)
      throws InterruptedException {
    try (Transport transport = Transport.open(ServerSettings.Transport.AUTO, 1)) {
      LoadGenerator generator = new LoadGenerator(door, load, warmUpMillis, millis, transport);
      generator.loop.execute(generator::start);
      generator.over.await();
      return LoadReport.of(
          generator.answers,
          generator.frames,
          generator.failed,
          generator.framesLost,
          generator.openAtEnd,
          generator.latencies);
    }
  }

  private void start() {
    toOpen = connections();
    open();
  }

  private int connections() {
    return switch (load) {
      case Load.Closed closed -> closed.connections();
      case Load.Streams streams -> streams.streams();
    };
  }

  /** A few at a time: nobody's queue of unaccepted connections is endless. */
  private void open() {
    for (int i = 0; i < OPENED_AT_ONCE && toOpen > 0; i++) {
      toOpen--;
      bootstrap
          .connect()
          .addListener(connected -> {
            if (!connected.isSuccess()) {
              fail(framesOfStream);
              opened();
            }
          });
    }
    if (toOpen > 0) {
      loop.schedule(this::open, OPENING_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void opened(LoadConnection connection) {
    switch (load) {
      case Load.Closed _ -> ask(connection, System.nanoTime());
      case Load.Streams _ -> {
        underWay++;
        connection.askStream(request, this::frame);
      }
    }
    opened();
  }

  /** The run's time begins when everything is open. */
  private void opened() {
    opened++;
    if (opened != connections()) {
      return;
    }
    loop.schedule(() -> enter(Phase.RECORDING), warmUpMillis, TimeUnit.MILLISECONDS);
    loop.schedule(() -> enter(Phase.ENDING), warmUpMillis + millis, TimeUnit.MILLISECONDS);
  }

  private void enter(Phase next) {
    phase = next;
    switch (next) {
      case WARMING_UP -> throw new IllegalStateException("a run warms up once");
      case RECORDING -> say(BEGIN);
      case ENDING -> {
        say(END);
        openAtEnd = underWay;
        endingNanos = System.nanoTime() + ENDING_NANOS_MAX;
        end();
      }
    }
  }

  private void end() {
    boolean late = System.nanoTime() - endingNanos > 0;
    if (underWay > 0 && !late) {
      loop.schedule(this::end, LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    // What has still not ended is lost, and says so.
    failed += underWay;
    over.countDown();
  }

  private void ask(LoadConnection connection, long dueNanos) {
    underWay++;
    connection.ask(request, dueNanos);
  }

  private void frame(long sentNanos) {
    if (phase == Phase.RECORDING) {
      frames++;
      record(System.nanoTime() - sentNanos);
    }
  }

  @Override
  public void answered(LoadConnection connection, long dueNanos, boolean good, int received) {
    underWay--;
    boolean whole = good && received == framesOfStream;
    if (!whole) {
      fail(framesOfStream - received);
    } else if (phase == Phase.RECORDING) {
      answers++;
      if (!(load instanceof Load.Streams)) {
        record(System.nanoTime() - dueNanos);
      }
    }
    if (phase == Phase.ENDING) {
      return;
    }
    switch (load) {
      case Load.Closed _ -> ask(connection, System.nanoTime());
      case Load.Streams _ -> {}
    }
  }

  @Override
  public void closed(LoadConnection connection, boolean asking, int received) {
    if (asking) {
      underWay--;
      fail(framesOfStream - received);
    }
    if (phase != Phase.ENDING && !(load instanceof Load.Streams)) {
      // A kept connection may be closed by its server; that is no failure unless it was in use.
      bootstrap
          .connect()
          .addListener(connected -> {
            if (!connected.isSuccess()) {
              fail(0);
            }
          });
    }
  }

  private void fail(int lost) {
    failed++;
    framesLost += Math.max(0, lost);
    if (failed > FAILED_MAX) {
      // Without its end mark the harness takes no figure from this run.
      over.countDown();
    }
  }

  private void record(long nanos) {
    latencies.recordValue(Math.clamp(nanos, 0, LATENCY_NANOS_MAX));
  }

  /** Streams outlast the recording, however early they were opened. */
  private int framesOfStream() {
    return switch (load) {
      case Load.Closed _ -> 0;
      case Load.Streams streams -> {
        long openingNanos = streams.streams() / OPENED_AT_ONCE * OPENING_NANOS * OPENING_SLOWER;
        long allMillis =
            TimeUnit.NANOSECONDS.toMillis(openingNanos) + warmUpMillis + millis + OUTLAST_MILLIS;
        yield Math.toIntExact(streams.framesPerSecond() * allMillis / 1000 + 1);
      }
    };
  }

  private ByteBuf request(Door door) {
    return switch (load) {
      case Load.Closed _ -> LoadRequest.whole(door);
      case Load.Streams streams ->
          LoadRequest.stream(door, framesOfStream, streams.framesPerSecond());
    };
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
