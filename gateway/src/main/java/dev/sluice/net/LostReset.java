package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Finds out that a client has reset its connection where nobody has told us. Of io_uring's polls,
 * which Netty arms once for many events, a reset that comes within a millisecond behind what was
 * read is lost, as often as not (Netty 4.2.18, Linux 6.18). The next write would fail; but as long
 * as the client is to hear nothing, its request would go on without it. Owned by one connection.
 */
final class LostReset {

  /** A look is a call of the kernel. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The state of a connection that is no more; TCP_CLOSE of Linux. */
  private static final int CLOSED = 7;

  private long lookedNanos = System.nanoTime();

  /** Whether the connection is gone; looked for once a second. */
  boolean isAny(Channel channel, long nowNanos) {
    if (nowNanos - lookedNanos < LOOK_NANOS || !(channel instanceof IoUringSocketChannel socket)) {
      return false;
    }
    lookedNanos = nowNanos;
    try {
      return socket.isActive() && socket.tcpInfo().state() == CLOSED;
    } catch (ChannelException _) {
      return false; // It has been closed by ourselves.
    }
  }
}
