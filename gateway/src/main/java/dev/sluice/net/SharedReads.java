package dev.sluice.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandlerConfig;

/**
 * Buffers into which the kernel reads for all upstream connections of a loop. A connection asks
 * once and is told of every read after that, in place of asking for each: a streamed frame costs
 * about a tenth less. Only io_uring knows them, and only where it fills a buffer with many reads is
 * anything gained.
 *
 * <p>Client connections read the ordinary way: a request is one read, and is held for long.
 */
final class SharedReads {

  private static final short GROUP = 1;

  /** Each holds hundreds of frames. */
  private static final int BUFFER_BYTES = 32 * 1024;

  /** At most 4 MB a loop, and begun with the few that a quiet gateway needs. */
  private static final short BUFFERS_MAX = 128;

  private static final int BUFFERS_AT_ONCE = 4;

  /** Larger reads are worth holding a shared buffer for. */
  private static final int COPIED_BYTES_MAX = 4096;

  private SharedReads() {}

  /** Whether the kernel offers them; asks it only where io_uring is in use. */
  static boolean areOffered() {
    return IoUring.isRegisterBufferRingIncSupported() && IoUring.isRecvMultishotEnabled();
  }

  /** A loop's buffers. */
  static IoUringIoHandlerConfig configured() {
    return new IoUringIoHandlerConfig()
        .setBufferRingConfig(
            IoUringBufferRingConfig.builder()
                .bufferGroupId(GROUP)
                .bufferRingSize(BUFFERS_MAX)
                .batchSize(BUFFERS_AT_ONCE)
                .incremental(true)
                .allocator(new IoUringFixedBufferRingAllocator(BUFFER_BYTES))
                .build());
  }

  /** Has connections that are opened by {@code bootstrap} read into them. */
  static void use(Bootstrap bootstrap) {
    bootstrap.option(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, GROUP);
  }

  /** To be called for such a connection before all other handlers are added. */
  static void open(ChannelPipeline pipeline) {
    pipeline.addLast(Copying.INSTANCE);
  }

  /** A small read that waits for a slow client must not hold a whole shared buffer. */
  @ChannelHandler.Sharable
  private static final class Copying extends ChannelInboundHandlerAdapter {

    static final Copying INSTANCE = new Copying();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf shared && shared.readableBytes() <= COPIED_BYTES_MAX) {
        ByteBuf own = ctx.alloc().directBuffer(shared.readableBytes());
        own.writeBytes(shared);
        shared.release();
        ctx.fireChannelRead(own);
      } else {
        ctx.fireChannelRead(message);
      }
    }
  }
}
