package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Usage;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.dialect.Served;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import dev.sluice.routing.Target;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of one target: its timeouts, and what comes back, as far as it is the same for whole and
 * streamed answers. What is different is in {@link WholeAnswer}, {@link StreamedAnswer} and {@link
 * ErrorAnswer}. Owned by the exchange's event loop.
 */
final class Attempt implements UpstreamListener {

  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  /** How long an upstream may take to end a transfer whose last frame has been seen. */
  private static final long TRAILING_MILLIS = 1000;

  private static final Losses NOTHING = new Losses();

  private final Exchange exchange;
  private final Target target;

  private Served served;
  private @Nullable Outgoing outgoing;
  private @Nullable UpstreamCall call;
  private @Nullable Answer answer;
  private Phase phase = Phase.PREPARING;
  private @Nullable Asking asking;
  private @Nullable AskedName naming;
  private @Nullable Repair repair;
  private long phaseNanos;
  private long lastHeardNanos;
  private boolean paused;
  private boolean heard;
  private boolean trailing;
  private long toldNanos;
  private boolean drained;
  private boolean beaten;
  private long beatNanos;

  /** Where a call stands, which decides the timeout that holds. */
  private enum Phase {
    /** The request is not written yet: files are fetched that the target takes as bytes. */
    PREPARING,
    CONNECTING,
    WAITING,
    ANSWERING,
    /** The answer is with the client; the transfer's own end is still awaited. */
    TRAILING,
    OVER
  }

  Attempt(Exchange exchange, Target target, Served served) {
    this.exchange = exchange;
    this.target = target;
    this.served = served;
    this.phaseNanos = System.nanoTime();
    this.lastHeardNanos = phaseNanos;
  }

  /**
   * Asks the target.
   *
   * @throws dev.sluice.chat.GatewayException where it cannot be asked that
   */
  void ask(Asking how) {
    asking = how;
    naming = how.naming();
    how.begin();
  }

  void sent(Outgoing sent) {
    outgoing = sent;
    phase = Phase.CONNECTING;
    phaseNanos = System.nanoTime();
  }

  /** What could not be carried to the target, and then of its answer. */
  Losses losses() {
    Outgoing sent = outgoing;
    if (sent == null) {
      return NOTHING;
    }
    Interpreter reading = sent.interpreter();
    if (reading == null || reading.losses().isEmpty()) {
      return sent.losses();
    }
    Losses all = new Losses();
    sent.losses().fields().forEach(all::add);
    reading.losses().fields().forEach(all::add);
    return all;
  }

  void started(UpstreamCall started) {
    call = started;
  }

  Served served() {
    return served;
  }

  /** Who answers, as the client is told. */
  Served told() {
    return naming == null ? served : naming.told(served);
  }

  /** Says the client's name for the model; {@code null} where the provider's is to stay. */
  @Nullable AskedName naming() {
    return naming;
  }

  Exchange exchange() {
    return exchange;
  }

  Target target() {
    return target;
  }

  /** What was reported, also to the other one of two calls that are for one answer. */
  Usage usage() {
    Repair both = repair;
    return both == null ? ownUsage() : both.usage();
  }

  Usage ownUsage() {
    Outgoing sent = outgoing;
    Usage told = sent == null ? Usage.NONE : sent.usage();
    return answer == null || told.isReported() ? told : answer.usage();
  }

  /** Another attempt takes the place of this one, which is paid for all the same. */
  void replaced() {
    Usage spent = usage();
    if (spent.isReported()) {
      exchange.house().metrics().spent(served.provider(), served.model(), spent);
    }
  }

  /** When the upstream was last heard, by {@link System#nanoTime}. */
  long lastHeardNanos() {
    return lastHeardNanos;
  }

  /** Whether the provider has got the request, or is getting it, and owes an answer. */
  boolean isAsked() {
    return phase == Phase.WAITING || phase == Phase.ANSWERING;
  }

  /** The client has left, but the provider is heard to its end. */
  void drain() {
    drained = true;
    resume();
    if (answer != null) {
      answer.clientGone();
    }
  }

  /** Whether nobody is told what comes. */
  boolean isDrained() {
    return drained;
  }

  void pause() {
    if (!paused && !drained && call != null && phase != Phase.OVER) {
      paused = true;
      call.pause();
    }
  }

