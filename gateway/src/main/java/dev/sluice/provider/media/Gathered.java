package dev.sluice.provider.media;

import dev.sluice.chat.FileKinds;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A file's bytes as they come in, counted for as long as they are kept. Owned by an event loop. */
final class Gathered {

  static final String PLAIN_TEXT = "text/plain";

  /** What is set aside at first, whatever is announced. */
  private static final int START_BYTES_MAX = 64 * 1024;

  private static final int DECODED_CHARS = 4096;

  private final MemoryBudget budget;
  private final int bytesMax;
  private byte[] bytes = {};
  private int length;

  /** What became of a piece. */
  enum Taken {
    KEPT,
    /** The file is larger than it may be. */
    TOO_LARGE,
    /** All files together hold too much. */
    NO_ROOM
  }

  Gathered(MemoryBudget budget, int bytesMax) {
    this.budget = budget;
    this.bytesMax = bytesMax;
  }

  int length() {
    return length;
  }

  /** Adds a piece, which stays the caller's. */
  Taken add(ByteBuf piece) {
    int more = piece.readableBytes();
    if (more > bytesMax - length) {
      return Taken.TOO_LARGE;
    }
    if (length + more > bytes.length && !grow(length + more)) {
      return Taken.NO_ROOM;
    }
    piece.readBytes(bytes, length, more);
    length += more;
    return Taken.KEPT;
  }

  private boolean grow(int least) {
    long doubled = Math.max(least, Math.max(START_BYTES_MAX, 2L * bytes.length));
    int size = (int) Math.min(bytesMax, doubled);
    if (!budget.take(size - bytes.length)) {
      return false;
    }
    bytes = Arrays.copyOf(bytes, size);
    return true;
  }

  /** What the file is; {@code null} where it is no image, no PDF and no text. */
  @Nullable String mediaType() {
    String told = FileKinds.of(Arrays.copyOf(bytes, Math.min(length, FileKinds.HEAD_BYTES)));
    if (told != null) {
      return told;
    }
    return isText() ? PLAIN_TEXT : null;
  }

  /** Whether it is UTF-8 without control characters that texts don't have. */
  private boolean isText() {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer from = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer to = CharBuffer.allocate(DECODED_CHARS);
    CoderResult result;
    do {
      result = decoder.decode(from, to.clear(), true);
      to.flip();
      while (to.hasRemaining()) {
        char c = to.get();
        if (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') {
          return false;
        }
      }
    } while (result.isOverflow());
    return !result.isError();
  }

  String base64() {
    ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, 0, length));
    return new String(encoded.array(), 0, encoded.limit(), StandardCharsets.ISO_8859_1);
  }

  /** Lets go of the bytes. Idempotent. */
  void close() {
    budget.give(bytes.length);
    bytes = new byte[0];
    length = 0;
  }
}
