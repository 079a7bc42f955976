package dev.sluice.provider.demo;

import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plays a script to a listener at its own pace. Owned by its event loop. */
final class Playback implements UpstreamCall {

  /** How many steps are played in a row before others on the loop have their turn. */
  private static final int BURST_STEPS = 64;

  private final EventLoop loop;
  private final Script script;
  private final UpstreamListener listener;

  /** The step that is to be played and waits for its time or its reader. */
  private Script.@Nullable Step next;

  /** When the next step is due; {@code null} where it is due now. */
  private @Nullable ScheduledFuture<?> timer;

  private boolean paused;
  private boolean over;

  Playback(EventLoop loop, Script script, UpstreamListener listener) {
    this.loop = loop;
    this.script = script;
    this.listener = listener;
  }

  void start() {
    loop.execute(() -> {
      if (over) {
        return;
      }
      listener.connected();
      advance();
      proceed();
    });
  }

  /** Takes the next step and starts its clock. */
  private void advance() {
    next = over ? null : script.next();
    if (next != null && next.delayMillis() > 0) {
      timer = loop.schedule(this::due, next.delayMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void due() {
    timer = null;
    // Due, but perhaps nobody reads: then it is played first thing when they do.
    proceed();
  }

  /** Plays what is due. */
  private void proceed() {
    int played = 0;
    while (!over && !paused && timer == null && next != null && played < BURST_STEPS) {
      played += next.action() instanceof Script.Action.Silence ? 0 : 1;
      play(next.action());
      advance();
    }
    if (played > 0 && !over) {
      listener.readComplete();
    }
    if (played == BURST_STEPS) {
      loop.execute(this::proceed);
    }
  }

  private void play(Script.Action action) {
    switch (action) {
      case Script.Action.Head head ->
          listener.head(HttpResponseStatus.valueOf(head.status()), head.headers());
      case Script.Action.Data data -> listener.data(Unpooled.wrappedBuffer(data.bytes()));
      case Script.Action.End _ -> {
        finish();
        listener.end();
      }
      case Script.Action.Break _ -> {
        finish();
        listener.failed(
            new UpstreamFailure(
                UpstreamFailure.Kind.CLOSED_WITHIN_ANSWER, "the demo broke off as asked"));
      }
      case Script.Action.Silence _ -> {}
    }
  }

  private void finish() {
    if (!over) {
      over = true;
      script.over();
    }
  }

  @Override
  public void pause() {
    assert loop.inEventLoop();
    paused = true;
  }

  @Override
  public void resume() {
    assert loop.inEventLoop();
    if (paused) {
      paused = false;
      loop.execute(this::proceed);
    }
  }

  @Override
  public void cancel() {
    assert loop.inEventLoop();
    finish();
    next = null;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
