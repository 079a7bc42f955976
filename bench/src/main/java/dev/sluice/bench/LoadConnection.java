package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One of the load generator's connections, with at most one request under way. */
final class LoadConnection extends ChannelInboundHandlerAdapter {

  private static final int OK = 200;

  private final Owner owner;
  private @Nullable Channel channel;
  private @Nullable FrameCounter counter;
  private long dueNanos;
  private boolean asking;
  private boolean good;

  /** Told what becomes of the connection, on its event loop. */
  interface Owner {

    /** The connection is there and idle. */
    void opened(LoadConnection connection);

    /**
     * An answer is complete.
     *
     * @param dueNanos as it was given with the request
     * @param good whether it had status 200 and, if it is a stream, its end mark and its order
     * @param frames how many frames it had
     */
    void answered(LoadConnection connection, long dueNanos, boolean good, int frames);

    /**
     * The connection is gone.
     *
     * @param asking whether a request was under way
     * @param frames how many frames of its answer had come
     */
    void closed(LoadConnection connection, boolean asking, int frames);
  }

  LoadConnection(Owner owner) {
    this.owner = owner;
  }

  /**
   * Sends a request whose answer is whole.
   *
   * @param request the caller's; sent as a duplicate
   */
  void ask(ByteBuf request, long dueNanos) {
    this.dueNanos = dueNanos;
    counter = null;
    send(request);
  }

  /** Sends a request whose answer is a stream. */
  void askStream(ByteBuf request, FrameCounter.Listener listener) {
    counter = new FrameCounter(listener);
    send(request);
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
  }

  private void send(ByteBuf request) {
    if (channel == null || asking) {
      throw new IllegalStateException("not open, or a request is under way");
    }
    asking = true;
    good = false;
    channel.writeAndFlush(request.retainedDuplicate(), channel.voidPromise());
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    owner.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        good = response.status().code() == OK && response.decoderResult().isSuccess();
      }
      if (message instanceof HttpContent content) {
        good &= content.decoderResult().isSuccess();
        if (counter != null) {
          counter.feed(content.content());
        }
      }
      if (message instanceof LastHttpContent) {
        answered();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answered() {
    FrameCounter stream = counter;
    boolean whole = stream == null || (stream.isDone() && !stream.isDisordered());
    asking = false;
    counter = null;
    owner.answered(this, dueNanos, good && whole, stream == null ? 0 : stream.frames());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    owner.closed(this, asking, counter == null ? 0 : counter.frames());
    asking = false;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
