package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands large buffers on in pieces, as fast as the other side reads them. What is written at once
 * is copied at once into direct memory, which is bounded and where nobody counts it, while the
 * array that was counted is let go of: a hundred clients that do not read an answer of some
 * megabytes would take all there is.
 *
 * <p>It stands in a pipeline only as long as something waits in it, so that others do without.
 */
final class PiecewiseWrites extends ChannelDuplexHandler {

  /** How much is copied at once; two such pieces fill a connection's queue. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private boolean wanted;
  private boolean handingOn;

  private record Waiting(Object message, ChannelPromise promise) {}

  private PiecewiseWrites() {}

  /**
   * Writes without flushing. Where a buffer cannot be sent, its connection is closed: what follows
   * it must not be taken for it.
   *
   * @param way from where on the connection's writes are bytes
   * @param data owned from here on
   */
  static void write(ChannelHandlerContext way, ByteBuf data) {
    if (data.isDirect()) {
      // Nothing is left that could fail but the connection.
      way.write(data, way.voidPromise());
      return;
    }
    if (data.readableBytes() > PIECE_BYTES
        && way.channel().isActive()
        && way.pipeline().get(PiecewiseWrites.class) == null) {
      way.pipeline().addBefore(way.name(), null, new PiecewiseWrites());
    }
    way.write(data).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    queue.add(new Waiting(message, promise));
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    wanted = true;
    handOn(ctx);
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (wanted) {
      handOn(ctx);
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void handOn(ChannelHandlerContext ctx) {
    if (handingOn) {
      return; // A piece that went out at once has called for the next one.
    }
    handingOn = true;
    try {
      while (!queue.isEmpty() && ctx.channel().isWritable()) {
        handOnNext(ctx);
        // TLS takes what is flushed only, so that a connection looks free before.
        ctx.flush();
      }
    } finally {
      handingOn = false;
    }
    if (queue.isEmpty() && !ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  private void handOnNext(ChannelHandlerContext ctx) {
    Waiting next = queue.element();
    if (next.message() instanceof ByteBuf data && data.readableBytes() > PIECE_BYTES) {
      ctx.write(data.readRetainedSlice(PIECE_BYTES))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    } else {
      queue.remove();
      ctx.write(next.message(), next.promise());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  private void drop() {
    @Nullable Waiting waiting;
    while ((waiting = queue.poll()) != null) {
      ReferenceCountUtil.release(waiting.message());
      waiting.promise().tryFailure(new ClosedChannelException());
    }
  }
}
