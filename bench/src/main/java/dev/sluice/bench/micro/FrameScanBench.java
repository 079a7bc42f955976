package dev.sluice.bench.micro;

import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
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

/** Finds the frames in what one read of a stream brought. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FrameScanBench {

  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  /** One where tokens come one by one, more where they have piled up. */
  @Param({"1", "4", "64"})
  private int framesOfRead = 1;

  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
  private final FrameScanner scanner =
      new FrameScanner(FRAME_BYTES_MAX, alloc, new Passing(), new FrameScanner.Scratch());
  private final ByteBuf read = alloc.directBuffer();
  private int half;

  /** Hands everything on, as most frames are. */
  private static final class Passing implements FrameSink {
    @Override
    public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
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
  }

  /** Makes the bytes of the read. */
  @Setup
  public void read() {
    read.clear();
    for (int i = 0; i < framesOfRead; i++) {
      read.writeBytes(DATA).writeBytes(ChatTexts.chunk(i)).writeBytes(END);
    }
    half = read.readableBytes() / 2;
  }

  /** Reads that end where a frame ends. */
  @Benchmark
  public void whole() {
    scanner.feed(read.retainedDuplicate());
  }

  /** The same bytes in two reads, whose border lies within a frame or at the end of one. */
  @Benchmark
  public void cut() {
    scanner.feed(read.retainedSlice(0, half));
    scanner.feed(read.retainedSlice(half, read.readableBytes() - half));
  }
}
