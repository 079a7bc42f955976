package dev.sluice.protocol.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Pieces of an event stream as bytes. */
public final class SseText {

  /** What stands before a frame's data. */
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  private static final ByteBuf DONE = constant("data: [DONE]\n\n");

  /**
   * One comment line and no blank line after it: some readers take a blank line for an empty event
   * and fail on it.
   */
  private static final ByteBuf HEARTBEAT = constant(": heartbeat\n");

  private SseText() {}

  /** The mark that ends a complete stream of OpenAI's protocol. */
  public static ByteBuf done() {
    return DONE.retainedDuplicate();
  }

  /** A comment that keeps a silent connection open. */
  public static ByteBuf heartbeat() {
    return HEARTBEAT.retainedDuplicate();
  }

  /** Writes a frame with {@code data}, which holds no line end. */
  public static void writeData(byte[] data, ByteBuf to) {
    to.writeBytes(DATA).writeBytes(data).writeByte('\n').writeByte('\n');
  }

  private static ByteBuf constant(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
  }
}
