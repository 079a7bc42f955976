package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a call's listener was told, and whether it was told in the order that {@link
 * UpstreamListener} promises. Written by the event loop, read by the test.
 */
final class Heard implements UpstreamListener {

  private static final Duration PATIENCE = Duration.ofMillis(RawUpstream.PATIENCE_MILLIS);

  private final EventLoop loop;
  private final List<String> wrong = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final CompletableFuture<@Nullable UpstreamFailure> over = new CompletableFuture<>();
  private boolean starting = true;
  private boolean cancelled;
  private int connected;
  private int pieces;
  private @Nullable HttpResponseStatus status;
  private @Nullable HttpHeaders headers;
  private @Nullable UpstreamCall call;
  private Runnable onConnected = () -> {};
  private Runnable onData = () -> {};

  Heard(EventLoop loop) {
    this.loop = loop;
  }

  /** Starts a call; to be run by the event loop. */
  synchronized void start(Upstream upstream, UpstreamRequest request) {
    call = upstream.call(loop, request, this);
    starting = false;
  }

  /** What else happens, on the event loop, when a connection is at hand. */
  Heard onConnected(Runnable action) {
    onConnected = action;
    return this;
  }

  /** What else happens, on the event loop, with each piece of the body. */
  Heard onData(Runnable action) {
    onData = action;
    return this;
  }

  @Override
  public synchronized void connected() {
    note(connected == 0 && status == null && !over.isDone(), "connected");
    connected++;
    onConnected.run();
  }

  @Override
  public synchronized void head(HttpResponseStatus answered, HttpHeaders with) {
    note(!starting && connected == 1 && status == null && !over.isDone(), "head");
    status = answered;
    headers = with;
  }

  @Override
  public synchronized void data(ByteBuf data) {
    note(!starting && status != null && !over.isDone(), "data");
    pieces++;
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    data.release();
    body.writeBytes(bytes);
    onData.run();
  }

  @Override
  public synchronized void readComplete() {
    note(!starting && !over.isDone(), "readComplete");
  }

  @Override
  public synchronized void end() {
    note(!starting && status != null && over.complete(null), "end");
  }

  @Override
  public synchronized void failed(UpstreamFailure failure) {
    note(!starting && over.complete(failure), "failed");
  }

  private void note(boolean inOrder, String told) {
    if (!inOrder || cancelled || !loop.inEventLoop()) {
      wrong.add(told);
    }
  }

  /** The running call. */
  synchronized UpstreamCall call() {
    if (call == null) {
      throw new IllegalStateException("not started");
    }
    return call;
  }

  void pause() throws Exception {
    loop.submit(() -> call().pause()).get();
  }

  void resume() throws Exception {
    loop.submit(() -> call().resume()).get();
  }

  void cancel() throws Exception {
    loop.submit(this::cancelHere).get();
  }

  /** Gives the call up; to be run by the event loop. */
  synchronized void cancelHere() {
    call().cancel();
    cancelled = true;
  }

  synchronized int status() {
    return status == null ? 0 : status.code();
  }

  synchronized HttpHeaders headers() {
    if (headers == null) {
      throw new IllegalStateException("no head yet");
    }
    return headers;
  }

  synchronized String body() {
    return body.toString(StandardCharsets.ISO_8859_1);
  }

  synchronized int bodyBytes() {
    return body.size();
  }

  synchronized int pieces() {
    return pieces;
  }

  synchronized int timesConnected() {
    return connected;
  }

  boolean isOver() {
    return over.isDone();
  }

  /** Waits for the head. */
  Heard awaitHead() {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> status() != 0);
    return this;
  }

  /** Waits until this much of the body has come. */
  Heard awaitBody(String expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> body().equals(expected));
    return this;
  }

  /** Waits for a complete answer and gives its body. */
  String awaitEnd() throws Exception {
    UpstreamFailure failure = outcome();
    assertThat(failure).as("the call's failure").isNull();
    assertThat(wrong()).as("told out of order").isEmpty();
    return body();
  }

  /** Waits for the call to fail. */
  UpstreamFailure awaitFailure() throws Exception {
    UpstreamFailure failure = outcome();
    assertThat(wrong()).as("told out of order").isEmpty();
    if (failure == null) {
      throw new AssertionError("ended as if complete, with " + status() + " and: " + body());
    }
    return failure;
  }

  /** What was told out of order, on the wrong thread or after a cancel. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  private @Nullable UpstreamFailure outcome()
      throws InterruptedException, ExecutionException, TimeoutException {
    return over.get(RawUpstream.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
