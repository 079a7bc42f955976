package dev.sluice.dialect;

import dev.sluice.json.Splice;
import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Frames whose data has been edited. */
public final class FrameEdits {

  /** Where the data begins in a frame whose data stood in several lines before. */
  public static final int DATA_FROM = 6;

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private FrameEdits() {}

  /**
   * The frame with its data edited; what stands around the data stays as it is. Data of several
   * lines becomes one line, since line ends within JSON mean nothing.
   *
   * @param frame its buffer is taken over
   * @param splice edits of the frame's data
   * @return owned by the caller
   */
  public static ByteBuf apply(Frame frame, Splice splice, ByteBufAllocator alloc) {
    ByteBuf buffer = frame.buffer();
    int room = DATA.length + splice.length() + buffer.readableBytes();
    ByteBuf out = alloc.directBuffer(room);
    if (frame.dataOffset() == Frame.SCATTERED) {
      out.writeBytes(DATA);
      int start = out.writerIndex();
      splice.writeTo(out);
      for (int i = start; i < out.writerIndex(); i++) {
        if (out.getByte(i) == '\n' || out.getByte(i) == '\r') {
          out.setByte(i, ' ');
        }
      }
      out.writeByte('\n').writeByte('\n');
    } else {
      int before = frame.dataOffset();
      int after = before + frame.dataTo() - frame.dataFrom();
      int start = buffer.readerIndex();
      out.writeBytes(buffer, start, before);
      splice.writeTo(out);
      out.writeBytes(buffer, start + after, buffer.readableBytes() - after);
    }
    buffer.release();
    return out;
  }
}
