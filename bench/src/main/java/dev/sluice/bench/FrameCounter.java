package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one event stream as it comes and counts the frames that the mock provider has stamped with
 * the time it sent them. Its own small reader, so that the gateway is not measured with its own
 * parts. Owned by one thread.
 */
final class FrameCounter {

  /** What stands before the stamp in a frame. */
  static final String STAMP = "\"content\":\"t=";

  /** How many digits a stamp has. */
  static final int STAMP_DIGITS = 19;

  private static final int LINE_BYTES = 512;
  private static final int LINE_BYTES_MAX = 64 * 1024;
  private static final byte[] DATA = ascii("data: ");
  private static final byte[] DONE = ascii("data: [DONE]");
  private static final byte[] STAMP_BYTES = ascii(STAMP);

  private final Listener listener;
  private byte[] line = new byte[LINE_BYTES];
  private int length;
  private long lastSentNanos = Long.MIN_VALUE;
  private int frames;
  private boolean done;
  private boolean disordered;

  /** Told of each stamped frame. */
  interface Listener {

    /**
     * A frame has come.
     *
     * @param sentNanos when it was sent, by {@link System#nanoTime} of the same machine
     */
    void frame(long sentNanos);
  }

  FrameCounter(Listener listener) {
    this.listener = listener;
  }

  /** How many stamped frames came. */
  int frames() {
    return frames;
  }

  /** Whether the stream's end mark came. */
  boolean isDone() {
    return done;
  }

  /** Whether a frame came after a later one, or after the end. */
  boolean isDisordered() {
    return disordered;
  }

  /**
   * Reads {@code bytes} to their end and leaves them the caller's.
   *
   * @throws IllegalStateException at a line that is far longer than any that is sent
   */
  void feed(ByteBuf bytes) {
    while (bytes.isReadable()) {
      int end = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '\n');
      int part = (end < 0 ? bytes.writerIndex() : end) - bytes.readerIndex();
      append(bytes, part);
      if (end >= 0) {
        bytes.skipBytes(1);
        line();
        length = 0;
      }
    }
  }

  private void append(ByteBuf bytes, int part) {
    if (length + part > LINE_BYTES_MAX) {
      throw new IllegalStateException("a line of more than " + LINE_BYTES_MAX + " bytes");
    }
    if (length + part > line.length) {
      line = Arrays.copyOf(line, Math.max(length + part, 2 * line.length));
    }
    bytes.readBytes(line, length, part);
    length += part;
  }

  private void line() {
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    if (!startsWith(DATA, end)) {
      return;
    }
    if (end == DONE.length && startsWith(DONE, end)) {
      done = true;
      return;
    }
    long sentNanos = stamp(end);
    if (sentNanos < 0) {
      return;
    }
    disordered |= done || sentNanos < lastSentNanos;
    lastSentNanos = sentNanos;
    frames++;
    listener.frame(sentNanos);
  }

  /** The stamp in the line, or -1 where it has none. */
  private long stamp(int end) {
    int last = end - STAMP_BYTES.length - STAMP_DIGITS;
    for (int at = DATA.length; at <= last; at++) {
      if (line[at] == STAMP_BYTES[0]
          && Arrays.equals(line, at, at + STAMP_BYTES.length, STAMP_BYTES, 0, STAMP_BYTES.length)) {
        return digits(at + STAMP_BYTES.length);
      }
    }
    return -1;
  }

  private long digits(int from) {
    long value = 0;
    for (int i = from; i < from + STAMP_DIGITS; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private boolean startsWith(byte[] wanted, int end) {
    return end >= wanted.length && Arrays.equals(line, 0, wanted.length, wanted, 0, wanted.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
