package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/2 connection, beside its streams: closes it when it is idle, and sends it away
 * when the server drains. Owned by its event loop.
 */
final class Http2Connection extends ChannelInboundHandlerAdapter implements LoopTicker.Ticked {

  private final FailureLog failures = new FailureLog(Http2Connection.class);

  private final LostReset reset = new LostReset();

  private final ServerHouse house;
  private @Nullable Channel channel;
  private LoopTicker.@Nullable Ticket ticket;
  private final Set<Http2ServerStream> streams = new HashSet<>();
  private long idleNanos;
  private boolean draining;

  Http2Connection(ServerHouse house) {
    this.house = house;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    idleNanos = System.nanoTime();
    ticket = house.loop(ctx.channel().eventLoop()).ticker().add(this);
  }

  /** A stream has begun. */
  void streamOpened(Http2ServerStream stream) {
    streams.add(stream);
  }

  /** A stream has ended. */
  void streamClosed(Http2ServerStream stream) {
    streams.remove(stream);
    idleNanos = System.nanoTime();
    if (streams.isEmpty() && draining && channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Server.Event.DRAIN) {
      draining = true;
      ctx.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
      if (streams.isEmpty()) {
        ctx.close();
      }
    } else if (event == Server.Event.STOP) {
      List.copyOf(streams).forEach(Http2ServerStream::stop);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (ticket != null) {
      ticket.remove();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.tell("a connection failed", cause);
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
      ctx.close();
      return;
    }
    // The codec says good-bye with the error behind this call; streams are not waited for then.
    ctx.executor().execute(() -> closeAtOnce(ctx.channel()));
  }

  /**
   * Closes a connection, which may speak HTTP/2: without the codec, which would let streams end.
   * For all threads.
   */
  static void closeAtOnce(Channel connection) {
    ChannelHandlerContext codec = connection.pipeline().context(Http2FrameCodec.class);
    if (codec == null) {
      connection.close();
    } else {
      codec.close();
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (!streams.isEmpty() && channel != null && reset.isAny(channel, nowNanos)) {
      closeAtOnce(channel);
      return;
    }
    if (streams.isEmpty()
        && nowNanos - idleNanos > house.settings.timeouts().keepAlive().toNanos()
        && channel != null) {
      channel.close();
    }
  }
}
