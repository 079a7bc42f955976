package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.config.TimeoutSettings;
import dev.sluice.net.Upstream;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.provider.media.MemoryBudget;
import dev.sluice.provider.translation.StreamReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several calls of one target, which to their attempt are one. Owned by the exchange's event loop.
 *
 * <h2>How it works</h2>
 *
 * <p>All calls begin at once. Until each of them is answered with a status of the 200s, nothing is
 * handed on: one that is refused, as by a rate limit, is then a refusal of the whole, and the
 * attempt can be replaced unseen. From there on pieces of streams go to the attempt as they come,
 * each announced to the {@link Braid} that reads them; whole answers are kept until the last of
 * them is complete, and then go one behind the other. Whatever fails fails the attempt, which
 * cancels all calls.
 */
final class Fan implements UpstreamCall {

  /** The most calls for one request. */
  static final int CALLS_MAX = 16;

  private static final int START_BYTES = 2048;

  private final Attempt attempt;
  private final Exchange exchange;
  private final Braid braid;
  private final List<Strand> strands = new ArrayList<>();
  private Stage stage = Stage.GATHERING;
  private @Nullable Strand refused;
  private @Nullable HttpHeaders headers;
  private int answered;
  private int streams;
  private int ended;
  private long keptBytes;
  private boolean paused;

  /** What becomes of what comes. */
  private enum Stage {
    /** It is kept: not all calls are answered yet. */
    GATHERING,
    /** It is kept: the answers are whole, and not all are complete. */
    KEEPING,
    /** It is handed on: pieces of streams, or one call's error. */
    PASSING,
    OVER
  }

  /**
   * A fan.
   *
   * @param braid reads what is handed to the attempt
   */
  Fan(Attempt attempt, Braid braid) {
    this.attempt = attempt;
    this.exchange = attempt.exchange();
    this.braid = braid;
  }

  /**
   * Begins a call for each request.
   *
   * @param requests owned by the upstream from here on
   */
  void start(Upstream upstream, EventLoop loop, List<UpstreamRequest> requests) {
    for (int i = 0; i < requests.size(); i++) {
      strands.add(new Strand(this, i));
    }
    for (Strand strand : strands) {
      strand.started(upstream.call(loop, requests.get(strand.index()), strand));
    }
  }

  boolean isPaused() {
    return paused;
  }

  @Override
  public void pause() {
    paused = true;
    strands.forEach(Strand::pauseOrResume);
  }

  @Override
  public void resume() {
    paused = false;
    strands.forEach(Strand::pauseOrResume);
  }

  @Override
  public void cancel() {
    if (stage != Stage.OVER) {
      stage = Stage.OVER;
      try {
        count();
      } finally {
        strands.forEach(Strand::cancel);
      }
    }
  }

  /** The first of the calls' timeouts that has run out; {@code null} for none. */
  Fault.@Nullable Timeout expired(long nowNanos, TimeoutSettings timeouts) {
    for (Strand strand : strands) {
      Fault.Timeout expired = strand.expired(nowNanos, timeouts);
      if (expired != null) {
        return expired;
      }
    }
    return null;
  }

  // What the calls tell.

  void connected() {
    attempt.connected();
  }

  void head(Strand strand, HttpResponseStatus status, HttpHeaders its) {
    if (status.code() / 100 != 2) {
      refused = strand;
      stage = Stage.PASSING;
      count();
      for (Strand each : strands) {
        if (each != strand) {
          each.cancel();
        }
      }
      attempt.head(status, its);
      return;
    }
    answered++;
    headers = headers == null ? its : headers;
    if (braid.isStream(its.get(HttpHeaderNames.CONTENT_TYPE))) {
      streams++;
      strand.hold();
    }
    if (answered == strands.size()) {
      begin();
    }
  }

  /** All calls are answered. */
  private void begin() {
    if (streams == 0) {
      stage = Stage.KEEPING;
    } else if (streams < strands.size()) {
      attempt.fail(new Fault.UpstreamUnreachable("the provider streamed only some of the answers"));
    } else {
      stage = Stage.PASSING;
      tellHead();
      for (Strand strand : strands) {
        if (stage == Stage.PASSING) {
          passKept(strand);
        }
      }
    }
  }

