package dev.sluice.protocol.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames of an event stream (WHATWG HTML, section 9.2.6) across any split of the
 * transfer. Owned by one event loop; one for each stream.
 *
 * <h2>How it works</h2>
 *
 * <p>Incoming bytes are looked at in an array: their own where they have one, else a scratch that
 * they are copied into at memory speed, since checking an index against a direct buffer costs more.
 * What is handed on are slices of the incoming buffer itself. Frames that are passed are gathered
 * into one slice until one is taken or the bytes end, so that a read that holds only dull frames is
 * handed on as it came. Only the tail of a frame that is not yet whole is kept, in a buffer that
 * the next bytes are appended to.
 *
 * <p>A line ends at CR, LF or CRLF. A CR that ends the bytes at hand ends its line at once, as the
 * frame must not wait for a byte that may never come; a LF that follows later then belongs to it
 * and opens no new line.
 */
public final class FrameScanner {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LINE_FEEDS = ONES * '\n';
  private static final long CARRIAGE_RETURNS = ONES * '\r';

  private static final byte[] DATA = {'d', 'a', 't', 'a'};
  private static final int SCRATCH_START = 4096;

  private final int frameBytesMax;
  private final ByteBufAllocator alloc;
  private final FrameSink sink;

  private final Scratch shared;
  private @Nullable ByteBuf tail;

  /** How much of {@link #tail} is known to hold no end of a frame. */
  private int tailScanned;

  private boolean first = true;
  private boolean lineFeedPending;
  private boolean closed;

  // The frame at hand, as offsets into the array at hand.
  private int dataFrom;
  private int dataTo;
  private int dataLines;
  private byte[] joined = {};
  private int joinedLength;

  /**
   * A scanner.
   *
   * @param frameBytesMax the largest frame
   */
  public FrameScanner(int frameBytesMax, ByteBufAllocator alloc, FrameSink sink, Scratch scratch) {
    this.frameBytesMax = frameBytesMax;
    this.alloc = alloc;
    this.sink = sink;
    this.shared = scratch;
  }

  /**
   * A scratch array that all readers of one event loop share, as only one of them works at once.
   */
  public static final class Scratch {
    private byte[] bytes = new byte[SCRATCH_START];

    /** The array, of that length or longer; whoever asks next has it. */
    public byte[] atLeast(int length) {
      if (bytes.length < length) {
        bytes = new byte[Math.max(length, bytes.length * 2)];
      }
      return bytes;
    }
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @param incoming owned by the scanner from here on
   * @throws FrameTooLarge where a frame outgrows the limit; nothing may be fed afterwards
   */
  public void feed(ByteBuf incoming) {
    ByteBuf kept = tail;
    if (kept == null) {
      scan(incoming, 0, false);
      return;
    }
    int from = tailScanned;
    tail = null;
    try {
      kept.writeBytes(incoming);
    } finally {
      incoming.release();
    }
    scan(kept, from, true);
  }

  /**
   * Takes the stream's end. A last line that nobody ended is taken as if a blank line followed it:
   * strict readers would drop it, but a stream's closing mark sometimes comes so.
   */
  public void end() {
    ByteBuf kept = tail;
    if (kept == null) {
      return;
    }
    kept.writeByte('\n').writeByte('\n');
    tail = null;
    scan(kept, tailScanned, true);
    close();
  }

  /** Lets go of what is kept, and keeps nothing more. Idempotent. */
  public void close() {
    closed = true;
    ByteBuf kept = tail;
    if (kept != null) {
      tail = null;
      kept.release();
    }
  }

  /**
   * Finds the whole frames in {@code buffer}, keeps the rest, and lets go of the buffer.
   *
   * @param kept whether the buffer is one of ours, which was kept for more to come
   */
  private void scan(ByteBuf buffer, int skip, boolean kept) {
    boolean handedOn = false;
    try {
      int length = buffer.readableBytes();
      int base = buffer.readerIndex();
      byte[] bytes;
      int origin;
      if (buffer.hasArray()) {
        bytes = buffer.array();
        origin = buffer.arrayOffset() + base;
      } else {
        bytes = shared.atLeast(length);
        buffer.getBytes(base, bytes, 0, length);
        origin = 0;
      }
      int end = origin + length;
      int frame = origin;
      if (lineFeedPending && skip == 0 && length > 0) {
        // The second half of a CRLF whose first half ended a frame: it goes with what follows.
        lineFeedPending = false;
        if (bytes[origin] == '\n') {
          frame++;
        }
      }
      int passFrom = origin;
      int passTo = frame;
      int boundary;
      while ((boundary = frameEnd(bytes, frame, Math.max(frame, origin + skip), end)) >= 0) {
        skip = 0;
        readLines(bytes, frame, boundary);
        byte[] data = dataLines > 1 ? joined : bytes;
        FrameSink.Verdict verdict = sink.look(data, dataFrom, dataTo);
        if (verdict == FrameSink.Verdict.PASS) {
          passTo = boundary;
        } else {
          if (passTo > passFrom) {
            sink.pass(buffer.retainedSlice(base + passFrom - origin, passTo - passFrom));
          }
          int offset = dataLines > 1 ? Frame.SCATTERED : dataFrom - frame;
          sink.take(
              new Frame(
                  buffer.retainedSlice(base + frame - origin, boundary - frame),
                  data,
                  dataFrom,
                  dataTo,
                  offset));
          passFrom = boundary;
          passTo = boundary;
        }
        frame = boundary;
      }
      if (passTo > passFrom) {
        if (passFrom == origin && passTo == end) {
          handedOn = true;
          sink.pass(buffer);
        } else {
          sink.pass(buffer.retainedSlice(base + passFrom - origin, passTo - passFrom));
        }
      }
      if (frame < end) {
        handedOn |= keep(buffer, kept, bytes, frame, end);
      }
    } finally {
      if (!handedOn) {
        buffer.release();
      }
    }
  }

