package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Told what an upstream answers, on the call's event loop, in this order: {@link #connected} at
 * most once, {@link #head} at most once, {@link #data} any number of times, then exactly one of
 * {@link #end} and {@link #failed}; nothing after a cancel.
 */
public interface UpstreamListener {

  /** A connection is at hand and the request is being written. */
  void connected();

  /** The final status and headers; informational answers are not shown. */
  void head(HttpResponseStatus status, HttpHeaders headers);

  /**
   * A piece of the body, without the transfer's own framing.
   *
   * @param data owned by the listener, who releases it
   */
  void data(ByteBuf data);

  /** What was readable has been read: a good moment to flush. */
  void readComplete();

  /** The answer is complete by HTTP's own rules. */
  void end();

  /** The call failed; whatever came before is not a complete answer. */
  void failed(UpstreamFailure failure);
}
