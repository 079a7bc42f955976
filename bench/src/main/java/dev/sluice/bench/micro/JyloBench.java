package dev.sluice.bench.micro;

import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.dialect.jylo.JyloDialect;
import dev.sluice.protocol.openai.AnswerReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
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

/**
 * What it costs that Jylo's protocol is another one than the provider's: a 600-byte request read
 * into the model and written out of it, and a 1.2 KB answer likewise.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class JyloBench {

  private static final int JSON_DEPTH_MAX = 128;
  private static final int REQUEST_BYTES = 600;
  private static final String PATH = "/inference/completions/11111111-1111-4111-8111-111111111111";

  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
  private final JyloDialect dialect =
      new JyloDialect(new DialectSettings.JyloSettings(null, List.of(), false), JSON_DEPTH_MAX);
  private final RequestHead head =
      new RequestHead(RequestHead.Entrance.of(PATH), "", "http", headers(), "id");
  private final byte[] request = ChatTexts.request(REQUEST_BYTES);
  private final byte[] answer = ChatTexts.answer();
  private final AnswerReader.Facts facts = AnswerReader.read(answer, 0, answer.length);
  private final Inquiry inquiry = dialect.read(head, Unpooled.wrappedBuffer(request));
  private final Served served = new Served("openai", "gpt-4o-mini", 0);

  private static HttpHeaders headers() {
    return new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
  }

  /** The request, from Jylo's protocol into OpenAI's. */
  @Benchmark
  public int request() {
    ByteBuf body =
        dialect.read(head, Unpooled.wrappedBuffer(request)).openAiBody(0, "gpt-4o-mini", alloc);
    int bytes = body.readableBytes();
    body.release();
    return bytes;
  }

  /** The answer, from OpenAI's protocol into Jylo's. */
  @Benchmark
  public int answer() {
    ByteBuf body =
        dialect.reply(head, inquiry, served).whole(Unpooled.wrappedBuffer(answer), facts, 1, alloc);
    int bytes = body.readableBytes();
    body.release();
    return bytes;
  }
}
