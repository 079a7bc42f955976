package dev.sluice.protocol.sse;

import io.netty.buffer.ByteBuf;

/** Told of the frames that a scanner finds, in their order. */
public interface FrameSink {

  /** What is to become of a frame. */
  enum Verdict {
    /** Hand it on with its neighbours, untouched. */
    PASS,
    /** Hand it over by itself. */
    TAKE
  }

  /**
   * Looks at a frame. Called once for each, in order, before it is passed or taken.
   *
   * @param bytes holds the frame's data, its lines joined by a line feed; valid during the call
   * @param dataFrom where the data begins
   * @param dataTo where it ends; equal to {@code dataFrom} for a frame without data, such as a
   *     comment
   */
  Verdict look(byte[] bytes, int dataFrom, int dataTo);

  /**
   * One or more whole frames that were to be passed, untouched.
   *
   * @param frames owned by the sink
   */
  void pass(ByteBuf frames);

  /**
   * A frame that was to be taken.
   *
   * @param frame owned by the sink
   */
  void take(Frame frame);
}
