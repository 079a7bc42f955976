package dev.sluice.net;

import io.netty.channel.EventLoop;

/**
 * A server that requests are sent to: a pool of connections to one origin, or something in this
 * process that behaves like one. Safe to call from every event loop; a call stays on its loop.
 */
public interface Upstream {

  /**
   * Starts a call.
   *
   * @param loop the event loop that owns the call; must be the current thread's
   * @param request what to send; its body is owned by the upstream from here on
   * @param listener told what comes back, always on {@code loop}; while this method runs nothing
   *     but {@link UpstreamListener#connected} is told
   * @return the means to slow or stop the call
   */
  UpstreamCall call(EventLoop loop, UpstreamRequest request, UpstreamListener listener);
}
