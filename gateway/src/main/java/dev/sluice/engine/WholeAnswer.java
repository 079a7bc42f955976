package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Usage;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.ContentParts;
import dev.sluice.protocol.openai.ErrorReader;
import dev.sluice.provider.media.MemoryBudget;
import dev.sluice.provider.translation.ProviderFaults;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer: kept until it is complete, read for its usage, and sent with its additions. It
 * may be sent to who has asked for a stream, too, but not behind comments that have started one.
 */
final class WholeAnswer implements Attempt.Answer {

  private static final int START_BYTES = 2048;
  private static final int ANSWER_GROWTH = 8;

  private final Attempt attempt;
  private final @Nullable Interpreter interpreter;
  private @Nullable ByteBuf body;
  private Usage usage = Usage.NONE;

  WholeAnswer(Attempt attempt, @Nullable Interpreter interpreter) {
    this.attempt = attempt;
    this.interpreter = interpreter;
  }

  @Override
  public void data(ByteBuf data, long nowNanos) {
    ByteBuf kept = body;
    int size = data.readableBytes();
    Holdings holdings = attempt.exchange().house().holdings();
    if (kept == null) {
      // In an array, since it is read and spliced there.
      kept = holdings.open(attempt.exchange().client().alloc(), Math.max(size, START_BYTES));
      body = kept;
    }
    if (kept.readableBytes() + size > attempt.exchange().serving().limits().answerBytesMax()) {
      data.release();
      attempt.fail(new Fault.UpstreamUnreachable("the provider's answer is too large"));
      return;
    }
    if (!holdings.admits(kept, size)) {
      data.release();
      attempt.fail(MemoryBudget.tooMuch());
      return;
    }
    body = holdings.append(kept, data);
    data.release();
  }

  @Override
  public void clientGone() {}

  @Override
  public void readComplete() {}

  @Override
  public void end() {
    long endNanos = System.nanoTime();
    attempt.over();
    ByteBuf kept = body;
    if (kept == null) {
      attempt.fail(new Fault.UpstreamUnreachable("the provider's answer is empty"));
      return;
    }
    Interpreter reading = interpreter;
    if (reading != null) {
      // What it becomes on its way into another protocol takes many times its bytes.
      long claim =
          kept.readableBytes() > Interpreter.SMALL_BYTES_MAX
              ? (long) kept.readableBytes() * ANSWER_GROWTH
              : 0;
      Holdings holdings = attempt.exchange().house().holdings();
      if (claim > 0 && !holdings.take(claim)) {
        attempt.fail(MemoryBudget.tooMuch());
        return;
      }
      try {
        ByteBuf interpreted = reading.whole(kept);
        kept.release();
        kept = interpreted;
        body = kept;
      } catch (GatewayException e) {
        attempt.fail(e.fault());
        return;
      } finally {
        holdings.give(claim);
      }
    }
    kept = flattened(kept);
    AskedName naming = attempt.naming();
    kept = naming == null ? kept : naming.whole(kept);
    body = kept;
    int from = kept.arrayOffset() + kept.readerIndex();
    int to = from + kept.readableBytes();
    AnswerReader.Facts facts;
    try {
      facts = AnswerReader.read(kept.array(), from, to);
    } catch (MalformedJson _) {
      attempt.fail(new Fault.UpstreamUnreachable("the provider's answer is not JSON"));
      return;
    }
    switch (facts.kind()) {
      case OTHER ->
          attempt.fail(new Fault.UpstreamUnreachable("the provider's answer is no JSON object"));
      case ERROR -> attempt.fail(ProviderFaults.within(ErrorReader.read(kept.array(), from, to)));
      case ANSWER -> {
        usage = facts.usage();
        if (attempt.isDrained()) {
          attempt.exchange().abandoned();
          return;
        }
        if (attempt.exchange().client().started()) {
          attempt.fail(
              new Fault.UpstreamUnreachable(
                  "the provider answered as a whole what was asked for as a stream"));
          return;
        }
        body = null;
        Repair repair = attempt.repairing();
        if (repair == null) {
          send(kept, facts, endNanos);
        } else {
          repair.take(new Repair.Answered(this, kept, facts, endNanos));
        }
      }
    }
  }

  /** An answer in the words of OpenAI's clients, where the provider has others. */
  private ByteBuf flattened(ByteBuf kept) {
    if (attempt.target().provider().rewriting() == null) {
      return kept;
    }
    int from = kept.arrayOffset() + kept.readerIndex();
    byte[] flat;
    try {
      flat = ContentParts.flattened(kept.array(), from, from + kept.readableBytes());
    } catch (MalformedJson | MisshapenJson _) {
      // What it is will be told by who reads it next.
      return kept;
    }
    if (flat == null) {
      return kept;
    }
    kept.release();
    return Unpooled.wrappedBuffer(flat);
  }

  /**
   * Sends an answer.
   *
   * @param kept owned by this method
   * @param endNanos since when the gateway has had it, by {@link System#nanoTime}
   */
  void send(ByteBuf kept, AnswerReader.Facts facts, long endNanos) {
    Exchange exchange = attempt.exchange();
    ReplyWriter writer = exchange.reply(attempt.told());
    long latencyMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - exchange.completeNanos());
    ByteBuf answer;
    try {
      answer = writer.whole(kept, facts, latencyMillis, exchange.client().alloc());
    } catch (GatewayException e) {
      attempt.fail(e.fault());
      return;
    }
    exchange.letGo();
    exchange.sendWhole(writer, answer);
    exchange.ownTime(System.nanoTime() - endNanos);
    exchange.completed();
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean shown() {
    return false;
  }

  @Override
  public void close() {
    ByteBuf kept = body;
    if (kept != null) {
      body = null;
      kept.release();
    }
  }
}
