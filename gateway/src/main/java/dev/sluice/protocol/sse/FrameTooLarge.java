package dev.sluice.protocol.sse;

/** A frame grew beyond the limit before it was complete. */
public final class FrameTooLarge extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FrameTooLarge(int bytesMax) {
    super("a frame is larger than " + bytesMax + " bytes", null, false, false);
  }
}
