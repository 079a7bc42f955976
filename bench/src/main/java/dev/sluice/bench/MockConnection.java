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
  private static final String CHUNK_HEAD =
      "data: {\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\","
          + "\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
          + "\"model\":\"mock-model-2024-07-18\",\"system_fingerprint\":null,";
  private static final String FRAME =
      CHUNK_HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{"
          + FrameCounter.STAMP
          + "0".repeat(FrameCounter.STAMP_DIGITS)
          + "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      CHUNK_HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}"
          + "\n\n";
  private static final String USAGE =
      CHUNK_HEAD
          + "\"choices\":[],\"usage\":{\"prompt_tokens\":56,\"completion_tokens\":31,"
          + "\"total_tokens\":87}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String ANSWER =
      "{\"id\":\"chatcmpl-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O\",\"object\":\"chat.completion\","
          + "\"created\":1700000000,\"model\":\"mock-model-2024-07-18\",\"choices\":[{\"index\":0,"
          + "\"message\":{\"role\":\"assistant\",\"content\":\""
          + "word ".repeat(170)
          + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
          + "\"usage\":{\"prompt_tokens\":56,\"completion_tokens\":31,\"total_tokens\":87},"
          + "\"system_fingerprint\":null}";

  private static final ByteBuf WHOLE_ANSWER =
      constant(
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
              + ANSWER.length()
              + "\r\n\r\n"
              + ANSWER);
  private static final ByteBuf STREAM_HEAD =
      constant(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
              + "transfer-encoding: chunked\r\n\r\n");
  private static final ByteBuf FRAME_CHUNK = constant(chunk(FRAME));
  private static final int STAMP_AT =
      chunk(FRAME).indexOf(FrameCounter.STAMP) + FrameCounter.STAMP.length();
  private static final ByteBuf LAST_CHUNKS = constant(chunk(FINISH) + chunk(DONE) + "0\r\n\r\n");
  private static final ByteBuf LAST_CHUNKS_WITH_USAGE =
      constant(chunk(FINISH) + chunk(USAGE) + chunk(DONE) + "0\r\n\r\n");
  private static final ByteBuf NOT_FOUND =
      constant("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
  private static final ByteBuf TOO_LARGE =
      constant("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n");

  private final Pacer pacer;
  private final StringBuilder body = new StringBuilder();
  private boolean known;
  private boolean kept;
  private boolean large;

  MockConnection(Pacer pacer) {
    this.pacer = pacer;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        known = request.uri().endsWith("/chat/completions");
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
    if (!known) {
      send(ctx, NOT_FOUND);
    } else if (large) {
      send(ctx, TOO_LARGE);
    } else if (body.indexOf("\"stream\":true") >= 0) {
      stream(ctx);
    } else {
      int delayMillis = number(MockUpstream.DELAY, 0);
      if (delayMillis == 0) {
        send(ctx, WHOLE_ANSWER);
      } else {
        ctx.executor().schedule(() -> send(ctx, WHOLE_ANSWER), delayMillis, TimeUnit.MILLISECONDS);
      }
    }
  }

  private void stream(ChannelHandlerContext ctx) {
    int frames = number(MockUpstream.FRAMES, 10);
    long gapNanos = TimeUnit.SECONDS.toNanos(1) / Math.max(1, number(MockUpstream.RATE, 10));
    ByteBuf last =
        body.indexOf("\"include_usage\":true") >= 0 ? LAST_CHUNKS_WITH_USAGE : LAST_CHUNKS;
    ctx.writeAndFlush(STREAM_HEAD.duplicate(), ctx.voidPromise());
    // Streams that begin together do not send together.
    long firstNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(gapNanos);
    pacer.add(new Stream(ctx, frames, last), firstNanos, gapNanos);
  }

  /** A stream under way. */
  private final class Stream implements Pacer.Paced {
    private final ChannelHandlerContext ctx;
    private final ByteBuf last;
    private int left;

    Stream(ChannelHandlerContext ctx, int frames, ByteBuf last) {
      this.ctx = ctx;
      this.left = frames;
      this.last = last;
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
        send(ctx, last);
        return Pacer.Next.DONE;
      }
      left--;
      ctx.writeAndFlush(stamped(ctx, System.nanoTime()), ctx.voidPromise());
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

  private static ByteBuf stamped(ChannelHandlerContext ctx, long nanos) {
    ByteBuf frame = ctx.alloc().directBuffer(FRAME_CHUNK.readableBytes());
    frame.writeBytes(FRAME_CHUNK, 0, FRAME_CHUNK.readableBytes());
    long rest = nanos;
    for (int i = STAMP_AT + FrameCounter.STAMP_DIGITS - 1; i >= STAMP_AT; i--) {
      frame.setByte(i, (int) ('0' + rest % 10));
      rest /= 10;
    }
    return frame;
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

  private static String chunk(String frame) {
    return Integer.toHexString(frame.length()) + "\r\n" + frame + "\r\n";
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
