package dev.sluice.net;

import io.netty.buffer.ByteBuf;

/**
 * Takes the chunked framing (RFC 9112, section 7.1) off a body, over any split of its bytes.
 * Extensions and trailers are passed over. Lines end in CRLF and nothing else. Used for one body.
 */
final class ChunkedBody {

  /** The longest size line, extensions included. */
  private static final int SIZE_LINE_MAX = 1024;

  private static final int TRAILER_BYTES_MAX = 16 * 1024;

  /** The largest chunk: more digits than this cannot be meant. */
  private static final int SIZE_DIGITS_MAX = 15;

  private final Sink sink;
  private State state = State.SIZE;
  private long left;
  private int digits;
  private int lineBytes;
  private int trailerBytes;

  private enum State {
    SIZE,
    SIZE_SPACE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER,
    TRAILER_LF,
    LAST_LF,
    ENDED
  }

  /** Who takes the body. */
  interface Sink {

    /**
     * Takes a piece.
     *
     * @param data owned by the sink; never empty
     * @return whether more is wanted
     */
    boolean piece(ByteBuf data);
  }

  /** Framing that is none. */
  static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  ChunkedBody(Sink sink) {
    this.sink = sink;
  }

  /** Whether the last chunk and what follows it have been seen. */
  boolean ended() {
    return state == State.ENDED;
  }

  /**
   * Takes what {@code in} holds, up to the body's end. The buffer stays the caller's, and pieces
   * are slices of it.
   *
   * @return whether the sink wants more
   * @throws Malformed where the framing is broken
   */
  boolean feed(ByteBuf in) {
    while (in.isReadable() && state != State.ENDED) {
      if (state == State.DATA) {
        int size = (int) Math.min(left, in.readableBytes());
        took(size);
        if (!sink.piece(in.readRetainedSlice(size))) {
          return false;
        }
      } else {
        framing(in);
      }
    }
    return true;
  }

  /**
   * The same for a buffer that is handed over: where all its data is one piece, the buffer itself
   * is the piece.
   *
   * @param in taken over where {@code true} is returned; else still the caller's, read up to where
   *     the one piece would begin
   */
  boolean passesWhole(ByteBuf in) {
    while (state != State.DATA) {
      if (!in.isReadable() || state == State.ENDED) {
        return false;
      }
      framing(in);
    }
    int readable = in.readableBytes();
    int end = in.writerIndex();
    if (left >= readable) {
      took(readable);
    } else if (left + 2 == readable && in.getByte(end - 2) == '\r' && in.getByte(end - 1) == '\n') {
      in.writerIndex(end - 2);
      nextChunk();
    } else {
      return false;
    }
    sink.piece(in);
    return true;
  }

  private void took(int size) {
    left -= size;
    if (left == 0) {
      state = State.DATA_CR;
    }
  }

  private void nextChunk() {
    state = State.SIZE;
    left = 0;
    digits = 0;
    lineBytes = 0;
  }

  /** Steps over framing, up to data or the end of what there is. */
  private void framing(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end && state != State.DATA && state != State.ENDED) {
      step(in.getByte(at++));
    }
    in.readerIndex(at);
  }

  private void step(byte b) {
    switch (state) {
      case SIZE -> size(b);
      case SIZE_SPACE -> space(b);
      case EXTENSION -> {
        count(SIZE_LINE_MAX);
        if (b == '\r') {
          state = State.SIZE_LF;
        } else if (b == '\n') {
          throw new Malformed("a chunk's size line ends without CR");
        }
      }
      case SIZE_LF -> {
        require(b, '\n');
        state = left > 0 ? State.DATA : State.TRAILER_START;
      }
      case DATA_CR -> {
        require(b, '\r');
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        require(b, '\n');
        nextChunk();
      }
      case TRAILER_START -> {
        trailer(b);
        state = b == '\r' ? State.LAST_LF : State.TRAILER;
      }
      case TRAILER -> {
        trailer(b);
        if (b == '\r') {
          state = State.TRAILER_LF;
        }
      }
      case TRAILER_LF -> {
        require(b, '\n');
        state = State.TRAILER_START;
      }
      case LAST_LF -> {
        require(b, '\n');
        state = State.ENDED;
      }
      case DATA, ENDED -> throw new IllegalStateException("not framing");
    }
  }

  private void size(byte b) {
    count(SIZE_LINE_MAX);
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      digits++;
      if (digits > SIZE_DIGITS_MAX) {
        throw new Malformed("a chunk's size is too large");
      }
      left = left << 4 | digit;
      return;
    }
    if (digits == 0) {
      throw new Malformed("a chunk has no size");
    }
    switch (b) {
      case '\r' -> state = State.SIZE_LF;
      case ';' -> state = State.EXTENSION;
      case ' ', '\t' -> state = State.SIZE_SPACE;
      default -> throw new Malformed("a chunk's size is no hexadecimal number");
    }
  }

  private void space(byte b) {
    count(SIZE_LINE_MAX);
    switch (b) {
      case ' ', '\t' -> {}
      case '\r' -> state = State.SIZE_LF;
      case ';' -> state = State.EXTENSION;
      default -> throw new Malformed("a chunk has two sizes");
    }
  }

  private void count(int most) {
    lineBytes++;
    if (lineBytes > most) {
      throw new Malformed("a chunk's size line is too long");
    }
  }

  private void trailer(byte b) {
    if (b == '\n') {
      throw new Malformed("a trailer ends without CR");
    }
    trailerBytes++;
    if (trailerBytes > TRAILER_BYTES_MAX) {
      throw new Malformed("the trailers are too large");
    }
  }

  private static void require(byte b, char expected) {
    if (b != expected) {
      throw new Malformed("a line does not end in CRLF");
    }
  }
}
