package dev.sluice.provider.demo;

import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.TimeUnit;

/** Plays a script to a listener at its own pace. Owned by its event loop. */
final class Playback implements UpstreamCall {

  private final EventLoop loop;
  private final Script script;
  private final UpstreamListener listener;
  private int next;
  private boolean paused;
  private boolean over;
  private boolean scheduled;

  Playback(EventLoop loop, Script script, UpstreamListener listener) {
    this.loop = loop;
    this.script = script;
    this.listener = listener;
  }

  void start() {
    scheduled = true;
    loop.execute(() -> {
      if (!over) {
        listener.connected();
      }
      scheduled = false;
      proceed();
    });
  }

  /** Schedules the next step, or plays what is due at once. */
  private void proceed() {
    boolean played = false;
    while (!over && !paused && !scheduled && next < script.steps().size()) {
      Script.Step step = script.steps().get(next);
      if (step.delayMillis() > 0) {
        scheduled = true;
        loop.schedule(
            () -> {
              scheduled = false;
              if (!over && !paused) {
                play();
                told();
                proceed();
              } else if (!over) {
                // Due, but nobody reads: it is played first thing when they do.
                script.steps().set(next, new Script.Step(0, step.action()));
              }
            },
            step.delayMillis(),
            TimeUnit.MILLISECONDS);
        break;
      }
      play();
      played = true;
    }
    if (played) {
      told();
    }
  }

  private void told() {
    if (!over) {
      listener.readComplete();
    }
  }

  private void play() {
    Script.Step step = script.steps().get(next);
    next++;
    switch (step.action()) {
      case Script.Action.Head head ->
          listener.head(HttpResponseStatus.valueOf(head.status()), head.headers());
      case Script.Action.Data data -> listener.data(Unpooled.wrappedBuffer(data.bytes()));
      case Script.Action.End _ -> {
        over = true;
        listener.end();
      }
      case Script.Action.Break _ -> {
        over = true;
        listener.failed(
            new UpstreamFailure(
                UpstreamFailure.Kind.CLOSED_WITHIN_ANSWER, "the demo broke off as asked"));
      }
      case Script.Action.Silence _ -> {}
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      loop.execute(this::proceed);
    }
  }

  @Override
  public void cancel() {
    over = true;
  }
}
