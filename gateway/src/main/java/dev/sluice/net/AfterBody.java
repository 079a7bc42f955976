package dev.sluice.net;

import io.netty.buffer.ByteBuf;

/**
 * Stands in for a receiver whose body has failed: it is told of its client only.
 *
 * @param receiver who received the body
 */
record AfterBody(RequestReceiver receiver) implements RequestReceiver {

  @Override
  public void data(ByteBuf data) {
    data.release();
  }

  @Override
  public void end() {}

  @Override
  public void bodyFailed(Refusal refusal) {}

  @Override
  public void clientGone() {
    receiver.clientGone();
  }

  @Override
  public void serverStops() {
    receiver.serverStops();
  }

  @Override
  public void writabilityChanged() {
    receiver.writabilityChanged();
  }
}
