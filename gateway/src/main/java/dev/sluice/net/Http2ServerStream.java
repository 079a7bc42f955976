package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 stream: one request and its answer. Owned by its connection's event loop. */
final class Http2ServerStream extends ChannelInboundHandlerAdapter
    implements ServerExchange, LoopTicker.Ticked {

  private final FailureLog failures = new FailureLog(Http2ServerStream.class);

  /** How much of an answer is sent for a client to count as one that reads. */
  private static final int PIECE_BYTES_MAX = 16 * 1024;

  private final ServerHouse house;
  private final String listener;

  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpRequest request;
  private @Nullable RequestReceiver receiver;
  private LoopTicker.@Nullable Ticket ticket;
  private boolean expectsContinue;
  private boolean requestEnded;
  private boolean started;
  private boolean ended;
  private boolean gone;
  private boolean bodyFailed;
  private long bodyNanos;

  /** Pieces of the answer that were given to the connection, and those that it has sent. */
  private long queuedPieces;

  private long sentPieces;
  private long sentPiecesBefore;
  private final ChannelFutureListener pieceSent = _ -> sentPieces++;
  private long progressNanos;

  Http2ServerStream(ServerHouse house, String listener) {
    this.house = house;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // Known before anyone answers: an answer to a complete request needs no reset behind it.
    requestEnded |= message instanceof LastHttpContent;
    if (message instanceof HttpRequest begun && request == null) {
      begin(begun);
    }
    if (message instanceof HttpContent content) {
      content(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest begun) {
    request = begun;
    bodyNanos = System.nanoTime();
    house.exchanges.incrementAndGet();
    Http2Connection connection = connection();
    if (connection != null) {
      connection.streamOpened(this);
    }
    ticket = house.loop(eventLoop()).ticker().add(this);
    // What the codec adds for HTTP/1 and what tells of the stream is not the client's.
    begun.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
    for (HttpConversionUtil.ExtensionHeaderNames name :
        HttpConversionUtil.ExtensionHeaderNames.values()) {
      begun.headers().remove(name.text());
    }
    if (begun.decoderResult().isFailure()) {
      bodyFailed = true;
      house.handler.refused(this, RequestRules.refusal(begun.decoderResult().cause()));
      return;
    }
    String expect = begun.headers().get(HttpHeaderNames.EXPECT);
    expectsContinue = HttpUtil.is100ContinueExpected(begun);
    if (expect != null && !expectsContinue) {
      bodyFailed = true;
      house.handler.refused(this, Refusal.EXPECTATION_FAILED);
      return;
    }
    if (begun.uri().length() > house.settings.limits().url().bytes()) {
      bodyFailed = true;
      house.handler.refused(this, Refusal.URI_TOO_LONG);
      return;
    }
    if (RequestRules.path(begun.method(), begun.uri()) == null) {
      bodyFailed = true;
      house.handler.refused(this, Refusal.MALFORMED);
      return;
    }
    receiver = house.handler.request(this);
  }

  private void content(HttpContent content) {
    ByteBuf data = content.content();
    bodyNanos = System.nanoTime();
    RequestReceiver to = receiver;
    if (to == null || ended || gone || bodyFailed) {
      content.release();
      return;
    }
    if (data.isReadable()) {
      to.data(data);
    } else {
      data.release();
    }
    if (content instanceof LastHttpContent && !ended && !gone) {
      to.end();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    RequestReceiver to = receiver;
    if (to != null && !ended && !gone) {
      to.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    if (ticket != null) {
      ticket.remove();
    }
    if (request != null) {
      Http2Connection connection = connection();
      if (connection != null) {
        connection.streamClosed(this);
      }
    }
    leave();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.tell("a stream failed", cause);
    if (cause instanceof OutOfMemoryError && !started && !gone && request != null) {
      RequestReceiver to = receiver;
      receiver = null;
      if (to != null) {
        to.clientGone();
      }
      house.handler.refused(this, Refusal.OUT_OF_MEMORY);
      return;
    }
    if (cause instanceof Http2Exception) {
      // Told by the multiplexer, which resets the stream with this very error afterwards.
      return;
    }
    if (cause instanceof DecoderException) {
      cut(Http2Error.PROTOCOL_ERROR);
      return;
    }
    ctx.close();
  }

  /** Gives the stream up, whatever is still queued on it. */
  private void cut(Http2Error error) {
    leave();
    context().writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(_ -> channel().close());
  }

  private void leave() {
    if (request == null || ended) {
      return;
    }
    ended = true;
    house.exchanges.decrementAndGet();
    RequestReceiver to = receiver;
    receiver = null;
    if (to != null) {
      to.clientGone();
    }
  }

  /** Ends the response under way, which is not waited for any longer. */
  void stop() {
    RequestReceiver to = receiver;
    if (to != null && !ended && !gone) {
      to.serverStops();
    }
    if (!ended && !gone && !started) {
      house.handler.refused(this, Refusal.STOPPING);
    }
    abort();
  }

  @Override
  public void tick(long nowNanos) {
    if (gone) {
      return;
    }
    RequestReceiver to = receiver;
    if (!requestEnded
        && !bodyFailed
        && to != null
        && nowNanos - bodyNanos > house.settings.timeouts().body().toNanos()) {
      bodyFailed = true;
      to.bodyFailed(Refusal.TOO_SLOW);
    }
    if (queuedPieces == sentPieces || sentPieces != sentPiecesBefore) {
      sentPiecesBefore = sentPieces;
      progressNanos = nowNanos;
    } else if (nowNanos - progressNanos > house.stallNanos()) {
      cut(Http2Error.CANCEL);
    }
  }

  /** Queues a piece of the answer, so that its being sent counts as progress of the client's. */
  private ChannelFuture queue(HttpObject piece) {
    if (queuedPieces == sentPieces) {
      progressNanos = System.nanoTime();
    }
    queuedPieces++;
    return context().write(piece).addListener(pieceSent);
  }

  /**
   * Queues {@code data} in pieces that are small beside what a slow client may take its time for.
   */
  private void queue(ByteBuf data) {
    while (data.readableBytes() > PIECE_BYTES_MAX) {
      queue(new DefaultHttpContent(data.readRetainedSlice(PIECE_BYTES_MAX)));
    }
    queue(new DefaultHttpContent(data));
  }

  @Override
  public EventLoop eventLoop() {
    return channel().eventLoop();
  }

  @Override
  public ByteBufAllocator alloc() {
    return channel().alloc();
  }

  @Override
  public HttpMethod method() {
    return request().method();
  }

  @Override
  public String uri() {
    String path = RequestRules.path(request().method(), request().uri());
    return path == null ? "/bad-request" : path;
  }

  @Override
  public HttpHeaders headers() {
    return request().headers();
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel().parent().remoteAddress();
  }

  @Override
  public String listener() {
    return listener;
  }

  @Override
  public boolean secure() {
    return channel().parent().pipeline().get(SslHandler.class) != null;
  }

  @Override
  public boolean isWritable() {
    // A reset stream takes everything and sends nothing, until it says so itself.
    return channel().isActive() && channel().isWritable();
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public void continueBody() {
    if (expectsContinue && !started && !gone) {
      expectsContinue = false;
      context()
          .writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1,
                  HttpResponseStatus.CONTINUE,
                  channel().alloc().buffer(0),
                  EmptyHttpHeaders.INSTANCE,
                  EmptyHttpHeaders.INSTANCE));
    }
  }

  @Override
  public void closeAfter() {}

  @Override
  public void send(HttpResponseStatus status, HttpHeaders sent, ByteBuf body) {
    if (ended || gone) {
      body.release();
      return;
    }
    if (started) {
      body.release();
      throw startedBefore();
    }
    started = true;
    boolean bodyless = status.code() == 204 || status.code() == 304;
    if (bodyless) {
      sent.remove(HttpHeaderNames.CONTENT_LENGTH);
    } else {
      sent.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    }
    head(sent);
    finish();
    ByteBuf shown = body;
    if (bodyless || method().equals(HttpMethod.HEAD)) {
      body.release();
      shown = Unpooled.EMPTY_BUFFER;
    }
    if (shown.readableBytes() <= PIECE_BYTES_MAX) {
      queue(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, status, shown, sent, EmptyHttpHeaders.INSTANCE))
          .addListener(this::written);
    } else {
      context().write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, sent));
      queue(shown);
      queue(LastHttpContent.EMPTY_LAST_CONTENT).addListener(this::written);
    }
    context().flush();
  }

  private static IllegalStateException startedBefore() {
    return new IllegalStateException("a response has been started before");
  }

  /** Sets the headers that are ours alone. */
  private void head(HttpHeaders sent) {
    sent.remove(HttpHeaderNames.TRANSFER_ENCODING);
    sent.set(HttpHeaderNames.DATE, house.loop(eventLoop()).date().now());
  }

  @Override
  public void start(HttpResponseStatus status, HttpHeaders sent) {
    if (ended || gone) {
      return;
    }
    if (started) {
      throw startedBefore();
    }
    started = true;
    sent.remove(HttpHeaderNames.CONTENT_LENGTH);
    head(sent);
    context().write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, sent));
  }

  @Override
  public void write(ByteBuf data) {
    if (ended || gone || !data.isReadable() || method().equals(HttpMethod.HEAD)) {
      data.release();
      return;
    }
    queue(data);
  }

  @Override
  public void flush() {
    if (!gone) {
      context().flush();
    }
  }

  @Override
  public void end() {
    if (ended || gone) {
      return;
    }
    finish();
    queue(LastHttpContent.EMPTY_LAST_CONTENT).addListener(this::written);
    context().flush();
  }

  @Override
  public void abort() {
    if (ended || gone) {
      return;
    }
    finish();
    context()
        .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR))
        .addListener(_ -> channel().close());
  }

  private void finish() {
    ended = true;
    receiver = null;
    house.exchanges.decrementAndGet();
  }

  private void written(Future<? super Void> done) {
    if (!done.isSuccess()) {
      failures.tell("an answer could not be written", done.cause());
      context().close();
      return;
    }
    resetUnread();
  }

  /** Tells a client that goes on sending that nobody reads it (RFC 9113, section 8.1). */
  private void resetUnread() {
    if (!requestEnded && !gone) {
      context().writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }

  private @Nullable Http2Connection connection() {
    Channel parent = channel().parent();
    return parent == null ? null : parent.pipeline().get(Http2Connection.class);
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext own = context;
    if (own == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return own;
  }

  private Channel channel() {
    return context().channel();
  }

  private HttpRequest request() {
    HttpRequest begun = request;
    if (begun == null) {
      throw new IllegalStateException("no request has come");
    }
    return begun;
  }
}
