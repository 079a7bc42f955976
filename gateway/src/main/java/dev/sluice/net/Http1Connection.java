package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's HTTP/1 connection: one request after another, answered in their order. Owned by its
 * event loop.
 *
 * <p>While a request is being answered, the connection is read on so that a client that leaves is
 * noticed. What arrives meanwhile waits in {@link Pipelined}.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements LoopTicker.Ticked {

  /** How much of a body that nobody wants is read before the connection is closed instead. */
  private static final long DISCARDED_BYTES_MAX = 256 * 1024;

  /** How long a client may take to read its answer before a refused connection closes. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ServerHouse house;
  private final String listener;
  private final StrictRequestDecoder decoder;
  private final FailureLog failures = new FailureLog(Http1Connection.class);
  private final UnreadAnswer unread = new UnreadAnswer();
  private final LostReset reset = new LostReset();
  private final Pipelined waiting;

  private @Nullable Channel channel;
  private @Nullable ChannelHandlerContext out;
  private @Nullable ServerLoop loop;
  private LoopTicker.@Nullable Ticket ticket;
  private @Nullable Http1Exchange exchange;
  private @Nullable RequestReceiver receiver;
  private boolean requestEnded = true;
  private boolean responseEnded = true;
  private boolean gone;
  private boolean lingering;
  private boolean answerFlushed;
  private boolean handling;
  private boolean advancing;
  private long discardedBytes;
  private long announcedBytes;
  private long sinceNanos;
  private long bodyNanos;

  Http1Connection(ServerHouse house, String listener, StrictRequestDecoder decoder) {
    this.house = house;
    this.listener = listener;
    this.decoder = decoder;
    this.waiting = new Pipelined(decoder);
  }

  Channel channel() {
    Channel open = channel;
    if (open == null) {
      throw new IllegalStateException("not connected");
    }
    return open;
  }

  /** Where answers go out: the shortest way, past handlers that look at requests only. */
  ChannelHandlerContext out() {
    ChannelHandlerContext way = out;
    if (way == null) {
      throw new IllegalStateException("not connected");
    }
    return way;
  }

  String listener() {
    return listener;
  }

  boolean secure() {
    return channel().pipeline().get(SslHandler.class) != null;
  }

  boolean isGone() {
    return gone;
  }

  AsciiString date() {
    return serverLoop().date().now();
  }

  /** Whether the connection ends with the response at hand, whatever the client wants. */
  boolean closesAfter(Http1Exchange ending) {
    return house.isDraining()
        || lingering
        || (!requestEnded && (ending.expectsContinue() || announcedBytes > DISCARDED_BYTES_MAX));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    out = ctx.pipeline().context(decoder);
    loop = house.loop(ctx.channel().eventLoop());
    sinceNanos = System.nanoTime();
    if (ctx.channel().isActive()) {
      ticket = serverLoop().ticker().add(this);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (gone || lingering) {
      discard(message);
      return;
    }
    if (!waiting.isEmpty() || (message instanceof HttpRequest && !responseEnded)) {
      waiting.add(ctx.channel(), message);
      return;
    }
    handle(message);
  }

  private void handle(Object message) {
    handling = true;
    try {
      if (message instanceof HttpRequest request) {
        begin(request);
      }
      if (message instanceof HttpContent content) {
        content(content);
      }
    } finally {
      handling = false;
    }
    if (responseEnded && requestEnded && !lingering && !gone && exchange != null) {
      next();
    }
  }

  private void begin(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    Refusal refusal = RequestRules.check(request);
    boolean failed = request.decoderResult().isFailure();
    // Known also where a later line fails, so that whoever owns the path answers.
    String path = RequestRules.path(request.method(), request.uri());
    if (path == null && refusal == null) {
      refusal = Refusal.MALFORMED;
    }
    Http1Exchange begun =
        new Http1Exchange(
            this,
            new Http1Exchange.RequestLine(
                failed ? HttpMethod.GET : request.method(),
                path == null ? StrictRequestDecoder.UNKNOWN_TARGET : path,
                version.majorVersion() == 1 && version.minorVersion() == 0,
                refusal == null && HttpUtil.isKeepAlive(request),
                HttpUtil.is100ContinueExpected(request)),
            failed ? RequestRules.hostAlone(request.headers()) : request.headers());
    exchange = begun;
    responseEnded = false;
    requestEnded = false;
    discardedBytes = 0;
    announcedBytes = failed ? 0 : RequestRules.bodyBytes(request);
    bodyNanos = System.nanoTime();
    house.exchanges.incrementAndGet();
    if (refusal != null) {
      requestEnded = false;
      begun.closeAfter();
      house.handler.refused(begun, refusal);
      return;
    }
    receiver = house.handler.request(begun);
  }

  private void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      RequestReceiver to = receiver;
      receiver = null;
      if (exchange != null) {
        exchange.closeAfter();
      }
      if (to != null && !responseEnded && !requestEnded) {
        receiver = new AfterBody(to);
        to.bodyFailed(Refusal.MALFORMED);
      } else {
        linger();
      }
      return;
    }
    ByteBuf data = content.content();
    RequestReceiver to = receiver;
    boolean last = content instanceof LastHttpContent;
    bodyNanos = System.nanoTime();
    if (to == null || responseEnded || to instanceof AfterBody) {
      discardedBytes += data.readableBytes();
      data.release();
      if (last) {
        requestEnded = true;
      } else if (discardedBytes > DISCARDED_BYTES_MAX) {
        linger();
      }
      return;
    }
    if (data.isReadable()) {
      to.data(data);
    } else {
      data.release();
    }
    if (last) {
      requestEnded = true;
      if (!responseEnded && !gone) {
        to.end();
      }
    }
  }

  /** The exchange has written its response to the end. */
  void responseEnded(Http1Exchange ending) {
    channel().flush();
    if (responseEnded) {
      return;
    }
    responseEnded = true;
    receiver = null;
    house.exchanges.decrementAndGet();
    boolean keep = ending.keepAlive() && !closesAfter(ending);
    if (!keep) {
      if (requestEnded) {
        closeAfterFlush();
      } else {
        linger();
      }
      return;
    }
    if (requestEnded && !handling) {
      next();
    }
  }

  /** Goes on to the next request. */
  private void next() {
    exchange = null;
    sinceNanos = System.nanoTime();
    if (house.isDraining()) {
      closeAfterFlush();
      return;
    }
    if (!advancing) {
      advancing = true;
      try {
        takeWaiting();
      } finally {
        advancing = false;
      }
    }
  }

  private void takeWaiting() {
    Object message;
    while ((message = responseEnded ? waiting.next() : waiting.nextOfSameRequest()) != null) {
      handle(message);
      if (gone || lingering) {
        waiting.release();
        return;
      }
    }
    if (waiting.isEmpty()) {
      waiting.resume(channel());
    }
  }

  /** Closes so that the client can tell it from a proper end. */
  void abort() {
    endExchange();
    closeNow();
  }

  private void closeAfterFlush() {
    if (lingering || gone) {
      return;
    }
    lingering = true;
    channel().writeAndFlush(channel().alloc().buffer(0)).addListener(_ -> closeNow());
  }

  /**
   * Closes after the client has had a chance to read its answer: closing at once with unread bytes
   * would reset the connection and may take the answer with it (RFC 9112, section 9.6).
   */
  private void linger() {
    if (lingering || gone) {
      return;
    }
    lingering = true;
    discardedBytes = 0;
    channel().config().setAutoRead(true);
    channel()
        .writeAndFlush(channel().alloc().buffer(0))
        .addListener(_ -> {
          answerFlushed = true;
          sinceNanos = System.nanoTime();
          if (channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
          }
        });
  }

  private void discard(Object message) {
    if (message instanceof HttpContent content) {
      discardedBytes += content.content().readableBytes();
    }
    ReferenceCountUtil.release(message);
    if (discardedBytes > DISCARDED_BYTES_MAX * 4) {
      closeNow();
    }
  }

  private void closeNow() {
    if (channel().isOpen()) {
      channel().close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    RequestReceiver to = receiver;
    if (to != null && !responseEnded) {
      to.writabilityChanged();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Server.Event.DRAIN && exchange == null && !decoder.headPending()) {
      closeAfterFlush();
    } else if (event == Server.Event.STOP) {
      stop();
    }
    ctx.fireUserEventTriggered(event);
  }

  /** Ends the response under way, which is not waited for any longer, and closes behind it. */
  private void stop() {
    Http1Exchange current = exchange;
    RequestReceiver to = receiver;
    if (to != null && !responseEnded) {
      to.serverStops();
    }
    if (current != null && !responseEnded && !current.started()) {
      house.handler.refused(current, Refusal.STOPPING);
    }
    if (responseEnded) {
      closeAfterFlush();
    } else {
      abort();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    if (ticket != null) {
      ticket.remove();
    }
    waiting.release();
    endExchange();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.tell("a connection failed", cause);
    if (cause instanceof OutOfMemoryError && answersWithoutMemory()) {
      return;
    }
    // A reset, a failed write, a failed handshake: whatever it is, this connection is done for.
    ctx.close();
  }

  /**
   * Refuses the request that there was no memory for. Direct memory has a bound of its own, and is
   * there again when other requests have ended; without heap the process ends.
   */
  private boolean answersWithoutMemory() {
    Http1Exchange current = exchange;
    if (current == null || current.started() || responseEnded || gone) {
      return false;
    }
    RequestReceiver to = receiver;
    receiver = null;
    current.closeAfter();
    if (to != null) {
      to.clientGone();
    }
    house.handler.refused(current, Refusal.OUT_OF_MEMORY);
    return true;
  }

  private void endExchange() {
    gone = true;
    if (!responseEnded) {
      responseEnded = true;
      house.exchanges.decrementAndGet();
      RequestReceiver to = receiver;
      receiver = null;
      if (to != null) {
        to.clientGone();
      }
    }
  }

  @Override
  public void tick(long nowNanos) {
    if (lingering && answerFlushed) {
      if (nowNanos - sinceNanos > LINGER_NANOS) {
        closeNow();
      }
      return;
    }
    Http1Exchange current = exchange;
    if (current != null && !current.started() && reset.isAny(channel(), nowNanos)) {
      closeNow();
      return;
    }
    if (current != null && !requestEnded && !lingering) {
      tickBody(nowNanos);
    }
    boolean unread = tickStall(nowNanos);
    if (exchange == null && !lingering) {
      if (unread) {
        // Idle is who has its answer.
        sinceNanos = nowNanos;
      }
      tickIdle(nowNanos);
    }
  }

  private void tickIdle(long nowNanos) {
    if (decoder.headPending()) {
      if (nowNanos - decoder.headStartedNanos() > house.settings.timeouts().header().toNanos()) {
        tooSlow();
      }
    } else if (nowNanos - sinceNanos > house.settings.timeouts().keepAlive().toNanos()) {
      closeNow();
    }
  }

  private void tooSlow() {
    String path = RequestRules.path(HttpMethod.GET, decoder.pendingTarget());
    Http1Exchange begun =
        new Http1Exchange(
            this,
            new Http1Exchange.RequestLine(
                HttpMethod.GET,
                path == null ? StrictRequestDecoder.UNKNOWN_TARGET : path,
                false,
                false,
                false),
            EmptyHttpHeaders.INSTANCE);
    exchange = begun;
    responseEnded = false;
    requestEnded = false;
    house.exchanges.incrementAndGet();
    begun.closeAfter();
    house.handler.refused(begun, Refusal.TOO_SLOW);
  }

  private void tickBody(long nowNanos) {
    RequestReceiver to = receiver;
    if (to instanceof AfterBody
        || nowNanos - bodyNanos <= house.settings.timeouts().body().toNanos()) {
      return;
    }
    if (to == null || responseEnded) {
      // Answered early, and the rest of the request does not come.
      closeNow();
      return;
    }
    if (exchange != null) {
      exchange.closeAfter();
    }
    receiver = new AfterBody(to);
    to.bodyFailed(Refusal.TOO_SLOW);
  }

  /** Cuts a client off that leaves its answer unread; tells whether there is something unread. */
  private boolean tickStall(long nowNanos) {
    if (unread.stalledNanos(channel(), nowNanos) > house.stallNanos()) {
      closeNow();
    }
    return unread.isAny();
  }

  private ServerLoop serverLoop() {
    ServerLoop own = loop;
    if (own == null) {
      throw new IllegalStateException("not connected");
    }
    return own;
  }
}
