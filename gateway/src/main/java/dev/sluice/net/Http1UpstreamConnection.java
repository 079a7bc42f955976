package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 connection to an upstream: one call at a time. Owned by its event loop. */
final class Http1UpstreamConnection extends ChannelInboundHandlerAdapter
    implements UpstreamConnection, AnswerDecoder.Body {

  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};
  private static final int HEAD_BYTES = 640;

  /** Informational answers before the final one; what sends more never comes to its point. */
  static final int INFORMATIONALS_MAX = 32;

  /** Smaller bodies are copied behind their head, which is cheaper than a second buffer. */
  private static final int COPIED_BYTES_MAX = 4096;

  /**
   * From then on an answer is a stream, of which an acknowledgement for each piece would take as
   * much of the kernel's time as half of its sending on: a frame took 23.3 to 24.8 µs of CPU in
   * place of 25.0 to 29.8. Before that, an upstream that waits for an acknowledgement before it
   * sends its next small piece (Nagle's algorithm) would be kept waiting with its first words.
   */
  private static final int READS_OF_STREAM = 16;

  private final Channel channel;
  private final Transport transport;
  private final UpstreamPool pool;
  private final AsciiString host;
  private final AnswerDecoder decoder;
  private final UpstreamPool.Standing standing = new UpstreamPool.Standing();

  private @Nullable HttpCall call;
  private boolean used;
  private boolean answering;
  private boolean informational;
  private int informationals;
  private int reads;
  private boolean closeAfter;
  private boolean closedByEnd;
  private boolean ending;
  private boolean gone;
  private long idleNanos = System.nanoTime();

  private Http1UpstreamConnection(
      Channel channel,
      Transport transport,
      UpstreamPool pool,
      String host,
      HttpDecoderConfig config) {
    this.channel = channel;
    this.transport = transport;
    this.pool = pool;
    this.host = new AsciiString(host);
    this.decoder = new AnswerDecoder(config, this);
  }

  /** Makes {@code channel}, which is connected, a connection. */
  static Http1UpstreamConnection open(
      Channel channel,
      Transport transport,
      UpstreamPool pool,
      String host,
      HttpDecoderConfig config) {
    Http1UpstreamConnection opened =
        new Http1UpstreamConnection(channel, transport, pool, host, config);
    channel.pipeline().addLast(opened.decoder).addLast(opened);
    return opened;
  }

  @Override
  public boolean isFree() {
    return call == null && !ending && !gone && !closeAfter && channel.isActive();
  }

  @Override
  public boolean isUsed() {
    return used;
  }

  @Override
  public int callsMax() {
    return 1;
  }

  @Override
  public UpstreamPool.Standing standing() {
    return standing;
  }

  @Override
  public boolean isIdle() {
    return call == null;
  }

  @Override
  public long idleSinceNanos() {
    return idleNanos;
  }

  @Override
  public void start(HttpCall started) {
    assert channel.eventLoop().inEventLoop();
    UpstreamRequest request = started.request();
    ByteBuf body = started.body();
    int length = body.readableBytes();
    boolean copied = length <= COPIED_BYTES_MAX;
    // Where there is no memory for it, nothing has begun.
    ByteBuf out = channel.alloc().directBuffer(HEAD_BYTES + (copied ? length : 0));
    call = started;
    used = true;
    answering = false;
    informational = false;
    informationals = 0;
    reads = 0;
    closedByEnd = false;
    decoder.expectAnswer(request.method());
    Http1Writer.text(request.method().asciiName(), out);
    out.writeByte(' ');
    Http1Writer.text(request.path(), out);
    out.writeBytes(VERSION);
    Http1Writer.header(HttpHeaderNames.HOST, host, out);
    Http1Writer.headers(request.headers(), out);
    out.writeBytes(LENGTH);
    Http1Writer.number(length, out);
    out.writeBytes(CRLF);
    Http1Writer.endOfHead(out);
    if (copied) {
      out.writeBytes(body, body.readerIndex(), length);
      channel.writeAndFlush(out, channel.voidPromise());
    } else {
      ChannelHandlerContext way = channel.pipeline().context(decoder);
      way.write(out, way.voidPromise());
      PiecewiseWrites.write(way, body.retainedSlice());
      channel.flush();
    }
    pauseOrResume(started);
  }

  @Override
  public void cancel(HttpCall cancelled) {
    if (call == cancelled) {
      call = null;
      closeAfter = true;
      channel.close();
    }
  }

  @Override
  public void pauseOrResume(HttpCall changed) {
    if (call == changed && channel.config().isAutoRead() == changed.isPaused()) {
      channel.config().setAutoRead(!changed.isPaused());
    }
  }

  @Override
  public void retire() {
    closeAfter = true;
    if (call == null) {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    HttpCall current = call;
    if (current == null) {
      // Nothing was asked for: whoever speaks now cannot be trusted with the next call.
      ReferenceCountUtil.release(message);
      closeAfter = true;
      ctx.close();
      return;
    }
    if (message instanceof HttpResponse response) {
      head(current, response);
    }
    if (message instanceof HttpContent content) {
      if (decoder.inChunks()) {
        // To the decoder the answer ends with its head; its body comes by another way.
        content.release();
      } else {
        content(content);
      }
    }
  }

  @Override
  public boolean piece(ByteBuf data) {
    HttpCall current = call;
    if (current == null || current.isOver()) {
      data.release();
      return false;
    }
    current.listener().data(data);
    return call == current;
  }

  @Override
  public void bodyEnded(int excess) {
    HttpCall current = call;
    if (current != null && !current.isOver()) {
      end(current, excess);
    }
  }

  @Override
  public void bodyMalformed() {
    HttpCall current = call;
    if (current != null && !current.isOver()) {
      broken(current, "the answer's framing is malformed");
    }
  }

  private void head(HttpCall current, HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      if (response.decoderResult().cause() instanceof PrematureChannelClosureException) {
        return; // The connection's end says what there is to say.
      }
      broken(current, "the answer's head is malformed");
      return;
    }
    int status = response.status().code();
    if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      broken(current, "the upstream switches protocols");
      return;
    }
    informational = status < 200;
    if (informational) {
      informationals++;
      if (informationals > INFORMATIONALS_MAX) {
        broken(current, "the upstream sends too many informational answers");
      }
      return;
    }
    answering = true;
    closeAfter |= !HttpUtil.isKeepAlive(response);
    HttpHeaders headers = response.headers();
    closedByEnd =
        !current.request().method().equals(HttpMethod.HEAD)
            && status != 204
            && status != 304
            && !decoder.inChunks()
            && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)
            && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    closeAfter |= closedByEnd;
    current.answered();
    current.listener().head(response.status(), headers);
  }

  private void content(HttpContent content) {
    HttpCall current = call;
    if (current == null || current.isOver()) {
      content.release();
      return;
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      if (content.decoderResult().cause() instanceof PrematureChannelClosureException) {
        return;
      }
      broken(current, "the answer's framing is malformed");
      return;
    }
    boolean last = content instanceof LastHttpContent;
    ByteBuf data = content.content();
    if (informational) {
      data.release();
      informational = !last;
      return;
    }
    if (data.isReadable()) {
      current.listener().data(data);
    } else {
      data.release();
    }
    if (last && call == current) {
      end(current, decoder.excess());
    }
  }

  private void end(HttpCall current, int excess) {
    call = null;
    // What follows an answer must not be taken for the answer to the next request.
    closeAfter |= excess > 0;
    answering = false;
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
    idleNanos = System.nanoTime();
    if (closeAfter || gone || isStillWriting()) {
      closeAfter = true;
      current.ended();
      channel.close();
      return;
    }
    // Free only when all that was read has been looked at.
    ending = true;
    current.ended();
  }

  /** Whether the upstream has answered without reading the request to its end. */
  private boolean isStillWriting() {
    ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
    return out != null && !out.isEmpty();
  }

  private void broken(HttpCall current, String detail) {
    call = null;
    closeAfter = true;
    channel.close();
    current.failed(new UpstreamFailure(UpstreamFailure.Kind.PROTOCOL_ERROR, detail));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    piecesRead();
  }

  @Override
  public void piecesRead() {
    HttpCall current = call;
    if (current != null) {
      if (answering) {
        reads++;
        if (reads == READS_OF_STREAM) {
          transport.acknowledgeLater(channel);
        }
        current.listener().readComplete();
      }
      return;
    }
    ending = false;
    if (decoder.excess() > 0) {
      closeAfter = true;
      channel.close();
    } else if (isFree()) {
      pool.freed(this);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    pool.gone(this);
    HttpCall current = call;
    call = null;
    if (current != null && !current.isOver()) {
      cut(current);
    }
  }

  private void cut(HttpCall current) {
    if (answering) {
      current.failed(
          new UpstreamFailure(
              UpstreamFailure.Kind.CLOSED_WITHIN_ANSWER, "closed within the answer"));
      return;
    }
    UpstreamFailure failure =
        new UpstreamFailure(UpstreamFailure.Kind.CLOSED_BEFORE_ANSWER, "closed before the answer");
    if (decoder.hasHeard()) {
      current.failed(failure);
    } else {
      current.unanswered(failure);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    brokeOff();
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed && !closed.isSuccess()) {
      brokeOff(); // Without TLS's own end, anybody on the way may have cut the answer short.
    }
    ctx.fireUserEventTriggered(event);
  }

  /** An answer that ends with its connection is complete only if the connection ends in order. */
  private void brokeOff() {
    closeAfter = true;
    HttpCall current = call;
    if (current != null && closedByEnd) {
      call = null;
      cut(current);
    }
  }
}
