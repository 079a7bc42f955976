package dev.sluice.bench.micro;

import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.bifrost.BifrostDialect;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.ChunkReader;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
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

/** What the gateway does to the bytes of a request, an answer and a frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BytePathBench {

  @Param({"600", "10000", "1000000"})
  private int requestBytes = 600;

  private final BifrostDialect dialect =
      new BifrostDialect(
          new DialectSettings.BifrostSettings(DialectSettings.ExtraFields.EDGES), 128);
  private final RequestHead head =
      new RequestHead(
          RequestHead.Entrance.of("/v1/chat/completions"),
          "",
          "http",
          new DefaultHttpHeaders(),
          "id");
  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;

  private ByteBuf request = alloc.heapBuffer();
  private byte[] answer = {};
  private byte[][] chunks = {};
  private ByteBuf frames = alloc.directBuffer();
  private int next;
  private ChunkReader remembering = new ChunkReader();
  private FrameScanner scanner =
      new FrameScanner(1 << 20, alloc, new Passing(), new FrameScanner.Scratch());

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

  /** Makes the texts. */
  @Setup
  public void texts() {
    String text =
        "{\"model\":\"openai/gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + "word ".repeat(Math.max(1, (requestBytes - 120) / 5))
            + "\"}],\"temperature\":0.7,\"max_tokens\":100,\"stream\":true}";
    request.clear();
    request.writeCharSequence(text, StandardCharsets.UTF_8);
    answer =
        ("{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + "word ".repeat(190)
                + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":56,"
                + "\"completion_tokens\":31,\"total_tokens\":87}}")
            .getBytes(StandardCharsets.UTF_8);
    chunks = new byte[8][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] =
          ("{\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion.chunk\","
                  + "\"created\":1700000000,\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{"
                  + "\"index\":0,\"delta\":{\"content\":\" token"
                  + i
                  + "\"},\"logprobs\":null,\"finish_reason\":null}]}")
              .getBytes(StandardCharsets.UTF_8);
    }
    frames.clear();
    frames.writeCharSequence("data: ", StandardCharsets.UTF_8);
    frames.writeBytes(chunks[0]);
    frames.writeCharSequence("\n\n", StandardCharsets.UTF_8);
  }

  /** Checks a request and finds what the gateway needs of it. */
  @Benchmark
  public Inquiry scanRequest() {
    return dialect.read(head, request);
  }

  /** The same, and writes it for a provider. */
  @Benchmark
  public int scanAndSpliceRequest() {
    ByteBuf spliced = dialect.read(head, request).openAiBody(0, "gpt-4o-mini", alloc);
    int bytes = spliced.readableBytes();
    spliced.release();
    return bytes;
  }

  /** Reads a whole answer of about a kilobyte. */
  @Benchmark
  public AnswerReader.Facts readAnswer() {
    return AnswerReader.read(answer, 0, answer.length);
  }

  /** Looks at a chunk that is like the one before. */
  @Benchmark
  public int lookAtFrame() {
    byte[] chunk = chunks[next++ & 7];
    return remembering.look(chunk, 0, chunk.length);
  }

  /** Looks at a chunk without a memory of others. */
  @Benchmark
  public int lookAtFrameAfresh() {
    byte[] chunk = chunks[next++ & 7];
    return new ChunkReader().look(chunk, 0, chunk.length);
  }

  /** Finds a frame in a read that holds just one. */
  @Benchmark
  public void findFrame() {
    scanner.feed(frames.retainedDuplicate());
  }
}
