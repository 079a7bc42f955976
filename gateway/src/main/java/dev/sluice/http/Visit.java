package dev.sluice.http;

import dev.sluice.chat.Fault;
import dev.sluice.engine.Engine;
import dev.sluice.engine.Exchange;
import dev.sluice.engine.Holdings;
import dev.sluice.net.Refusal;
import dev.sluice.net.RequestReceiver;
import dev.sluice.provider.media.MemoryBudget;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One request from its head to its exchange: gathers the body up to the limit. Owned by the
 * exchange's event loop.
 */
final class Visit implements RequestReceiver {

  /** What is set aside at first for a body of unknown length. */
  private static final int START_BYTES = 1024;

  private final FrontDoor door;
  private final Engine.Visitor visitor;

  private @Nullable ByteBuf body;
  private @Nullable Exchange exchange;
  private boolean counted = true;

  Visit(FrontDoor door, Engine.Visitor visitor, long announcedBytes) {
    this.door = door;
    this.visitor = visitor;
    int expected =
        announcedBytes < 0 ? START_BYTES : (int) Math.min(announcedBytes, Integer.MAX_VALUE);
    // In an array, since it is read and spliced there.
    this.body = door.engine().holdings().open(visitor.client().alloc(), expected);
  }

  @Override
  public void data(ByteBuf data) {
    ByteBuf gathered = body;
    if (gathered == null) {
      data.release();
      return;
    }
    if (gathered.readableBytes() + data.readableBytes() > door.bodyBytesMax()) {
      data.release();
      leave();
      refuse(door.tooLarge());
      return;
    }
    Holdings holdings = door.engine().holdings();
    if (!holdings.admits(gathered, data.readableBytes())) {
      data.release();
      leave();
      refuse(MemoryBudget.tooMuch());
      return;
    }
    body = holdings.append(gathered, data);
    data.release();
  }

  @Override
  public void end() {
    ByteBuf gathered = body;
    if (gathered == null) {
      return;
    }
    body = null;
    exchange = door.engine().start(visitor, gathered, this::exchangeEnded);
  }

  @Override
  public void bodyFailed(Refusal refusal) {
    if (body == null) {
      return;
    }
    leave();
    Fault fault =
        refusal == Refusal.TOO_SLOW
            ? new Fault.RequestTooSlow("the request body did not arrive in time")
            : new Fault.BadHttp("the request body is not well-formed HTTP");
    refuse(fault);
  }

  private void refuse(Fault fault) {
    door.refuse(visitor.client(), visitor.dialect(), visitor.head(), fault);
  }

  @Override
  public void clientGone() {
    Exchange running = exchange;
    if (running != null) {
      running.clientGone();
    }
    leave();
  }

  @Override
  public void serverStops() {
    Exchange running = exchange;
    if (running != null) {
      running.breakOff(FrontDoor.stopping());
    }
    leave();
  }

  @Override
  public void writabilityChanged() {
    if (exchange != null) {
      exchange.writabilityChanged();
    }
  }

  private void exchangeEnded() {
    uncount();
  }

  /** Lets go of what was gathered. */
  private void leave() {
    ByteBuf gathered = body;
    if (gathered != null) {
      body = null;
      gathered.release();
    }
    uncount();
  }

  private void uncount() {
    if (counted) {
      counted = false;
      door.left();
    }
  }
}
