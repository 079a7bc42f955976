package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Watches whether a client takes what is queued for it. Owned by its connection's event loop. */
final class UnreadAnswer {

  private long pendingBytes;
  private long progress;
  private long sinceNanos;

  /** Whether there was something unread at the last look. */
  boolean isAny() {
    return pendingBytes > 0;
  }

  /** For how long the client has taken nothing of what waits for it; 0 where nothing does. */
  long stalledNanos(Channel channel, long nowNanos) {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    long pending = queue == null ? 0 : queue.totalPendingWriteBytes();
    long moved = queue == null ? 0 : queue.currentProgress();
    // More that waits is no progress: a heartbeat would keep a dead client for ever.
    if (pending == 0 || pendingBytes == 0 || pending < pendingBytes || moved != progress) {
      sinceNanos = nowNanos;
    }
    pendingBytes = pending;
    progress = moved;
    return nowNanos - sinceNanos;
  }
}
