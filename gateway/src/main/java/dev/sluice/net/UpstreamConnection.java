package dev.sluice.net;

/** A connection to an upstream, as its pool sees it. Owned by one event loop. */
interface UpstreamConnection {

  /** Whether another call may be started on it now. */
  boolean isFree();

  /** Starts a call. */
  void start(HttpCall call);

  /** Gives a call on this connection up. */
  void cancel(HttpCall call);

  /** Reads no more of the call's answer for a while, or reads on. */
  void pauseOrResume(HttpCall call);

  /** Closes, now or when the calls on it have ended. */
  void retire();

  /** Since when it has been idle, by {@link System#nanoTime}. */
  long idleSinceNanos();

  /** Whether no call is on it. */
  boolean isIdle();
}
