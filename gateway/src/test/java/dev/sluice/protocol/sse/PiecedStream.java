package dev.sluice.protocol.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** A stream whose bytes come in pieces, for tests of what is made of its frames. */
public final class PiecedStream {

  private static final int FRAME_BYTES_MAX = 1 << 20;

  /** Takes the data of one frame, which is at {@code data[from, to)}. */
  public interface Frames {
    void frame(byte[] data, int from, int to);
  }

  private PiecedStream() {}

  /** Feeds {@code bytes} by pieces of {@code size}, to the end. */
  public static void feed(byte[] bytes, int size, Frames frames) {
    FrameSink sink =
        new FrameSink() {
          @Override
          public Verdict look(byte[] data, int from, int to) {
            frames.frame(data, from, to);
            return Verdict.PASS;
          }

          @Override
          public void pass(ByteBuf passed) {
            passed.release();
          }

          @Override
          public void take(Frame frame) {
            frame.buffer().release();
          }
        };
    FrameScanner scanner =
        new FrameScanner(
            FRAME_BYTES_MAX, UnpooledByteBufAllocator.DEFAULT, sink, new FrameScanner.Scratch());
    for (int at = 0; at < bytes.length; at += size) {
      scanner.feed(Unpooled.copiedBuffer(bytes, at, Math.min(size, bytes.length - at)));
    }
    scanner.end();
    scanner.close();
  }
}
