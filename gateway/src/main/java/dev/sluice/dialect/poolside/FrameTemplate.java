package dev.sluice.dialect.poolside;

import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the last content chunk was fitted. Most chunks differ from the one before in nothing but the
 * text of their content, so that what stands before and behind it becomes the same again: two
 * comparisons and a copy take the place of reading the chunk. One for each stream.
 */
final class FrameTemplate {

  /** Longer chunks are not remembered: they are rare, and remembering takes memory. */
  private static final int CHUNK_BYTES_MAX = 2048;

  private byte[] before = {};
  private byte[] behind = {};
  private byte[] fittedBefore = {};
  private byte[] fittedBehind = {};
  private boolean known;
  private boolean edited;

  /** Remembers how {@code frame} was fitted. */
  void learn(Frame frame, SchemaFit fit, ByteBufAllocator alloc) {
    known =
        fit.isContentAlone()
            && !fit.isFinished()
            && !fit.hasUsage()
            && frame.dataOffset() != Frame.SCATTERED
            && frame.dataTo() - frame.dataFrom() <= CHUNK_BYTES_MAX;
    if (!known) {
      return;
    }
    before = Arrays.copyOfRange(frame.bytes(), frame.dataFrom(), fit.contentFrom());
    behind = Arrays.copyOfRange(frame.bytes(), fit.contentTo(), frame.dataTo());
    edited = fit.isEdited();
    if (edited) {
      fittedBefore = fitted(fit, frame.dataFrom(), fit.contentFrom(), alloc);
      fittedBehind = fitted(fit, fit.contentTo(), frame.dataTo(), alloc);
    }
  }

  private static byte[] fitted(SchemaFit fit, int from, int to, ByteBufAllocator alloc) {
    ByteBuf text = alloc.heapBuffer(to - from + 16);
    try {
      fit.splice().writeTo(text, from, to);
      byte[] bytes = new byte[text.readableBytes()];
      text.readBytes(bytes);
      return bytes;
    } finally {
      text.release();
    }
  }

  /**
   * The frame as its like before was fitted; {@code null} where it is not alike, and still the
   * caller's.
   *
   * @param frame a chunk that is known to be JSON; taken over where it is alike
   */
  @Nullable ByteBuf fill(Frame frame, ByteBufAllocator alloc) {
    byte[] bytes = frame.bytes();
    int from = frame.dataFrom() + before.length;
    int to = frame.dataTo() - behind.length;
    if (!known
        || frame.dataOffset() == Frame.SCATTERED
        || to < from
        || !Arrays.equals(bytes, frame.dataFrom(), from, before, 0, before.length)
        || !Arrays.equals(bytes, to, frame.dataTo(), behind, 0, behind.length)
        || !isOneText(bytes, from, to)) {
      return null;
    }
    ByteBuf buffer = frame.buffer();
    if (!edited) {
      return buffer;
    }
    int dataFrom = buffer.readerIndex() + frame.dataOffset();
    int dataTo = dataFrom + frame.dataTo() - frame.dataFrom();
    ByteBuf out =
        alloc.directBuffer(buffer.readableBytes() + fittedBefore.length + fittedBehind.length);
    out.writeBytes(buffer, buffer.readerIndex(), frame.dataOffset());
    out.writeBytes(fittedBefore);
    out.writeBytes(bytes, from, to - from);
    out.writeBytes(fittedBehind);
    out.writeBytes(buffer, dataTo, buffer.writerIndex() - dataTo);
    buffer.release();
    return out;
  }

  /** Whether the string that begins before {@code from} goes on to {@code to}, and not less far. */
  private static boolean isOneText(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      byte b = bytes[i];
      if (b == '"') {
        return false;
      }
      // What follows a backslash belongs to it.
      i += b == '\\' ? 2 : 1;
    }
    return i == to;
  }
}
