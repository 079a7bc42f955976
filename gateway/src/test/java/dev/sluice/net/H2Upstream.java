package dev.sluice.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server that speaks HTTP/2 frame by frame as the test tells it to. */
final class H2Upstream implements AutoCloseable {

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Channel listener;

  H2Upstream(Http2Settings settings) throws InterruptedException {
    this(settings, null);
  }

  H2Upstream(Http2Settings settings, @Nullable SslContext tls) throws InterruptedException {
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forServer()
                                .initialSettings(settings)
                                .validateHeaders(false)
                                .build())
                        .addLast(new Frames());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
  }

  int port() {
    return ((java.net.InetSocketAddress) listener.localAddress()).getPort();
  }

  /** How many connections there have been. */
  int connections() {
    return connections.get();
  }

  /** The next request, once it is complete. */
  Request request() throws InterruptedException {
    Request request = requests.poll(RawUpstream.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  /** How many requests have come that nobody took. */
  int requestsWaiting() {
    return requests.size();
  }

  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Puts a connection's frames together to requests. */
  private final class Frames extends ChannelInboundHandlerAdapter {
    private final Map<Http2FrameStream, Request> open = new ConcurrentHashMap<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof Http2HeadersFrame headers) {
        Request request = new Request(ctx, headers.stream(), headers.headers());
        open.put(headers.stream(), request);
        complete(request, headers.isEndStream());
      } else if (message instanceof Http2DataFrame data) {
        Request request = open.get(data.stream());
        request.body.writeBytes(ByteBufUtil.getBytes(data.content()));
        ctx.writeAndFlush(
            new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes())
                .stream(data.stream()));
        complete(request, data.isEndStream());
      } else if (message instanceof Http2ResetFrame reset) {
        open.get(reset.stream()).resets.add(reset.errorCode());
      }
      ReferenceCountUtil.release(message);
    }

    private void complete(Request request, boolean end) {
      if (end) {
        requests.add(request);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** A request, and the means to answer it. */
  static final class Request {
    private final ChannelHandlerContext ctx;
    private final Http2FrameStream stream;
    private final Http2Headers headers;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final BlockingQueue<Long> resets = new LinkedBlockingQueue<>();
    private final AtomicInteger acknowledgedBytes = new AtomicInteger();

    Request(ChannelHandlerContext ctx, Http2FrameStream stream, Http2Headers headers) {
      this.ctx = ctx;
      this.stream = stream;
      this.headers = headers;
    }

    Channel connection() {
      return ctx.channel();
    }

    Http2Headers headers() {
      return headers;
    }

    String body() {
      return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Sends a head after which a body follows. */
    Request head(int status, String... headers) {
      DefaultHttp2Headers all = new DefaultHttp2Headers(false);
      all.status(Integer.toString(status));
      for (int i = 0; i < headers.length; i += 2) {
        all.add(headers[i], headers[i + 1]);
      }
      ctx.writeAndFlush(new DefaultHttp2HeadersFrame(all, false).stream(stream));
      return this;
    }

    Request data(String text) {
      return data(text, false);
    }

    Request last(String text) {
      return data(text, true);
    }

    private Request data(String text, boolean end) {
      int length = text.length();
      ctx.writeAndFlush(
              new DefaultHttp2DataFrame(
                      Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), end)
                  .stream(stream))
          .addListener(_ -> acknowledgedBytes.addAndGet(length));
      return this;
    }

    /** How much of the body has gone out, as the peer's window lets it. */
    int sentBytes() {
      return acknowledgedBytes.get();
    }

    /** Ends the answer by trailers. */
    Request trailers() {
      ctx.writeAndFlush(
          new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("x-trailer", "yes"), true)
              .stream(stream));
      return this;
    }

    /** Answers whole. */
    Request answer(String text) {
      return head(200, "x-one", "1").last(text);
    }

    Request reset(Http2Error error) {
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(error).stream(stream));
      return this;
    }

    /** Says that no stream is taken any more that is this many streams after the last one. */
    void goAway(int extraStreams) {
      DefaultHttp2GoAwayFrame away = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      away.setExtraStreamIds(extraStreams);
      ctx.writeAndFlush(away);
    }

    /** Says that this stream is the last one taken, though later ones have been read. */
    void goAwayAfterThis() {
      ByteBuf frame = Unpooled.buffer();
      // Length, type GOAWAY, no flags, stream 0; last stream, NO_ERROR (RFC 9113, section 6.8).
      frame.writeMedium(8).writeByte(7).writeByte(0).writeInt(0).writeInt(stream.id()).writeInt(0);
      ChannelHandlerContext codec = ctx.pipeline().context(Http2FrameCodec.class);
      ctx.executor().execute(() -> codec.writeAndFlush(frame));
    }

    void closeConnection() {
      ChannelHandlerContext codec = ctx.pipeline().context(Http2FrameCodec.class);
      // Past the codec, which would say goodbye first.
      ctx.executor().execute(codec::close);
    }

    /** The code with which the peer has reset the stream. */
    long awaitReset() throws InterruptedException {
      Long code = resets.poll(RawUpstream.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (code == null) {
        throw new AssertionError("the stream was not reset");
      }
      return code;
    }
  }
}
