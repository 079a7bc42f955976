package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of the mock provider. Owned by its event loop. */
final class MockConnection extends ChannelInboundHandlerAdapter {

  private static final int BODY_CHARS_MAX = 4 * 1024 * 1024;
  private static final ByteBuf NOT_FOUND =
      constant("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
  private static final ByteBuf TOO_LARGE =
      constant("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n");

  private final Pacer pacer;
  private final StringBuilder body = new StringBuilder();
  private @Nullable Wire wire;
  private boolean streamed;
  private boolean kept;
  private boolean large;

  MockConnection(Pacer pacer) {
    this.pacer = pacer;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        wire = Wire.of(request.uri());
        streamed = request.uri().endsWith("-stream");
        kept = HttpUtil.isKeepAlive(request);
        large = false;
      }
      if (message instanceof HttpContent content) {
        take(content.content());
      }
      if (message instanceof LastHttpContent) {
        answer(ctx);
        body.setLength(0);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(ByteBuf content) {
    large |= body.length() + content.readableBytes() > BODY_CHARS_MAX;
    if (!large) {
      body.append(content.toString(StandardCharsets.ISO_8859_1));
    }
  }

  private void answer(ChannelHandlerContext ctx) {
    Wire spoken = wire;
    if (spoken == null) {
      send(ctx, NOT_FOUND);
    } else if (large) {
      send(ctx, TOO_LARGE);
    } else if (streamed || body.indexOf("\"stream\":true") >= 0) {
      stream(ctx, spoken);
    } else {
      int delayMillis = number(MockUpstream.DELAY, 0);
      if (delayMillis == 0) {
        send(ctx, spoken.whole());
      } else {
        ctx.executor()
            .schedule(() -> send(ctx, spoken.whole()), delayMillis, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void stream(ChannelHandlerContext ctx, Wire spoken) {
    int frames = number(MockUpstream.FRAMES, 10);
    long gapNanos = TimeUnit.SECONDS.toNanos(1) / Math.max(1, number(MockUpstream.RATE, 10));
    boolean usage = body.indexOf("\"include_usage\":true") >= 0;
    ctx.writeAndFlush(spoken.head().duplicate(), ctx.voidPromise());
    // Streams that begin together do not send together.
    long firstNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(gapNanos);
    pacer.add(new Stream(ctx, spoken, frames, usage), firstNanos, gapNanos);
  }

  /** A stream under way. */
  private final class Stream implements Pacer.Paced {
    private final ChannelHandlerContext ctx;
    private final Wire spoken;
    private final boolean usage;
    private int left;

    Stream(ChannelHandlerContext ctx, Wire spoken, int frames, boolean usage) {
      this.ctx = ctx;
      this.spoken = spoken;
      this.left = frames;
      this.usage = usage;
    }

    @Override
    public Pacer.Next turn() {
      if (!ctx.channel().isActive()) {
        return Pacer.Next.DONE;
      }
      if (!ctx.channel().isWritable()) {
        return Pacer.Next.LATER;
      }
      if (left == 0) {
        send(ctx, spoken.last(usage));
        return Pacer.Next.DONE;
      }
      left--;
      ctx.writeAndFlush(spoken.stamped(ctx.alloc(), System.nanoTime()), ctx.voidPromise());
      return Pacer.Next.AGAIN;
    }
  }

  private void send(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (kept) {
      ctx.writeAndFlush(bytes.duplicate(), ctx.voidPromise());
    } else {
      ctx.writeAndFlush(bytes.duplicate()).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private int number(String name, int otherwise) {
    int at = body.indexOf(name);
    if (at < 0) {
      return otherwise;
    }
    int from = at + name.length();
    int end = from;
    while (end < body.length() && Character.isDigit(body.charAt(end))) {
      end++;
    }
    return end == from ? otherwise : Integer.parseInt(body, from, end, 10);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    ctx.close();
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
