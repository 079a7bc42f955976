package dev.sluice.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.IdentityHashMap;

/**
 * An HTTP/2 connection to an upstream: as many calls at once as the upstream allows, each on a
 * stream of its own. Owned by its event loop.
 */
final class Http2UpstreamConnection extends ChannelInboundHandlerAdapter
    implements UpstreamConnection {

  /** How many streams are opened before the upstream has said what it allows. */
  static final int STREAMS_AT_FIRST = 100;

  private static final int HEADER_LIST_MAX = 64 * 1024;

  /** However many streams the upstream would allow. */
  private static final int STREAMS_MAX = 1000;

  /** How much of an answer may wait for a reader that pauses; also what a long line needs. */
  private static final int WINDOW_BYTES = 256 * 1024;

  /** A window is opened again when half of it is used. */
  private static final float WINDOW_UPDATE_RATIO = 0.5f;

  private final Channel channel;
  private final UpstreamPool pool;
  private final UpstreamConnector connector;
  private final IdentityHashMap<HttpCall, Http2UpstreamStream> streams = new IdentityHashMap<>();
  private final UpstreamPool.Standing standing = new UpstreamPool.Standing();
  private final Promise<Void> settled;
  private int streamsMax = STREAMS_AT_FIRST;
  private boolean pooled;
  private boolean used;
  private boolean retired;
  private boolean gone;
  private long idleNanos = System.nanoTime();

  private Http2UpstreamConnection(Channel channel, UpstreamPool pool, UpstreamConnector connector) {
    this.channel = channel;
    this.pool = pool;
    this.connector = connector;
    this.settled = channel.eventLoop().newPromise();
  }

  static Http2UpstreamConnection open(
      Channel channel, UpstreamPool pool, UpstreamConnector connector) {
    Http2UpstreamConnection connection = new Http2UpstreamConnection(channel, pool, connector);
    Http2FrameCodec codec =
        Http2FrameCodecBuilder.forClient()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(WINDOW_BYTES)
                    .maxHeaderListSize(HEADER_LIST_MAX))
            .build();
    // The connection's own window would let one paused stream stop all others: what each stream
    // may hold is bound enough.
    DefaultHttp2LocalFlowController flow =
        new DefaultHttp2LocalFlowController(codec.connection(), WINDOW_UPDATE_RATIO, true);
    flow.frameWriter(codec.encoder().frameWriter());
    codec.connection().local().flowController(flow);
    channel
        .pipeline()
        .addLast(codec)
        .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
        .addLast(connection);
    return connection;
  }

  @Override
  public boolean isFree() {
    return !gone && !retired && streams.size() < streamsMax && channel.isActive();
  }

  @Override
  public boolean isUsed() {
    return used;
  }

  @Override
  public int callsMax() {
    return Math.max(1, streamsMax);
  }

  @Override
  public UpstreamPool.Standing standing() {
    return standing;
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
            stream.refused();
          }
        });
  }

  /**
   * Done when the upstream has said what it allows, which also proves that it speaks HTTP/2: calls
   * sent before would be refused where they are too many.
   */
  Future<Void> settled() {
    return settled;
  }

  /** The pool takes the connection and wants to hear of its end. */
  void pooled() {
    pooled = true;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  /** The upstream takes no more calls on this connection. */
  void goesAway() {
    retired = true;
  }

  /** The upstream has refused a call's stream: it is full, whatever it said it allows. */
  void refuses() {
    streamsMax = streams.size() - 1;
    if (streamsMax <= 0) {
      retire();
    }
  }

  @Override
  public void cancel(HttpCall call) {
    Http2UpstreamStream stream = streams.get(call);
    if (stream != null) {
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

  /** A call's stream is closed, so that the upstream no longer counts it. */
  void closed(HttpCall call, Http2UpstreamStream stream) {
    if (!streams.remove(call, stream) || gone) {
      return;
    }
    idleNanos = System.nanoTime();
    if (retired) {
      retire();
    } else {
      pool.freed(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2SettingsFrame settings) {
      Long max = settings.settings().maxConcurrentStreams();
      if (max != null) {
        streamsMax = (int) Math.min(max, STREAMS_MAX);
      }
      if (!settled.trySuccess(null) && pooled) {
        pool.freed(this);
      }
    } else if (message instanceof Http2GoAwayFrame) {
      // Streams that the upstream has accepted go on; no new ones.
      retire();
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    if (pooled) {
      pool.gone(this);
    }
    settled.tryFailure(new ClosedChannelException());
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
