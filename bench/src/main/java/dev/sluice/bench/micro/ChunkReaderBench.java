package dev.sluice.bench.micro;

import dev.sluice.protocol.openai.ChunkReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Looks at the chunk of each frame for what the gateway must know of a stream. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ChunkReaderBench {

  private static final int CHUNKS = 8;

  private final ChunkReader remembering = new ChunkReader();
  private final byte[] finish = ChatTexts.finishChunk();
  private final byte[][] chunks = new byte[CHUNKS][];
  private int next;

  /** Makes the chunks. */
  @Setup
  public void chunks() {
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] = ChatTexts.chunk(i);
    }
  }

  /** One that differs from the last one in its text alone. */
  @Benchmark
  public int likeTheLast() {
    byte[] chunk = chunks[next++ & CHUNKS - 1];
    return remembering.look(chunk, 0, chunk.length);
  }

  /** One that is the first of its stream. */
  @Benchmark
  public int first() {
    byte[] chunk = chunks[next++ & CHUNKS - 1];
    return new ChunkReader().look(chunk, 0, chunk.length);
  }

  /** One with a finish reason. */
  @Benchmark
  public int finish() {
    return new ChunkReader().look(finish, 0, finish.length);
  }
}
