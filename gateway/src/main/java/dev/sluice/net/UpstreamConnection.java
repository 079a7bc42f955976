package dev.sluice.net;

/** A connection to an upstream, as its pool sees it. Owned by one event loop. */
interface UpstreamConnection {

  /** Whether another call may be started on it now. */
  boolean isFree();

  /** Whether a call has been on it before, so that it may have gone stale. */
  boolean isUsed();

  /** How many calls it can take at once. */
  int callsMax();

  /** What its pool notes about it. */
  UpstreamPool.Standing standing();

  /** Starts a call; tells of a failure only after this has returned. */
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