  void resume() {
    if (paused && call != null && phase != Phase.OVER) {
      paused = false;
      // The silence was the client's, so it does not count against the upstream.
      lastHeardNanos = System.nanoTime();
      call.resume();
    }
  }

  void tick(long nowNanos) {
    TimeoutSettings timeouts = target.timeouts();
    if (call instanceof Fan fan && phase != Phase.TRAILING && phase != Phase.OVER) {
      Fault.Timeout expired = fan.expired(nowNanos, timeouts);
      if (expired == null) {
        heartbeat(nowNanos);
      } else {
        timedOut(expired);
      }
      return;
    }
    switch (phase) {
      case PREPARING -> heartbeat(nowNanos);
      case CONNECTING -> {
        if (nowNanos - phaseNanos > timeouts.connect().toNanos()) {
          timedOut(Fault.Timeout.CONNECT);
          return;
        }
        heartbeat(nowNanos);
      }
      case WAITING -> {
        if (nowNanos - phaseNanos > timeouts.firstByte().toNanos()) {
          timedOut(Fault.Timeout.FIRST_BYTE);
          return;
        }
        heartbeat(nowNanos);
      }
      case ANSWERING -> {
        if (!paused && nowNanos - lastHeardNanos > timeouts.idle().toNanos()) {
          timedOut(Fault.Timeout.IDLE);
          return;
        }
        heartbeat(nowNanos);
      }
      case TRAILING, OVER -> {}
    }
  }

  /** A timeout ran out: the call is given up. */
  void timedOut(Fault.Timeout timeout) {
    fail(
        new Fault.TimedOut(
            switch (timeout) {
              case CONNECT -> "the provider could not be connected to in time";
              case FIRST_BYTE -> "the provider did not begin to answer in time";
              case IDLE -> "the provider stopped in the middle of its answer";
              case TOTAL -> "the answer was not complete in time";
            },
            timeout));
  }

  /** This asks for an answer that is repaired. */
  void repairs(Repair what) {
    repair = what;
  }

  /** Who checks the form of a whole answer; {@code null} where nobody does. */
  @Nullable Repair repairing() {
    if (repair == null) {
      repair = Repair.of(this, asking);
    }
    return repair;
  }

  /** What the client is told of the answer's form; {@code null} for nothing. */
  @Nullable String form() {
    Repair checked = repair;
    return checked == null ? null : checked.word();
  }

  /** The request is not needed again: lets go of what it was written from. */
  void letGo() {
    Asking asked = asking;
    if (asked != null) {
      asked.letGo();
    }
  }

  /** Gives everything up. Idempotent. */
  void close() {
    drop();
    if (repair != null) {
      repair.close();
    }
  }

  /** Gives the call up, unless its answer is complete and only the transfer's end is missing. */
  void drop() {
    if (phase != Phase.OVER && phase != Phase.TRAILING) {
      phase = Phase.OVER;
      if (call != null) {
        call.cancel();
      }
    }
    if (asking != null) {
      asking.close();
    }
    if (answer != null) {
      answer.close();
    }
    Interpreter reading = interpreter();
    if (reading != null) {
      reading.close();
    }
  }

  private @Nullable Interpreter interpreter() {
    Outgoing sent = outgoing;
    return sent == null ? null : sent.interpreter();
  }

  /** Notes that the client is told something; not all that a provider says is for its eyes. */
  void told(long nowNanos) {
    toldNanos = nowNanos;
  }

  /** The answer is complete with the client; lets the transfer end on its own for a moment. */
  void trail() {
    if (phase != Phase.OVER) {
      resume();
      phase = Phase.TRAILING;
    }
  }

  private void stopTrailing() {
    if (phase == Phase.TRAILING) {
      phase = Phase.OVER;
      if (call != null) {
        call.cancel();
      }
    }
  }

  /** The call has failed: the exchange decides whether the client can be spared to know. */
  void fail(Fault fault) {
    boolean shown = answer != null && answer.shown();
    Asking asked = asking;
    Fault told = asked == null ? fault : asked.hidden(fault);
    drop();
    if (!drained && repair != null && repair.rescues()) {
      return;
    }
    close();
    if (drained) {
      exchange.abandoned();
    } else if (shown) {
      exchange.brokenOff(told);
    } else {
      exchange.attemptFailed(told);
    }
  }

