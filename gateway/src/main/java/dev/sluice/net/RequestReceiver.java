package dev.sluice.net;

import io.netty.buffer.ByteBuf;

/**
 * Receives one request's body and what happens to its client afterwards. All methods run on the
 * exchange's event loop.
 */
public interface RequestReceiver {

  /**
   * A piece of the body. Not called after {@link #end}, {@link #bodyFailed} or {@link #clientGone}.
   *
   * @param data owned by the receiver, who releases it
   */
  void data(ByteBuf data);

  /** The body is complete. Called once, also for a request without a body. */
  void end();

  /**
   * The body will not be completed: it stalled, or its framing is broken. The exchange can still be
   * answered; its connection closes afterwards. Nothing but {@link #clientGone} follows.
   */
  void bodyFailed(Refusal refusal);

  /**
   * The client left before its response had ended: the connection closed or the stream was reset.
   * Called at most once, and nothing follows; writes are discarded from here on.
   */
  void clientGone();

  /**
   * The server stops, and waits for the response no longer: the receiver ends it with what can
   * still be said. A request that has no answer behind this call is refused, a response that has
   * not ended is cut off.
   */
  void serverStops();

  /** {@link ServerExchange#isWritable} changed. */
  void writabilityChanged();
}
