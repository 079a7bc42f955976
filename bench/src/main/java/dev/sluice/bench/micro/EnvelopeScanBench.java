package dev.sluice.bench.micro;

import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.bifrost.BifrostDialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Checks a request and finds what the gateway needs of it: one pass of the shape scanner with the
 * shapes of the default front door, and the little that is read afterwards.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EnvelopeScanBench {

  private static final int JSON_DEPTH_MAX = 128;

  @Param({ChatTexts.SMALL, ChatTexts.MIDDLE, ChatTexts.LARGE})
  private int requestBytes = 600;

  private final BifrostDialect dialect =
      new BifrostDialect(
          new DialectSettings.BifrostSettings(null, List.of(), DialectSettings.ExtraFields.EDGES),
          JSON_DEPTH_MAX);
  private final RequestHead head =
      new RequestHead(
          RequestHead.Entrance.of("/v1/chat/completions"),
          "",
          "http",
          new DefaultHttpHeaders(),
          "id");
  private ByteBuf request = Unpooled.EMPTY_BUFFER;

  /** Makes the request. */
  @Setup
  public void request() {
    request = Unpooled.wrappedBuffer(ChatTexts.request(requestBytes));
  }

  /** Scans it. */
  @Benchmark
  public Inquiry scan() {
    return dialect.read(head, request);
  }
}
