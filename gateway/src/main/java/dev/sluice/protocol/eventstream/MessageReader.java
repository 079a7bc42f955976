package dev.sluice.protocol.eventstream;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Finds the messages of an event stream across any split of the transfer. Owned by one thread; one
 * for each stream.
 *
 * <h2>How it works</h2>
 *
 * <p>A message is a prelude of twelve bytes (its length, its headers' length, and a CRC-32 of the
 * two), headers, payload, and a CRC-32 of all that came before. Messages that lie whole in the
 * bytes at hand are handed on where they lie. Only what is left of one that does not is kept, in an
 * array that grows with what arrives and never beyond the message's own length, which is checked
 * against the limit as soon as the prelude is there: a stream that promises much and sends little
 * costs little.
 */
public final class MessageReader {

  /** The protocol's own limit on headers. */
  public static final int HEADERS_BYTES_MAX = 128 << 10;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final int PRELUDE_BYTES = 12;
  private static final int PRELUDE_CHECKED_BYTES = 8;
  private static final int CHECK_BYTES = 4;
  private static final int LEAST_BYTES = PRELUDE_BYTES + CHECK_BYTES;
  private static final int KEPT_BYTES_START = 1024;

  private final int messageBytesMax;
  private final MessageSink sink;
  private final EventMessage message;
  private final CRC32 check = new CRC32();

  // What came of a message that is not whole yet.
  private byte[] kept = {};
  private int keptLength;

  private boolean broken;

  /**
   * A reader.
   *
   * @param messageBytesMax the largest message, its framing included; at least 16
   */
  public MessageReader(int messageBytesMax, MessageSink sink) {
    this(messageBytesMax, sink, new byte[0]);
  }

  /**
   * The same of a stream whose messages mostly have the same headers, which then need no look.
   *
   * @param usualHeaders those headers, well formed, as they are sent; never written to
   */
  public MessageReader(int messageBytesMax, MessageSink sink, byte[] usualHeaders) {
    if (messageBytesMax < LEAST_BYTES) {
      throw new IllegalArgumentException("messageBytesMax is too small: " + messageBytesMax);
    }
    this.messageBytesMax = messageBytesMax;
    this.sink = sink;
    this.message = new EventMessage(usualHeaders);
  }

  /**
   * Takes the next bytes of the stream; reads them to their end.
   *
   * @param incoming stays the caller's
   * @throws BrokenEventStream where they are none of an event stream; nothing may be fed afterwards
   */
  public void feed(ByteBuf incoming) {
    int length = incoming.readableBytes();
    if (incoming.hasArray()) {
      int from = incoming.arrayOffset() + incoming.readerIndex();
      incoming.skipBytes(length);
      feed(incoming.array(), from, from + length);
      return;
    }
    while (incoming.isReadable()) {
      // Straight behind what is kept: a message is copied once, as it must be to be looked at.
      int wanted = Math.min(incoming.readableBytes(), Math.max(KEPT_BYTES_START, missing()));
      reserve(keptLength + wanted);
      incoming.readBytes(kept, keptLength, wanted);
      keptLength += wanted;
      int done = scan(kept, 0, keptLength);
      keptLength -= done;
      System.arraycopy(kept, done, kept, 0, keptLength);
    }
  }

  /**
   * Takes the next bytes of the stream, {@code bytes[from, to)}.
   *
   * @throws BrokenEventStream where they are none of an event stream; nothing may be fed afterwards
   */
  public void feed(byte[] bytes, int from, int to) {
    int at = from;
    while (keptLength > 0 && at < to) {
      int wanted = Math.min(to - at, missing());
      reserve(keptLength + wanted);
      System.arraycopy(bytes, at, kept, keptLength, wanted);
      keptLength += wanted;
      at += wanted;
      keptLength -= scan(kept, 0, keptLength);
    }
    at += scan(bytes, at, to);
    if (at < to) {
      reserve(to - at);
      System.arraycopy(bytes, at, kept, 0, to - at);
      keptLength = to - at;
    }
  }

  /**
   * Takes the stream's end.
   *
   * @throws BrokenEventStream where it is in the middle of a message
   */
  public void end() {
    if (keptLength > 0) {
      throw new BrokenEventStream("the stream ends in the middle of a message");
    }
  }

  /** How many bytes are kept for a message that is not whole yet. */
  public int keptBytes() {
    return keptLength;
  }

  /** How many bytes the kept message lacks, or its prelude does; positive. */
  private int missing() {
    return keptLength < PRELUDE_BYTES
        ? PRELUDE_BYTES - keptLength
        : (int) INT.get(kept, 0) - keptLength;
  }

  private void reserve(int length) {
    if (kept.length < length) {
      kept = Arrays.copyOf(kept, Math.max(length, Math.max(KEPT_BYTES_START, kept.length * 2)));
    }
  }

  /** Hands on the whole messages at the beginning of {@code bytes[from, to)}; their length. */
  private int scan(byte[] bytes, int from, int to) {
    if (broken) {
      throw new BrokenEventStream("the stream was broken before");
    }
    broken = true;
    int at = from;
    while (to - at >= PRELUDE_BYTES) {
      int length = length(bytes, at);
      if (to - at < length) {
        break;
      }
      take(bytes, at, at + length);
      at += length;
    }
    broken = false;
    return at - from;
  }

  /**
   * The length of the message that begins at {@code at}, of which the prelude is there. The check
   * then is of the part of it that is the prelude's.
   */
  private int length(byte[] bytes, int at) {
    int length = (int) INT.get(bytes, at);
    int headers = (int) INT.get(bytes, at + 4);
    int sum = (int) INT.get(bytes, at + PRELUDE_CHECKED_BYTES);
    check.reset();
    check.update(bytes, at, PRELUDE_CHECKED_BYTES);
    if (sum != (int) check.getValue()) {
      throw new BrokenEventStream("the prelude of a message does not match its check");
    }
    if (length < LEAST_BYTES || length > messageBytesMax) {
      throw new BrokenEventStream(
          "a message of "
              + Integer.toUnsignedString(length)
              + " bytes, which may have "
              + messageBytesMax);
    }
    if (headers < 0 || headers > HEADERS_BYTES_MAX || headers > length - LEAST_BYTES) {
      throw new BrokenEventStream("the headers of a message do not fit into it");
    }
    return length;
  }

  private void take(byte[] bytes, int from, int to) {
    int end = to - CHECK_BYTES;
    int checked = from + PRELUDE_CHECKED_BYTES;
    check.update(bytes, checked, end - checked);
    if ((int) INT.get(bytes, end) != (int) check.getValue()) {
      throw new BrokenEventStream("a message does not match its check");
    }
    int headers = (int) INT.get(bytes, from + 4);
    int start = from + PRELUDE_BYTES;
    message.set(bytes, start, start + headers, end);
    sink.message(message);
  }
}