  private void tellHead() {
    HttpHeaders first = headers;
    if (first == null) {
      throw new IllegalStateException("no call was answered");
    }
    attempt.head(HttpResponseStatus.OK, first);
  }

  /** Hands on what was kept of a stream, and then what comes. */
  private void passKept(Strand strand) {
    ByteBuf kept = strand.taken();
    if (kept != null) {
      braid.turnTo(strand.index());
      attempt.data(kept);
    }
    if (strand.hasEnded()) {
      passEnd(strand);
    } else {
      strand.goOn();
    }
  }

  void data(Strand strand, ByteBuf data) {
    switch (stage) {
      case GATHERING, KEEPING -> {
        exchange.firstByte(System.nanoTime());
        keep(strand, data);
      }
      case PASSING -> {
        braid.turnTo(strand.index());
        attempt.data(data);
      }
      case OVER -> data.release();
    }
  }

  /** Keeps a piece; the bound on one answer holds for all of them together. */
  private void keep(Strand strand, ByteBuf data) {
    Holdings holdings = exchange.house().holdings();
    int size = data.readableBytes();
    ByteBuf kept = strand.kept();
    if (kept == null) {
      kept = holdings.open(exchange.client().alloc(), Math.max(size, START_BYTES));
      strand.keep(kept);
    }
    keptBytes += size;
    if (keptBytes > exchange.serving().limits().answerBytesMax()) {
      data.release();
      attempt.fail(new Fault.UpstreamUnreachable("the provider's answer is too large"));
    } else if (!holdings.admits(kept, size)) {
      data.release();
      attempt.fail(MemoryBudget.tooMuch());
    } else {
      strand.keep(holdings.append(kept, data));
      data.release();
    }
  }

  void readComplete() {
    if (stage == Stage.PASSING) {
      attempt.readComplete();
    }
  }

  void ended(Strand strand) {
    ended++;
    switch (stage) {
      case GATHERING -> {
        if (!strand.isAnswered()) {
          attempt.fail(
              new Fault.UpstreamUnreachable("the provider ended the transfer without an answer"));
        }
      }
      case KEEPING -> {
        if (ended == strands.size()) {
          tellWhole();
        }
      }
      case PASSING -> {
        if (refused == null) {
          passEnd(strand);
        } else {
          attempt.end();
        }
      }
      case OVER -> {}
    }
  }

  /** Hands on all whole answers, each behind the other. */
  private void tellWhole() {
    stage = Stage.PASSING;
    tellHead();
    for (Strand strand : strands) {
      ByteBuf kept = stage == Stage.PASSING ? strand.taken() : null;
      if (kept != null) {
        braid.holds(strand.index(), kept.readableBytes());
        attempt.data(kept);
      }
    }
    if (stage == Stage.PASSING) {
      attempt.end();
    }
  }

  /** A stream's transfer has ended, and the attempt's has with the last one. */
  private void passEnd(Strand strand) {
    braid.turnToEndOf(strand.index());
    attempt.data(Unpooled.EMPTY_BUFFER);
    if (stage != Stage.PASSING) {
      return;
    }
    if (haveAllEnded()) {
      attempt.end();
    } else {
      attempt.readComplete();
    }
  }

  private boolean haveAllEnded() {
    return ended == strands.size();
  }

  void failed(UpstreamFailure failure) {
    ended++;
    if (stage == Stage.PASSING && refused == null && braid.isComplete()) {
      // The answer is; how the transfer ends is of no interest.
      if (haveAllEnded()) {
        attempt.end();
      }
      return;
    }
    attempt.failed(failure);
  }

  /** Notes what the calls have cost so far whose answers nobody will read. */
  private void count() {
    for (Strand strand : strands) {
      ByteBuf kept = strand.kept();
      if (kept != null && streams > 0) {
        braid.count(
            strand.index(),
            kept,
            new StreamReader.Means(
                exchange.serving().limits().frameBytesMax(),
                exchange.client().alloc(),
                exchange.house().loop().scratch()));
      } else if (kept != null && strand.hasEnded()) {
        braid.count(strand.index(), kept);
      }
    }
  }
}
