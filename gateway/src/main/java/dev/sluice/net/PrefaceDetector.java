package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1.1 by a connection's first bytes (RFC 9113, section
 * 3.4): no method of ours begins as the preface does.
 */
final class PrefaceDetector extends ByteToMessageDecoder {

  private static final Logger log = LoggerFactory.getLogger(PrefaceDetector.class);

  private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

  private final ServerPipeline next;
  private final ServerHouse house;

  PrefaceDetector(ServerPipeline next, ServerHouse house) {
    this.next = next;
    this.house = house;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    long millis = house.settings.timeouts().header().toMillis();
    ctx.executor()
        .schedule(
            () -> {
              if (!ctx.isRemoved()) {
                ctx.close();
              }
            },
            millis,
            TimeUnit.MILLISECONDS);
    super.channelActive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int known = Math.min(in.readableBytes(), PREFACE.length);
    for (int i = 0; i < known; i++) {
      if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
        ChannelPipeline pipeline = ctx.pipeline();
        next.http1(pipeline);
        pipeline.remove(this);
        return;
      }
    }
    if (known == PREFACE.length) {
      ChannelPipeline pipeline = ctx.pipeline();
      next.http2(pipeline);
      pipeline.remove(this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event == Server.Event.DRAIN && actualReadableBytes() == 0) {
      ctx.close();
      return;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("a connection failed", cause);
    ctx.close();
  }
}
