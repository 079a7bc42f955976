package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** One call of a {@link Fan}: how far it is, and what of its answer waits. Owned by the fan. */
final class Strand implements UpstreamListener {

  private final Fan fan;
  private final int index;
  private @Nullable UpstreamCall call;
  private @Nullable ByteBuf kept;
  private Phase phase = Phase.CONNECTING;
  private long sinceNanos = System.nanoTime();
  private boolean answered;
  private boolean held;

  /** Where the call stands, which decides the timeout that holds. */
  private enum Phase {
    CONNECTING,
    /** For the first byte. */
    WAITING,
    ANSWERING,
    ENDED
  }

  Strand(Fan fan, int index) {
    this.fan = fan;
    this.index = index;
  }

  void started(UpstreamCall begun) {
    call = begun;
  }

  /** Which of the answer's choices it is. */
  int index() {
    return index;
  }

  boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  boolean isAnswered() {
    return answered;
  }

  /** What has come of the answer and was kept; {@code null} for nothing. Stays the strand's. */
  @Nullable ByteBuf kept() {
    return kept;
  }

  /** Keeps a buffer, which takes the place of the one before. */
  void keep(ByteBuf buffer) {
    kept = buffer;
  }

  /** The same, for the caller to own. */
  @Nullable ByteBuf taken() {
    ByteBuf buffer = kept;
    kept = null;
    return buffer;
  }

  /** Reads no more of a stream until the others have begun, too. */
  void hold() {
    held = true;
    pauseOrResume();
  }

  /** Reads on, now that all have begun. */
  void goOn() {
    held = false;
    sinceNanos = System.nanoTime();
    pauseOrResume();
  }

  /** Does as the fan is told, unless this waits for the others. */
  void pauseOrResume() {
    UpstreamCall current = call;
    if (current == null) {
      return;
    }
    if (held || fan.isPaused()) {
      current.pause();
      return;
    }
    if (phase == Phase.ANSWERING) {
      // The silence was the client's, so it does not count against the upstream.
      sinceNanos = System.nanoTime();
    }
    current.resume();
  }

  /** Gives the call up. Idempotent. */
  void cancel() {
    phase = Phase.ENDED;
    if (call != null) {
      call.cancel();
    }
    ByteBuf buffer = taken();
    if (buffer != null) {
      buffer.release();
    }
  }

  /** The timeout that has run out; {@code null} for none. */
  Fault.@Nullable Timeout expired(long nowNanos, TimeoutSettings timeouts) {
    if (held) {
      return null;
    }
    long waited = nowNanos - sinceNanos;
    return switch (phase) {
      case CONNECTING -> waited > timeouts.connect().toNanos() ? Fault.Timeout.CONNECT : null;
      case WAITING -> waited > timeouts.firstByte().toNanos() ? Fault.Timeout.FIRST_BYTE : null;
      case ANSWERING ->
          !fan.isPaused() && waited > timeouts.idle().toNanos() ? Fault.Timeout.IDLE : null;
      case ENDED -> null;
    };
  }

  @Override
  public void connected() {
    if (phase == Phase.CONNECTING) {
      phase = Phase.WAITING;
      sinceNanos = System.nanoTime();
      fan.connected();
    }
  }

  @Override
  public void head(HttpResponseStatus status, HttpHeaders headers) {
    if (phase != Phase.ENDED) {
      answered = true;
      fan.head(this, status, headers);
    }
  }

  @Override
  public void data(ByteBuf data) {
    if (phase == Phase.ENDED) {
      data.release();
      return;
    }
    phase = Phase.ANSWERING;
    sinceNanos = System.nanoTime();
    fan.data(this, data);
  }

  @Override
  public void readComplete() {
    if (phase != Phase.ENDED) {
      fan.readComplete();
    }
  }

  @Override
  public void end() {
    if (phase != Phase.ENDED) {
      phase = Phase.ENDED;
      fan.ended(this);
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (phase != Phase.ENDED) {
      phase = Phase.ENDED;
      fan.failed(failure);
    }
  }
}
