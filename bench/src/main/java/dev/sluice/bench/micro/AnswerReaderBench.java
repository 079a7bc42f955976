package dev.sluice.bench.micro;

import dev.sluice.protocol.openai.AnswerReader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reads a whole answer of 1.2 KB for its usage and for where fields may be added. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AnswerReaderBench {

  private final byte[] answer = ChatTexts.answer();

  /** Reads it. */
  @Benchmark
  public AnswerReader.Facts read() {
    return AnswerReader.read(answer, 0, answer.length);
  }
}
