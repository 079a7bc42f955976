package dev.sluice.net;

/** One request on its way through an upstream. Owned by its event loop. */
public interface UpstreamCall {

  /** Stops reading from the upstream: the reader of the answer is slow. Idempotent. */
  void pause();

  /** Reads on after {@link #pause}. Idempotent. */
  void resume();

  /**
   * Gives the call up and lets go of its connection; the upstream sees the transfer break. Nothing
   * is told to the listener from here on. Does nothing once the call has ended.
   */
  void cancel();
}
