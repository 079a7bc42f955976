package dev.sluice.bench;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.ServerSettings;
import dev.sluice.net.HttpResolvers;
import dev.sluice.net.HttpUpstream;
import dev.sluice.net.Origin;
import dev.sluice.net.Transport;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Sends requests to one port, on one event loop, and prints in one line what came of them. */
final class LoadGenerator {

  private static final int CONNECTIONS_MAX = 20_000;
  private static final String TEXT = "hello ".repeat(85);

  private final HttpUpstream target;
  private final EventLoop loop;
  private final AtomicLong complete = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final Histogram latencies = new ConcurrentHistogram(3);
  private final FrameScanner.Scratch scratch = new FrameScanner.Scratch();
  private final String model;
  private volatile boolean stopping;
  private volatile boolean closedLoop;

  private LoadGenerator(int port, String model) throws IOException {
    this.model = model;
    Transport transport = Transport.open(ServerSettings.Transport.AUTO, 1);
    this.loop = transport.loops().getFirst();
    this.target =
        new HttpUpstream(
            new Origin(false, "127.0.0.1", port, null, null),
            ProviderSettings.HttpVersion.HTTP_1_1,
            new ProviderSettings.PoolSettings(
                CONNECTIONS_MAX, CONNECTIONS_MAX, Duration.ofMinutes(1)),
            Duration.ofSeconds(20),
            transport,
            HttpResolvers.open(transport));
  }

  /** As many requests as {@code connections} can carry. */
  static void closed(int port, String model, int connections, int seconds) throws IOException {
    LoadGenerator load = new LoadGenerator(port, model);
    load.closedLoop = true;
    load.loop.execute(() -> {
      for (int i = 0; i < connections; i++) {
        load.again();
      }
    });
    load.finish(seconds);
  }

  /** {@code rate} requests a second, whether answers come or not. */
  static void open(int port, String model, int rate, int seconds) throws IOException {
    LoadGenerator load = new LoadGenerator(port, model);
    long gap = TimeUnit.SECONDS.toNanos(1) / rate;
    long begun = System.nanoTime();
    for (long i = 0; i < (long) rate * seconds; i++) {
      long due = begun + i * gap;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(Math.min(50_000, Math.max(1, due - System.nanoTime())));
      }
      load.loop.execute(() -> load.send(System.nanoTime(), false, load.whole()));
    }
    load.finish(1);
  }

  /** {@code streams} streams at once, each of them once. */
  static void streams(int port, String model, int streams, int perSecond, int seconds)
      throws IOException {
    LoadGenerator load = new LoadGenerator(port, model);
    String body =
        "{\"model\":\""
            + model
            + "\",\"stream\":true,\"n_frames\":"
            + perSecond * seconds
            + ",\"frames_per_second\":"
            + perSecond
            + ",\"messages\":[{\"role\":\"user\",\"content\":\""
            + TEXT
            + "\"}]}";
    for (int i = 0; i < streams; i++) {
      load.loop.execute(() -> load.send(System.nanoTime(), true, body));
      if (i % 20 == 19) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4));
      }
    }
    System.out.println("opened");
    long most = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + 30L);
    while (load.complete.get() + load.failed.get() < streams && System.nanoTime() < most) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    load.print();
  }

  private String whole() {
    return "{\"model\":\""
        + model
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + TEXT
        + "\"}],\"temperature\":0.7,\"max_tokens\":100}";
  }

  private void again() {
    if (!stopping) {
      send(System.nanoTime(), false, whole());
    }
  }

  private void finish(int seconds) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    stopping = true;
    print();
  }

  private void print() {
    System.out.println(
        complete.get()
            + " "
            + failed.get()
            + " "
            + frames.get()
            + " "
            + latencies.getValueAtPercentile(50)
            + " "
            + latencies.getValueAtPercentile(99));
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private void send(long dueNanos, boolean stream, String body) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set("content-type", "application/json");
    ByteBuf bytes = Unpooled.directBuffer().writeBytes(body.getBytes(StandardCharsets.US_ASCII));
    target.call(
        loop,
        new UpstreamRequest(HttpMethod.POST, "/v1/chat/completions", headers, bytes),
        new Answer(dueNanos, stream));
  }

  /** One answer. */
  private final class Answer implements UpstreamListener, FrameSink {
    private final long dueNanos;
    private final boolean stream;
    private final FrameScanner scanner =
        new FrameScanner(1 << 20, io.netty.buffer.ByteBufAllocator.DEFAULT, this, scratch);
    private boolean good;
    private boolean done;

    Answer(long dueNanos, boolean stream) {
      this.dueNanos = dueNanos;
      this.stream = stream;
    }

    @Override
    public void connected() {}

    @Override
    public void head(HttpResponseStatus status, HttpHeaders headers) {
      good = status.code() == 200;
    }

    @Override
    public void data(ByteBuf data) {
      if (stream) {
        scanner.feed(data);
      } else {
        data.release();
      }
    }

    @Override
    public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
      if (dataTo - dataFrom == 6 && bytes[dataFrom] == '[') {
        done = true;
      } else {
        frames.incrementAndGet();
      }
      return Verdict.PASS;
    }

    @Override
    public void pass(ByteBuf passed) {
      passed.release();
    }

    @Override
    public void take(Frame frame) {
      frame.buffer().release();
    }

    @Override
    public void readComplete() {}

    @Override
    public void end() {
      if (good && (!stream || done)) {
        complete.incrementAndGet();
        latencies.recordValue(System.nanoTime() - dueNanos);
      } else {
        failed.incrementAndGet();
      }
      if (!stream) {
        next();
      }
    }

    @Override
    public void failed(UpstreamFailure failure) {
      failed.incrementAndGet();
      if (!stream) {
        next();
      }
    }

    private void next() {
      if (closedLoop) {
        again();
      }
    }
  }
}
