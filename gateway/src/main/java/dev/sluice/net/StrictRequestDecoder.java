package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Netty's request decoder, without what it forgives: whatever two servers could read in two ways is
 * refused, since that is how requests are smuggled (RFC 9112, sections 5.2, 6.1, 6.3 and 11.2).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private boolean inHead = true;
  private long headStartedNanos;
  private boolean headStarted;
  private boolean broken;
  private boolean held;

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
      if (isFolded(buffer)) {
        // Netty would join the lines silently; told in the decoder's own way of failing.
        HttpMessage refused = createInvalidMessage();
        refused.setDecoderResult(
            DecoderResult.failure(
                new IllegalArgumentException("a header is folded over several lines")));
        out.add(refused);
        broken = true;
      }
    }
    if (broken) {
      buffer.skipBytes(buffer.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(ctx, buffer, out);
    for (int i = before; i < out.size(); i++) {
      Object message = out.get(i);
      if (message instanceof LastHttpContent) {
        inHead = true;
      } else if (message instanceof HttpMessage) {
        inHead = false;
        headStarted = false;
      }
    }
    if (out.size() > before && out.getLast() instanceof LastHttpContent) {
      headStarted = false;
    }
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