  @Override
  public void connected() {
    if (phase == Phase.CONNECTING) {
      phase = Phase.WAITING;
      phaseNanos = System.nanoTime();
    }
  }

  @Override
  public void head(HttpResponseStatus status, HttpHeaders headers) {
    if (phase == Phase.OVER) {
      return;
    }
    lastHeardNanos = System.nanoTime();
    served = served.answered(status.code());
    if (status.code() / 100 != 2) {
      answer = new ErrorAnswer(this, status.code(), headers, interpreter());
      return;
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    Interpreter reading = interpreter();
    boolean events = reading == null ? isEventStream(type) : reading.isStream(type);
    if (!exchange.gist().stream() && events) {
      fail(
          new Fault.UpstreamUnreachable(
              "the provider streamed an answer that was asked for as a whole"));
      return;
    }
    answer = events ? new StreamedAnswer(this, reading) : new WholeAnswer(this, reading);
  }

  @Override
  public void data(ByteBuf data) {
    Answer current = answer;
    if (current == null || phase == Phase.OVER || phase == Phase.TRAILING) {
      data.release();
      return;
    }
    long now = System.nanoTime();
    if (!heard) {
      heard = true;
      phase = Phase.ANSWERING;
      exchange.firstByte(now);
    }
    try {
      current.data(data, now);
    } catch (RuntimeException e) {
      close();
      exchange.bug(e);
    } catch (OutOfMemoryError e) {
      starved(e);
    }
    lastHeardNanos = now;
  }

  @Override
  public void readComplete() {
    if (answer != null && phase == Phase.ANSWERING) {
      answer.readComplete();
    } else if (phase == Phase.TRAILING && !trailing) {
      // Rare: mostly the transfer ends within the read that brought the last frame.
      trailing = true;
      exchange
          .client()
          .eventLoop()
          .schedule(this::stopTrailing, TRAILING_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void end() {
    if (phase == Phase.OVER) {
      return;
    }
    if (phase == Phase.TRAILING) {
      phase = Phase.OVER;
      return;
    }
    Answer current = answer;
    try {
      if (current == null) {
        fail(new Fault.UpstreamUnreachable("the provider ended the transfer without an answer"));
      } else {
        current.end();
      }
    } catch (RuntimeException e) {
      close();
      exchange.bug(e);
    } catch (OutOfMemoryError e) {
      starved(e);
    }
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (phase == Phase.OVER) {
      return;
    }
    if (phase == Phase.TRAILING) {
      phase = Phase.OVER;
      return;
    }
    if (log.isDebugEnabled()) {
      log.debug("{}: {}: {}", served.provider(), failure.kind(), failure.detail());
    }
    fail(UpstreamFaults.of(failure));
  }

  private void starved(OutOfMemoryError e) {
    close();
    if (drained) {
      exchange.abandoned();
    } else {
      exchange.starved(e);
    }
  }

  /** The call ended by itself, so there is nothing left to give up. */
  void over() {
    phase = Phase.OVER;
  }

  private void heartbeat(long nowNanos) {
    long every = exchange.serving().heartbeatNanos();
    // Before the answer is shown, the client has heard nothing since it asked.
    boolean shown = answer != null && answer.shown();
    long silentSince = shown ? toldNanos : exchange.completeNanos();
    if (drained || every <= 0 || nowNanos - silentSince < every || !exchange.gist().stream()) {
      return;
    }
    if (answer instanceof WholeAnswer && !exchange.client().started()) {
      // A comment would start a stream, and leave no way to send the answer.
      return;
    }
    if (beaten && nowNanos - beatNanos < every) {
      return;
    }
    beaten = true;
    beatNanos = nowNanos;
    exchange.heartbeat();
  }

  private static boolean isEventStream(@Nullable String type) {
    return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  /** What is made of an answer's bytes. */
  sealed interface Answer permits WholeAnswer, StreamedAnswer, ErrorAnswer {

    /** Takes a piece of the body and its ownership. */
    void data(ByteBuf data, long nowNanos);

    /** The client has left: the answer is read on for its usage, and told to nobody. */
    void clientGone();

    /** What was readable has been read. */
    void readComplete();

    /** The transfer is complete. */
    void end();

    /** What the provider reported so far. */
    Usage usage();

    /** Whether the client has seen content of it. */
    boolean shown();

    /** Lets go of buffers. Idempotent. */
    void close();
  }
}
