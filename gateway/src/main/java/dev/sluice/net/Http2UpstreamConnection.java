package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.IdentityHashMap;

/**
 * An HTTP/2 connection to an upstream: as many calls at once as the upstream allows, each on a
 * stream of its own. Owned by its event loop.
 */
final class Http2UpstreamConnection extends ChannelInboundHandlerAdapter
    implements UpstreamConnection {

  /** How many streams are opened before the upstream has said what it allows. */
  private static final int STREAMS_AT_FIRST = 100;

  private static final int HEADER_LIST_MAX = 64 * 1024;

  /** A window that lets a stream run at full speed over a long line. */
  private static final int WINDOW_BYTES = 1024 * 1024;

  private final Channel channel;
  private final UpstreamPool pool;
  private final UpstreamConnector connector;
  private final IdentityHashMap<HttpCall, Http2UpstreamStream> streams = new IdentityHashMap<>();
  private long streamsMax = STREAMS_AT_FIRST;
  private boolean used;
  private boolean retired;
  private boolean gone;
  private long idleNanos = System.nanoTime();

  private Http2UpstreamConnection(Channel channel, UpstreamPool pool, UpstreamConnector connector) {
    this.channel = channel;
    this.pool = pool;
    this.connector = connector;
  }

  static Http2UpstreamConnection open(
      Channel channel, UpstreamPool pool, UpstreamConnector connector) {
    Http2UpstreamConnection connection = new Http2UpstreamConnection(channel, pool, connector);
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forClient()
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(WINDOW_BYTES)
                        .maxHeaderListSize(HEADER_LIST_MAX))
                .build())
        .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
        .addLast(connection);
    return connection;
  }

  @Override
  public boolean isFree() {
    return !gone && !retired && streams.size() < streamsMax && channel.isActive();
  }

  @Override
  public boolean isIdle() {
    return streams.isEmpty();
  }

  @Override
  public long idleSinceNanos() {
    return idleNanos;
  }

  @Override
  public void start(HttpCall call) {
    assert channel.eventLoop().inEventLoop();
    used = true;
    Http2UpstreamStream stream =
        new Http2UpstreamStream(this, call, connector.hostHeader(), connector.secure());
    streams.put(call, stream);
    new Http2StreamChannelBootstrap(channel)
        .handler(stream)
        .open()
        .addListener((Future<Http2StreamChannel> opened) -> {
          if (opened.isSuccess()) {
            stream.send(opened.getNow());
          } else {
            retired = true;
            stream.refused();
          }
        });
    if (isFree()) {
      pool.freed(this, true);
    }
  }

  @Override
  public void cancel(HttpCall call) {
    Http2UpstreamStream stream = streams.get(call);
    if (stream != null) {
      ended(call);
      stream.reset();
    }
  }

  @Override
  public void pauseOrResume(HttpCall call) {
    Http2UpstreamStream stream = streams.get(call);
    if (stream != null) {
      stream.pauseOrResume();
    }
  }

  @Override
  public void retire() {
    retired = true;
    if (streams.isEmpty()) {
      channel.close();
    }
  }

  /** A call's stream is over. */
  void ended(HttpCall call) {
    if (streams.remove(call) == null || gone) {
      return;
    }
    idleNanos = System.nanoTime();
    if (retired) {
      retire();
    } else {
      pool.freed(this, used);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2SettingsFrame settings) {
      Long max = settings.settings().maxConcurrentStreams();
      if (max != null) {
        streamsMax = max;
        if (isFree()) {
          pool.freed(this, used);
        }
      }
    } else if (message instanceof Http2GoAwayFrame) {
      // Streams that the upstream has accepted go on; no new ones.
      retired = true;
      if (streams.isEmpty()) {
        ctx.close();
      }
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    pool.gone(this);
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
