package dev.sluice.provider.demo;

import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What the demo provider is going to do for one request, step by step: an opening, frames that are
 * made when their turn comes, an ending. Owned by whoever plays it.
 */
final class Script {

  private final Deque<Step> opening = new ArrayDeque<>();
  private final Deque<Step> ending = new ArrayDeque<>();
  private Iterator<byte[]> frames = Collections.emptyIterator();
  private long paceMillis;
  private int framesLeft;
  private boolean paced;
  private Runnable whenOver = () -> {};

  /**
   * A step.
   *
   * @param delayMillis how long after the step before it
   */
  record Step(long delayMillis, Action action) {}

  /** What a server can do. */
  sealed interface Action {

    /** Sends status and headers. */
    record Head(int status, HttpHeaders headers) implements Action {}

    /** Sends a piece of the body. */
    record Data(byte[] bytes) implements Action {}

    /** Ends the answer properly. */
    record End() implements Action {}

    /** Breaks the connection within the answer. */
    record Break() implements Action {}

    /** Says nothing more, and keeps the connection. */
    record Silence() implements Action {}
  }

  /** The next step; {@code null} when all is done. */
  @Nullable Step next() {
    if (!opening.isEmpty()) {
      return opening.pop();
    }
    if (framesLeft > 0 && frames.hasNext()) {
      framesLeft--;
      // The first frame comes with the head.
      Step step = new Step(paced ? paceMillis : 0, new Action.Data(frames.next()));
      paced = true;
      return step;
    }
    return ending.poll();
  }

  /** Has this run when nothing more of the script will be played. */
  Script whenOver(Runnable told) {
    whenOver = told;
    return this;
  }

  /** Tells that nothing more will be played. To be called once. */
  void over() {
    whenOver.run();
  }

  /** Opens with this; what comes before the frames. */
  Script opening(long delayMillis, Action action) {
    opening.add(new Step(delayMillis, action));
    return this;
  }

  /** Sends at most {@code framesMax} of these frames, with a pause between two. */
  Script frames(Iterator<byte[]> given, int framesMax, long pace) {
    frames = given;
    framesLeft = framesMax;
    paceMillis = pace;
    return this;
  }

  /** Ends with this; what comes after the frames. */
  Script ending(Action action) {
    ending.add(new Step(0, action));
    return this;
  }

  static Action data(String text) {
    return new Action.Data(text.getBytes(StandardCharsets.UTF_8));
  }
}
