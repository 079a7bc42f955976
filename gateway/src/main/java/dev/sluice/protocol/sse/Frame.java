package dev.sluice.protocol.sse;

import io.netty.buffer.ByteBuf;

/**
 * One frame of an event stream.
 *
 * @param buffer the frame's own bytes, with the blank line that ends it
 * @param bytes an array that holds the frame's data; valid until the scanner is fed again
 * @param dataFrom where the data begins in {@code bytes}
 * @param dataTo where it ends
 * @param dataOffset where the data begins in {@code buffer}, counted from its reader index; {@link
 *     #SCATTERED} where it stands in several lines
 */
public record Frame(ByteBuf buffer, byte[] bytes, int dataFrom, int dataTo, int dataOffset) {

  /** The data stands in several lines. */
  public static final int SCATTERED = -1;
}