  /**
   * Keeps the bytes from {@code frame} on, which are no whole frame.
   *
   * <p>A buffer that was kept before and holds nothing else is kept again as it is: copied anew for
   * each piece that comes, a large frame would cost the square of its pieces.
   *
   * @return whether {@code buffer} itself is what is kept
   */
  private boolean keep(ByteBuf buffer, boolean kept, byte[] bytes, int frame, int end) {
    if (closed) {
      return false;
    }
    int length = end - frame;
    if (length > frameBytesMax) {
      throw new FrameTooLarge(frameBytesMax);
    }
    // The last two bytes may be the first half of what ends the frame.
    tailScanned = Math.max(0, length - 2);
    if (kept && length == buffer.readableBytes()) {
      tail = buffer;
      return true;
    }
    tail = alloc.heapBuffer(Math.max(256, length * 2)).writeBytes(bytes, frame, length);
    return false;
  }

  /**
   * Where the frame that begins at {@code frame} ends, behind its blank line; -1 where it is not
   * whole.
   *
   * @param from nothing before it, but for a line end just there, can end the frame
   */
  private int frameEnd(byte[] bytes, int frame, int from, int end) {
    int i = from;
    // A frame may begin with its blank line, which then is all there is of it.
    boolean lineStart = i == frame || isLineEnd(bytes, i - 1, end);
    while (i < end) {
      byte b = bytes[i];
      if (b == '\n') {
        i++;
        if (lineStart) {
          return i;
        }
        lineStart = true;
      } else if (b == '\r') {
        int next = i + 1;
        boolean split = next == end;
        if (!split && bytes[next] == '\n') {
          next++;
        }
        if (lineStart) {
          lineFeedPending = split;
          return next;
        }
        if (split) {
          // Whether a blank line follows is not known before the next byte.
          return -1;
        }
        lineStart = true;
        i = next;
      } else {
        lineStart = false;
        i = nextLineEnd(bytes, i + 1, end);
      }
    }
    return -1;
  }

  private static boolean isLineEnd(byte[] bytes, int i, int end) {
    // The CR of a CRLF is not yet the line's end.
    return bytes[i] == '\n' || (bytes[i] == '\r' && i + 1 < end && bytes[i + 1] != '\n');
  }

  private static int nextLineEnd(byte[] bytes, int from, int end) {
    int i = from;
    while (i + Long.BYTES <= end) {
      long word = (long) LONGS.get(bytes, i);
      long feed = word ^ LINE_FEEDS;
      long carriage = word ^ CARRIAGE_RETURNS;
      long hits = (((feed - ONES) & ~feed) | ((carriage - ONES) & ~carriage)) & HIGHS;
      if (hits != 0) {
        // The subtraction may borrow from a neighbour, but never before the first true hit.
        return i + (Long.numberOfTrailingZeros(hits) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] != '\n' && bytes[i] != '\r') {
      i++;
    }
    return i;
  }

  /** Finds the data of the frame {@code [frame, boundary)}. */
  private void readLines(byte[] bytes, int frame, int boundary) {
    int i = frame;
    if (first) {
      first = false;
      if (boundary - i >= 3
          && bytes[i] == (byte) 0xef
          && bytes[i + 1] == (byte) 0xbb
          && bytes[i + 2] == (byte) 0xbf) {
        i += 3;
      }
    }
    dataFrom = boundary;
    dataTo = boundary;
    dataLines = 0;
    while (i < boundary) {
      int lineEnd = nextLineEnd(bytes, i, boundary);
      if (isData(bytes, i, lineEnd)) {
        int valueFrom = Math.min(lineEnd, i + DATA.length + 1);
        if (valueFrom < lineEnd && bytes[valueFrom] == ' ') {
          valueFrom++;
        }
        addLine(bytes, valueFrom, lineEnd);
      }
      i = lineEnd + 1;
      if (i < boundary && bytes[lineEnd] == '\r' && bytes[i] == '\n') {
        i++;
      }
    }
    if (dataLines > 1) {
      dataFrom = 0;
      dataTo = joinedLength;
    }
  }

  private static boolean isData(byte[] bytes, int from, int to) {
    int name = from + DATA.length;
    return name <= to
        && Arrays.equals(bytes, from, name, DATA, 0, DATA.length)
        && (name == to || bytes[name] == ':');
  }

  private void addLine(byte[] bytes, int from, int to) {
    dataLines++;
    if (dataLines == 1) {
      dataFrom = from;
      dataTo = to;
      return;
    }
    if (dataLines == 2) {
      joinedLength = 0;
      append(bytes, dataFrom, dataTo);
    }
    joined = grown(joinedLength + 1);
    joined[joinedLength++] = '\n';
    append(bytes, from, to);
  }

  private void append(byte[] bytes, int from, int to) {
    joined = grown(joinedLength + to - from);
    System.arraycopy(bytes, from, joined, joinedLength, to - from);
    joinedLength += to - from;
  }

  private byte[] grown(int length) {
    return joined.length >= length
        ? joined
        : Arrays.copyOf(joined, Math.max(length, joined.length * 2));
  }
}
