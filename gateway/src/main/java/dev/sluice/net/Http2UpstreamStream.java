package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One call on an HTTP/2 connection to an upstream. Owned by its event loop. */
final class Http2UpstreamStream extends ChannelInboundHandlerAdapter {

  private final Http2UpstreamConnection connection;
  private final HttpCall call;
  private final String host;
  private final boolean secure;

  private @Nullable Http2StreamChannel channel;
  private @Nullable ChannelFuture sending;
  private boolean answering;
  private boolean informational;
  private int informationals;
  private boolean heard;
  private boolean over;

  Http2UpstreamStream(
      Http2UpstreamConnection connection, HttpCall call, String host, boolean secure) {
    this.connection = connection;
    this.call = call;
    this.host = host;
    this.secure = secure;
  }

  void send(Http2StreamChannel opened) {
    if (over || call.isOver()) {
      opened.close();
      return;
    }
    channel = opened;
    opened.closeFuture().addListener(_ -> connection.closed(call, this));
    opened.pipeline().addFirst(new Http2StreamFrameToHttpObjectCodec(false));
    UpstreamRequest request = call.request();
    HttpHeaders headers = request.headers().copy();
    headers.set(HttpHeaderNames.HOST, host);
    headers.set(HttpConversionUtil.ExtensionHeaderNames.SCHEME.text(), secure ? "https" : "http");
    ByteBuf body = call.body().retainedSlice();
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    ChannelFuture writing =
        opened.writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                request.path(),
                body,
                headers,
                EmptyHttpHeaders.INSTANCE));
    writing.addListener(written -> {
      if (!written.isSuccess()) {
        opened.eventLoop().execute(() -> broken("the request was not taken"));
      }
    });
    sending = writing;
    pauseOrResume();
  }

  /** No stream was to be had on this connection any more. */
  void refused() {
    connection
        .loop()
        .execute(() -> {
          connection.goesAway();
          unseen();
        });
  }

  void reset() {
    over = true;
    Http2StreamChannel opened = channel;
    if (opened == null) {
      connection.closed(call, this);
    } else {
      opened
          .writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL))
          .addListener(_ -> opened.close());
    }
  }

  void pauseOrResume() {
    Http2StreamChannel opened = channel;
    if (opened != null && opened.config().isAutoRead() == call.isPaused()) {
      opened.config().setAutoRead(!call.isPaused());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (over) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpResponse response) {
      if (response.decoderResult().isFailure()) {
        ReferenceCountUtil.release(message);
        fail(UpstreamFailure.Kind.PROTOCOL_ERROR, "the answer's head is malformed");
        return;
      }
      heard = true;
      informational = response.status().code() < 200;
      if (informational && ++informationals > Http1UpstreamConnection.INFORMATIONALS_MAX) {
        ReferenceCountUtil.release(message);
        fail(
            UpstreamFailure.Kind.PROTOCOL_ERROR,
            "the upstream sends too many informational answers");
        return;
      }
      if (!informational) {
        answering = true;
        call.answered();
        call.listener().head(response.status(), response.headers());
      }
    }
    if (!(message instanceof HttpContent content)) {
      ReferenceCountUtil.release(message);
      return;
    }
    ByteBuf data = content.content();
    if (over || informational) {
      data.release();
      return;
    }
    if (data.isReadable()) {
      call.listener().data(data);
    } else {
      data.release();
    }
    if (content instanceof LastHttpContent && !over) {
      over = true;
      if (sending != null && !sending.isDone()) {
        close(); // The upstream has answered without reading the request to its end.
      }
      call.ended();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (answering && !over) {
      call.listener().readComplete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      if (reset.errorCode() == Http2Error.REFUSED_STREAM.code() && !answering && !over) {
        connection.refuses();
        unseen();
      } else {
        fail(kind(), "the stream was reset");
      }
    } else if (event instanceof Http2GoAwayFrame) {
      // Told only to streams that the upstream has not looked at (RFC 9113, section 6.8).
      connection.goesAway();
      unseen();
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    broken("the stream was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(kind(), cause.getClass().getSimpleName());
    ctx.close();
  }

  /** The connection broke, or did not take the request. */
  private void broken(String detail) {
    if (over) {
      return;
    }
    if (answering || heard) {
      fail(kind(), detail);
      return;
    }
    over = true;
    close();
    call.unanswered(new UpstreamFailure(kind(), detail));
  }

  /** The upstream has not looked at the request. */
  private void unseen() {
    if (over) {
      return;
    }
    if (answering) {
      fail(kind(), "the stream was refused within its answer");
      return;
    }
    over = true;
    close();
    call.unseen(new UpstreamFailure(kind(), "the upstream takes no more streams"));
  }

  private UpstreamFailure.Kind kind() {
    return answering
        ? UpstreamFailure.Kind.CLOSED_WITHIN_ANSWER
        : UpstreamFailure.Kind.CLOSED_BEFORE_ANSWER;
  }

  private void fail(UpstreamFailure.Kind kind, String detail) {
    if (over) {
      return;
    }
    over = true;
    close();
    call.failed(new UpstreamFailure(kind, detail));
  }

  private void close() {
    if (channel == null) {
      connection.closed(call, this);
    } else {
      channel.close();
    }
  }
}
