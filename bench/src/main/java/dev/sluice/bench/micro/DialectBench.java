package dev.sluice.bench.micro;

import dev.sluice.app.Gateway;
import dev.sluice.chat.Usage;
import dev.sluice.config.DialectSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.dialect.assemblyai.AssemblyAiDialect;
import dev.sluice.dialect.bifrost.BifrostDialect;
import dev.sluice.dialect.jylo.JyloDialect;
import dev.sluice.dialect.poolside.PoolsideDialect;
import dev.sluice.dialect.yomo.YomoDialect;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
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
 * What each dialect's own part takes: a 600-byte request read and written for a provider of
 * OpenAI's protocol, its 1.2 KB answer written for the client, and a chunk of a stream likewise.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DialectBench {

  private static final int JSON_DEPTH_MAX = 128;
  private static final int REQUEST_BYTES = 600;
  private static final int CHUNKS = 16;
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BLANK = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
  private final byte[] request = ChatTexts.request(REQUEST_BYTES);
  private final byte[] answer = ChatTexts.answer();
  private final AnswerReader.Facts facts = AnswerReader.read(answer, 0, answer.length);
  private final Served served = new Served("openai", "gpt-4o-mini", 0, 200);
  private final byte[][] chunks = new byte[CHUNKS][];
  private final ByteBuf[] frames = new ByteBuf[CHUNKS];

  @Param({"bifrost", "yomo", "assemblyai", "poolside", "jylo"})
  String dialect = "bifrost";

  private Dialect door = new BifrostDialect(settings().bifrost(), JSON_DEPTH_MAX);
  private RequestHead head = head(door);
  private Inquiry inquiry = door.read(head, Unpooled.wrappedBuffer(request));
  private ReplyWriter streaming = door.reply(head, inquiry, served);
  private int turn;

  /** Takes the dialect that is wanted. */
  @Setup
  public void open() {
    door =
        switch (dialect) {
          case "bifrost" -> new BifrostDialect(settings().bifrost(), JSON_DEPTH_MAX);
          case "yomo" -> new YomoDialect(settings().yomo(), JSON_DEPTH_MAX);
          case "assemblyai" -> new AssemblyAiDialect(settings().assemblyai(), JSON_DEPTH_MAX);
          case "poolside" -> new PoolsideDialect(settings().poolside(), JSON_DEPTH_MAX);
          case "jylo" -> new JyloDialect(settings().jylo(), JSON_DEPTH_MAX);
          default -> throw new IllegalArgumentException("no dialect: " + dialect);
        };
    head = head(door);
    inquiry = door.read(head, Unpooled.wrappedBuffer(request));
    streaming = door.reply(head, inquiry, served);
    for (int i = 0; i < CHUNKS; i++) {
      byte[] chunk = ChatTexts.chunk(i);
      chunks[i] = Arrays.copyOf(DATA, DATA.length + chunk.length + BLANK.length);
      System.arraycopy(chunk, 0, chunks[i], DATA.length, chunk.length);
      System.arraycopy(BLANK, 0, chunks[i], DATA.length + chunk.length, BLANK.length);
      frames[i] = alloc.directBuffer(chunks[i].length).writeBytes(chunks[i]);
    }
    ReplyWriter.Edge first = new ReplyWriter.Edge(0, false, 1, Usage.NONE);
    streaming.frame(frame(0), first, alloc).release();
  }

  private static DialectSettings settings() {
    return new SettingsLoader(_ -> null, Gateway.DIALECTS).defaults().settings().dialects();
  }

  private static RequestHead head(Dialect dialect) {
    boolean jylo = dialect.name().equals("jylo");
    String path =
        jylo ? "/inference/completions/" + new java.util.UUID(1, 2) : "/v1/chat/completions";
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HttpHeaderNames.HOST, "127.0.0.1:8080");
    return new RequestHead(
        new RequestHead.Entrance("/" + dialect.name(), path, Map.of()), "", "http", headers, "id");
  }

  private Frame frame(int number) {
    return new Frame(
        frames[number].retainedSlice(),
        chunks[number],
        DATA.length,
        chunks[number].length - BLANK.length,
        DATA.length);
  }

  /** The request, read and written for the provider. */
  @Benchmark
  public int request() {
    ByteBuf body =
        door.read(head, Unpooled.wrappedBuffer(request)).openAiBody(0, "gpt-4o-mini", alloc);
    int bytes = body.readableBytes();
    body.release();
    return bytes;
  }

  /** The answer, with what is added to it. */
  @Benchmark
  public int answer() {
    ByteBuf body =
        door.reply(head, inquiry, served).whole(Unpooled.wrappedBuffer(answer), facts, 1, alloc);
    int bytes = body.readableBytes();
    body.release();
    return bytes;
  }

  /** A chunk within a stream; for who wants to see the edges of a stream only, nothing. */
  @Benchmark
  public int chunk() {
    if (streaming.interest() == ReplyWriter.FrameInterest.EDGES) {
      return 0;
    }
    turn = (turn + 1) % CHUNKS;
    ReplyWriter.Edge edge = new ReplyWriter.Edge(turn, false, 1, Usage.NONE);
    ByteBuf written = streaming.frame(frame(turn), edge, alloc);
    int bytes = written.readableBytes();
    written.release();
    return bytes;
  }
}
