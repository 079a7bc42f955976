package dev.sluice.provider.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the demo on a real event loop, as the engine does, and remembers what it tells. */
final class DemoCalls implements AutoCloseable {

  static final JsonMapper JSON = JsonMapper.builder().build();
  static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final DemoUpstream upstream = new DemoUpstream(Clock.fixed(NOW, ZoneOffset.UTC));

  /** A request that says {@code text} to {@code model}; {@code more} begins with a comma. */
  static String body(String model, String text, String more) {
    return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]%s}"
        .formatted(model, JSON.writeValueAsString(text), more);
  }

  /** Posts a chat completion. */
  Answer post(String body) {
    return start(HttpMethod.POST, "/v1/chat/completions", body);
  }

  Answer start(HttpMethod method, String path, String body) {
    return start(method, path, body, answer -> {});
  }

  /**
   * Starts a call.
   *
   * @param onData run within every {@code data}, after it was taken down
   */
  Answer start(HttpMethod method, String path, String body, Consumer<Answer> onData) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
    bytes.writeCharSequence(body, StandardCharsets.UTF_8);
    Answer answer = new Answer(loop, onData);
    CompletableFuture<Void> called = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        answer.calling = true;
        answer.call =
            upstream.call(
                loop, new UpstreamRequest(method, path, new DefaultHttpHeaders(), bytes), answer);
        answer.calling = false;
        called.complete(null);
      } catch (Throwable e) {
        called.completeExceptionally(e);
      }
    });
    called.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    assertThat(bytes.refCnt()).as("the request's body is released").isZero();
    return answer;
  }

  /** The whole answer to a request, as JSON. */
  JsonNode whole(String body) {
    Answer answer = post(body).ended();
    assertThat(answer.status).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /** The error that a request is refused with. */
  JsonNode refused(String body, int status) {
    Answer answer = post(body).ended();
    assertThat(answer.status).as("%s -> %s", body, answer.text()).isEqualTo(status);
    JsonNode error = answer.json().path("error");
    assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
    return error;
  }

  EventLoop loop() {
    return loop;
  }

  /** Calls within the own turn of {@code on}. */
  UpstreamCall call(EventLoop on, String body, Answer answer) {
    ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer();
    bytes.writeCharSequence(body, StandardCharsets.UTF_8);
    return upstream.call(
        on,
        new UpstreamRequest(
            HttpMethod.POST, "/v1/chat/completions", new DefaultHttpHeaders(), bytes),
        answer);
  }

  /** Lets everything that the loop has to do now be done. */
  void settle() {
    for (int i = 0; i < 3; i++) {
      on(() -> {});
    }
  }

  /** Runs something on the loop and waits for it. */
  void on(Runnable action) {
    CompletableFuture.runAsync(action, loop).orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** What was told about one call. Written on the loop, read when it is over or at rest. */
  static final class Answer implements UpstreamListener {

    private final EventLoop loop;
    private final Consumer<Answer> onData;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<String> over = new CompletableFuture<>();
    private boolean calling;

    /** Every event by its first letter: c, h, d, r, e, f. */
    final StringBuffer events = new StringBuffer();

    volatile @Nullable UpstreamCall call;
    volatile int status;
    volatile @Nullable HttpHeaders headers;
    volatile @Nullable UpstreamFailure failure;

    Answer(EventLoop loop, Consumer<Answer> onData) {
      this.loop = loop;
      this.onData = onData;
    }

    private void told(char event) {
      if (!loop.inEventLoop()) {
        over.completeExceptionally(new AssertionError(event + " was told off the loop"));
      }
      if (calling && event != 'c') {
        over.completeExceptionally(new AssertionError(event + " was told within call()"));
      }
      events.append(event);
    }

    @Override
    public void connected() {
      told('c');
    }

    @Override
    public void head(HttpResponseStatus given, HttpHeaders all) {
      told('h');
      status = given.code();
      headers = all;
    }

    @Override
    public void data(ByteBuf data) {
      told('d');
      byte[] piece = new byte[data.readableBytes()];
      data.readBytes(piece);
      data.release();
      bytes.writeBytes(piece);
      onData.accept(this);
    }

    @Override
    public void readComplete() {
      told('r');
    }

    @Override
    public void end() {
      told('e');
      over.complete("end");
    }

    @Override
    public void failed(UpstreamFailure why) {
      told('f');
      failure = why;
      over.complete("failed");
    }

    UpstreamCall call() {
      UpstreamCall started = call;
      assertThat(started).isNotNull();
      return started;
    }

    /** Waits until the answer is complete. */
    Answer ended() {
      assertThat(over.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()).isEqualTo("end");
      assertThat(events.toString()).matches("ch[dr]*e");
      return this;
    }

    /** Waits until the call has failed within its answer. */
    Answer broken() {
      assertThat(over.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()).isEqualTo("failed");
      assertThat(events.toString()).matches("ch[dr]*f");
      return this;
    }

    /** Waits until so many pieces came. */
    Answer pieces(long count) {
      await().atMost(PATIENCE).until(() -> pieceCount() >= count);
      return this;
    }

    long pieceCount() {
      return events.chars().filter(event -> event == 'd').count();
    }

    boolean isOver() {
      return over.isDone();
    }

    String header(String name) {
      HttpHeaders all = headers;
      return all == null ? "" : String.valueOf(all.get(name));
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    JsonNode json() {
      return JSON.readTree(text());
    }

    /** What stands behind {@code data:} in each frame, the mark of the end included. */
    List<String> frames() {
      List<String> frames = new ArrayList<>();
      for (String frame : text().split("\n\n", -1)) {
        if (!frame.isEmpty()) {
          assertThat(frame).startsWith("data: ").doesNotContain("\n");
          frames.add(frame.substring("data: ".length()));
        }
      }
      return frames;
    }

    /** The chunks of a stream that ends as it should. */
    List<JsonNode> chunks() {
      List<String> frames = ended().frames();
      assertThat(status).as(text()).isEqualTo(200);
      assertThat(frames.getLast()).isEqualTo("[DONE]");
      return frames.subList(0, frames.size() - 1).stream().map(JSON::readTree).toList();
    }
  }
}
