package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's response decoder, without forgiving an answer whose length is ambiguous, and with a short
 * way for chunked bodies: these are streams of many small pieces, and objects for each of them
 * would cost more than all else that the gateway does with it. To Netty's decoder, such an answer
 * ends with its head.
 */
final class AnswerDecoder extends HttpResponseDecoder {

  private final Body to;
  private @Nullable ChunkedBody chunks;
  private boolean heard;
  private boolean bodiless;

  /** Who takes chunked bodies. */
  interface Body extends ChunkedBody.Sink {

    /**
     * The body is complete.
     *
     * @param excess how many bytes have come behind it, that nobody asked for
     */
    void bodyEnded(int excess);

    /** The body's framing is broken. */
    void bodyMalformed();

    /** What was readable has been read, and the body goes on. */
    void piecesRead();
  }

  AnswerDecoder(HttpDecoderConfig config, Body to) {
    super(config);
    this.to = to;
  }

  /** A request goes out; an answer to {@code HEAD} has no body whatever it says. */
  void expectAnswer(HttpMethod to) {
    heard = false;
    bodiless = to.equals(HttpMethod.HEAD);
  }

  /** Whether a byte has come since the request. */
  boolean hasHeard() {
    return heard;
  }

  /** Whether the answer whose head was told last comes in chunks and has not ended. */
  boolean inChunks() {
    return chunks != null;
  }

  /** How many bytes have come behind the message that was told last. */
  int excess() {
    return actualReadableBytes();
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    if (bodiless || super.isContentAlwaysEmpty(message)) {
      return true;
    }
    List<String> codings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return false;
    }
    // Another coding around or below the chunks would be taken for the content.
    if (codings.size() > 1
        || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst().strip())) {
      throw new IllegalArgumentException("a transfer-encoding that was not asked for");
    }
    if (message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      handleTransferEncodingChunkedWithContentLength(message);
    }
    chunks = new ChunkedBody(to);
    return true;
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both transfer-encoding and content-length are given");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    heard = true;
    ChunkedBody body = chunks;
    if (body == null || !(message instanceof ByteBuf in) || actualReadableBytes() > 0) {
      super.channelRead(ctx, message);
      return;
    }
    boolean kept = true;
    try {
      if (body.passesWhole(in)) {
        kept = false;
        return;
      }
      take(body, in);
      if (in.isReadable() && chunks == null) {
        kept = false;
        super.channelRead(ctx, in);
      }
    } catch (ChunkedBody.Malformed _) {
      malformed();
    } finally {
      if (kept) {
        in.release();
      }
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    ChunkedBody body = chunks;
    if (body == null) {
      super.decode(ctx, in, out);
      return;
    }
    try {
      take(body, in);
    } catch (ChunkedBody.Malformed _) {
      in.skipBytes(in.readableBytes());
      malformed();
    }
  }

  private void take(ChunkedBody body, ByteBuf in) {
    boolean more = body.feed(in);
    if (body.ended()) {
      chunks = null;
      to.bodyEnded(in.readableBytes());
    } else if (!more) {
      // Whoever gave the answer up has closed the connection.
      in.skipBytes(in.readableBytes());
    }
  }

  private void malformed() {
    chunks = null;
    to.bodyMalformed();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (chunks == null) {
      super.channelReadComplete(ctx);
    } else {
      // Nothing is kept here, and reading on is the connection's decision: it is the next handler
      // and the last one, so that the way through the pipeline is spared for each piece.
      to.piecesRead();
    }
  }
}
