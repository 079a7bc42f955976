package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder, without what it forgives: whatever two servers could read in two ways is
 * refused, since that is how requests are smuggled (RFC 9112, sections 5.2, 6.1, 6.3 and 11.2).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  /** What stands for a target of which nothing is known. */
  static final String UNKNOWN_TARGET = "/bad-request";

  /** How much of a request line that is not whole, or no good, is looked at for its path. */
  private static final int TARGET_BYTES_MAX = 512;

  private boolean inHead = true;
  private long headStartedNanos;
  private boolean headStarted;
  private boolean folded;
  private boolean broken;
  private boolean held;

  /** The target of the request whose head is arriving, once its line is whole and good. */
  private @Nullable String target;

  /** The bytes that are being decoded, and where they began. */
  private ByteBuf decoding = Unpooled.EMPTY_BUFFER;

  private int decodingFrom;

  StrictRequestDecoder(HttpDecoderConfig config) {
    super(config);
  }

  /** Whether a request's head has begun to arrive and is not complete. */
  boolean headPending() {
    return headStarted;
  }

  /** When the pending head began to arrive, by {@link System#nanoTime}. */
  long headStartedNanos() {
    return headStartedNanos;
  }

  /** Leaves what has been read undecoded from here on. */
  void hold() {
    held = true;
  }

  /** Decodes what was left. Not from within a read. */
  void resume(ChannelHandlerContext ctx) {
    if (!held) {
      return;
    }
    held = false;
    try {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
    } catch (Exception e) {
      // As the pipeline does for what it calls itself.
      ctx.fireExceptionCaught(e);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
      throws Exception {
    if (held) {
      return;
    }
    if (inHead && buffer.isReadable()) {
      if (!headStarted && !isEmptyLines(buffer)) {
        headStarted = true;
        headStartedNanos = System.nanoTime();
      }
      folded |= isFolded(buffer);
    }
    if (broken) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    int before = out.size();
    decoding = buffer;
    decodingFrom = buffer.readerIndex();
    super.decode(ctx, buffer, out);
    decoding = Unpooled.EMPTY_BUFFER;
    for (int i = before; i < out.size(); i++) {
      Object message = out.get(i);
      if (message instanceof LastHttpContent) {
        inHead = true;
      } else if (message instanceof HttpMessage head) {
        inHead = false;
        headStarted = false;
        target = null;
        if (folded && head.decoderResult().isSuccess()) {
          refuseFolded(head, out, i);
        }
      }
    }
    if (out.size() > before && out.getLast() instanceof LastHttpContent) {
      headStarted = false;
    }
  }

  /** Netty has joined the lines silently; told in the decoder's own way of failing. */
  private void refuseFolded(HttpMessage head, List<Object> out, int at) {
    head.setDecoderResult(
        DecoderResult.failure(
            new IllegalArgumentException("a header is folded over several lines")));
    while (out.size() > at + 1) {
      ReferenceCountUtil.release(out.removeLast());
    }
    broken = true;
  }

  /** Notes the target, in case that a line behind it is no good or never comes. */
  @Override
  protected HttpMessage createMessage(String[] requestLine) throws Exception {
    HttpMessage message = super.createMessage(requestLine);
    target = requestLine[1];
    return message;
  }

  /** Stands for a request whose line is no good, with as much of its path as there is. */
  @Override
  protected HttpMessage createInvalidMessage() {
    HttpMessage message = super.createInvalidMessage();
    if (message instanceof HttpRequest request) {
      request.setUri(targetBeginning(decoding, decodingFrom));
    }
    return message;
  }

  /**
   * The path of the request whose head is arriving, as far as it is known: {@value #UNKNOWN_TARGET}
   * where it is not.
   */
  String pendingTarget() {
    ByteBuf pending = internalBuffer();
    return target != null ? target : targetBeginning(pending, pending.readerIndex());
  }

  /**
   * The path in the request line that begins at {@code from}, up to its query; of one that goes on
   * beyond what is there, the segments that are whole.
   */
  private static String targetBeginning(ByteBuf buffer, int from) {
    int end = Math.min(buffer.writerIndex(), from + TARGET_BYTES_MAX);
    int at = from;
    while (at < end && buffer.getByte(at) != ' ') {
      at++;
    }
    int start = at + 1;
    if (start >= end || buffer.getByte(start) != '/') {
      return UNKNOWN_TARGET;
    }
    int segmentsEnd = start;
    for (int i = start; i < end; i++) {
      byte b = buffer.getByte(i);
      if (b == ' ' || b == '?' || b == '\r' || b == '\n') {
        return buffer.toString(start, i - start, StandardCharsets.US_ASCII);
      }
      if (b < ' ' || b == 0x7f) {
        return UNKNOWN_TARGET;
      }
      if (b == '/') {
        segmentsEnd = i;
      }
    }
    return segmentsEnd == start
        ? UNKNOWN_TARGET
        : buffer.toString(start, segmentsEnd - start, StandardCharsets.US_ASCII);
  }

  /** Whether there are but empty lines, which may stand before a request (RFC 9112, 2.2). */
  private static boolean isEmptyLines(ByteBuf buffer) {
    for (int i = buffer.readerIndex(); i < buffer.writerIndex(); i++) {
      byte b = buffer.getByte(i);
      if (b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a line of the head at hand begins with white space. The decoder consumes whole lines
   * only, so that the buffer always begins at a line's start.
   */
  private static boolean isFolded(ByteBuf buffer) {
    int at = buffer.readerIndex();
    int end = buffer.writerIndex();
    byte first = buffer.getByte(at);
    if (first == ' ' || first == '\t') {
      return true;
    }
    while (true) {
      int lineFeed = buffer.indexOf(at, end, (byte) '\n');
      if (lineFeed < 0 || lineFeed + 1 >= end) {
        return false;
      }
      byte next = buffer.getByte(lineFeed + 1);
      if (next == ' ' || next == '\t') {
        return true;
      }
      if (next == '\r' || next == '\n') {
        return false;
      }
      at = lineFeed + 1;
    }
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both transfer-encoding and content-length are given");
  }
}
