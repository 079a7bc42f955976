package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** One request of an HTTP/1 connection, answered by writing bytes. Owned by its event loop. */
final class Http1Exchange implements ServerExchange {

  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNKED =
      "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = "connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEEP =
      "connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATE = "date: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};

  private static final int HEAD_BYTES = 512;

  /** Smaller bodies and pieces are copied behind their head, which is cheaper than a second one. */
  private static final int COPIED_BYTES_MAX = 4096;

  private final Http1Connection connection;
  private final HttpMethod method;
  private final String uri;
  private final HttpHeaders headers;
  private final boolean http10;
  private final boolean keepAlive;
  private boolean expectsContinue;
  private boolean started;
  private boolean ended;
  private boolean chunked;
  private boolean closing;

  Http1Exchange(Http1Connection connection, RequestLine line, HttpHeaders headers) {
    this.connection = connection;
    this.method = line.method();
    this.uri = line.uri();
    this.http10 = line.http10();
    this.keepAlive = line.keepAlive();
    this.expectsContinue = line.expectsContinue();
    this.headers = headers;
  }

  /** What a connection has read of a request's first line and what decides its framing. */
  record RequestLine(
      HttpMethod method, String uri, boolean http10, boolean keepAlive, boolean expectsContinue) {}

  @Override
  public EventLoop eventLoop() {
    return connection.channel().eventLoop();
  }

  @Override
  public ByteBufAllocator alloc() {
    return connection.channel().alloc();
  }

  @Override
  public HttpMethod method() {
    return method;
  }

  @Override
  public String uri() {
    return uri;
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.channel().remoteAddress();
  }

  @Override
  public String listener() {
    return connection.listener();
  }

  @Override
  public boolean secure() {
    return connection.secure();
  }

  @Override
  public boolean isWritable() {
    return connection.channel().isWritable();
  }

  @Override
  public boolean started() {
    return started;
  }

  /** Whether a client still waits to be told to send its body. */
  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean keepAlive() {
    return keepAlive && !closing;
  }

  @Override
  public void continueBody() {
    if (expectsContinue && !started) {
      expectsContinue = false;
      Channel channel = connection.channel();
      channel.writeAndFlush(channel.alloc().buffer(CONTINUE.length).writeBytes(CONTINUE));
    }
  }

  @Override
  public void closeAfter() {
    closing = true;
  }

  @Override
  public void send(HttpResponseStatus status, HttpHeaders sent, ByteBuf body) {
    if (isOver()) {
      body.release();
      return;
    }
    if (started) {
      body.release();
      throw startedBefore();
    }
    boolean bodyless = isBodyless(status);
    int length = body.readableBytes();
    boolean copied = bodyless || method.equals(HttpMethod.HEAD) || length <= COPIED_BYTES_MAX;
    ByteBuf out = bufferFor(body, HEAD_BYTES + (copied ? length : 0));
    started = true;
    head(status, sent, out);
    if (!bodyless) {
      out.writeBytes(LENGTH);
      Http1Writer.number(length, out);
      out.writeBytes(CRLF);
    }
    Http1Writer.endOfHead(out);
    ChannelHandlerContext way = connection.out();
    if (copied) {
      if (!bodyless && !method.equals(HttpMethod.HEAD)) {
        out.writeBytes(body, body.readerIndex(), length);
      }
      body.release();
      way.write(out, way.voidPromise());
    } else {
      way.write(out, way.voidPromise());
      PiecewiseWrites.write(way, body);
    }
    ended = true;
    connection.responseEnded(this);
  }

  @Override
  public void start(HttpResponseStatus status, HttpHeaders sent) {
    if (isOver()) {
      return;
    }
    if (started) {
      throw startedBefore();
    }
    // Where there is no memory for it, nothing has begun.
    ByteBuf out = alloc().directBuffer(HEAD_BYTES);
    started = true;
    chunked = !http10 && !isBodyless(status);
    if (http10) {
      // Its end is the connection's.
      closing = true;
    }
    head(status, sent, out);
    if (chunked) {
      out.writeBytes(CHUNKED);
    }
    Http1Writer.endOfHead(out);
    connection.out().write(out, connection.out().voidPromise());
  }

  @Override
  public void write(ByteBuf data) {
    int length = data.readableBytes();
    if (isOver() || length == 0 || method.equals(HttpMethod.HEAD)) {
      data.release();
      return;
    }
    if (!started) {
      throw new IllegalStateException("written before the start");
    }
    ChannelHandlerContext way = connection.out();
    if (!chunked || (isUnhurried(way.channel()) && Http1Writer.chunkAround(data))) {
      PiecewiseWrites.write(way, data);
      return;
    }
    if (length <= COPIED_BYTES_MAX) {
      ByteBuf out = bufferFor(data, length + Http1Writer.CHUNK_OVERHEAD);
      Http1Writer.chunkSize(length, out);
      out.writeBytes(data, data.readerIndex(), length);
      data.release();
      Http1Writer.chunkEnd(out);
      way.write(out, way.voidPromise());
      return;
    }
    ByteBuf end = bufferFor(data, Http1Writer.CHUNK_OVERHEAD);
    Http1Writer.chunkSize(length, end);
    ByteBuf size = end.readRetainedSlice(end.readableBytes());
    Http1Writer.chunkEnd(end);
    way.write(size, way.voidPromise());
    PiecewiseWrites.write(way, data);
    way.write(end, way.voidPromise());
  }

  /** A buffer for what belongs to {@code data}, which is let go of where there is no memory. */
  private ByteBuf bufferFor(ByteBuf data, int bytes) {
    try {
      return alloc().directBuffer(bytes);
    } catch (OutOfMemoryError e) {
      data.release();
      throw e;
    }
  }

  /**
   * Whether the client has taken all that was written. A buffer that data came in may be many times
   * as large as the data, so that of a client that lags none are kept: they would not be counted.
   */
  private static boolean isUnhurried(Channel channel) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending != null && pending.totalPendingWriteBytes() == 0;
  }

  @Override
  public void flush() {
    if (!connection.isGone()) {
      connection.out().flush();
    }
  }

  @Override
  public void end() {
    if (isOver()) {
      return;
    }
    if (chunked && !method.equals(HttpMethod.HEAD)) {
      ChannelHandlerContext way = connection.out();
      ByteBuf out = way.alloc().directBuffer(Http1Writer.CHUNK_OVERHEAD);
      Http1Writer.lastChunk(out);
      way.write(out, way.voidPromise());
    }
    ended = true;
    connection.responseEnded(this);
  }

  @Override
  public void abort() {
    if (isOver()) {
      return;
    }
    ended = true;
    connection.abort();
  }

  private boolean isOver() {
    assert eventLoop().inEventLoop();
    return ended || connection.isGone();
  }

  private static IllegalStateException startedBefore() {
    return new IllegalStateException("a response has been started before");
  }

  private void head(HttpResponseStatus status, HttpHeaders sent, ByteBuf out) {
    if (status.code() == HttpResponseStatus.OK.code()) {
      out.writeBytes(OK);
    } else {
      out.writeBytes(VERSION);
      Http1Writer.text(status.codeAsText(), out);
      out.writeByte(' ');
      Http1Writer.text(status.reasonPhrase(), out);
      out.writeBytes(CRLF);
    }
    Http1Writer.headers(sent, out);
    out.writeBytes(DATE);
    Http1Writer.text(connection.date(), out);
    out.writeBytes(CRLF);
    if (!keepAlive() || connection.closesAfter(this)) {
      closing = true;
      out.writeBytes(CLOSE);
    } else if (http10) {
      out.writeBytes(KEEP);
    }
  }

  private static boolean isBodyless(HttpResponseStatus status) {
    return status.code() == 204 || status.code() == 304 || status.code() < 200;
  }
}
