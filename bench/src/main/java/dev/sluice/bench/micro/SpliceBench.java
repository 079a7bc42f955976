package dev.sluice.bench.micro;

import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.bifrost.BifrostDialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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
 * Writes a request that was scanned for a provider: another model, usage asked for, all else
 * copied. The buffer is pooled and released, as the gateway's is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SpliceBench {

  private static final int JSON_DEPTH_MAX = 128;

  @Param({ChatTexts.SMALL, ChatTexts.MIDDLE, ChatTexts.LARGE})
  private int requestBytes = 600;

  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
  private Inquiry inquiry = scanned();

  /** Makes the request and scans it. */
  @Setup
  public void request() {
    inquiry = scanned();
  }

  private Inquiry scanned() {
    BifrostDialect dialect =
        new BifrostDialect(
            new DialectSettings.BifrostSettings(null, List.of(), DialectSettings.ExtraFields.EDGES),
            JSON_DEPTH_MAX);
    RequestHead head =
        new RequestHead(
            RequestHead.Entrance.of("/v1/chat/completions"),
            "",
            "http",
            new DefaultHttpHeaders(),
            "id");
    return dialect.read(head, Unpooled.wrappedBuffer(ChatTexts.request(requestBytes)));
  }

  /** Writes it. */
  @Benchmark
  public int splice() {
    ByteBuf spliced = inquiry.openAiBody(0, "gpt-4o-mini", alloc);
    int bytes = spliced.readableBytes();
    spliced.release();
    return bytes;
  }
}
