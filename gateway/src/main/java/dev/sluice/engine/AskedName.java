package dev.sluice.engine;

import dev.sluice.dialect.FrameEdits;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.Served;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.Splice;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.routing.Plan;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts the name by which a client asked for a model in the place of the provider's, and leaves all
 * other bytes of an answer as they are. One for each call, owned by its event loop.
 *
 * <p>The chunks of a stream mostly begin alike up to that name: one that begins as the last did is
 * not read again.
 *
 * <p>An answer may name its model more than once. Most readers then take the last name, some the
 * first, and none another one: these two become the client's.
 */
final class AskedName {

  private static final byte[] MODEL = "model".getBytes(StandardCharsets.US_ASCII);

  /** Longer beginnings are not remembered: they hold the text, which is never the same. */
  private static final int REMEMBERED_MAX = 1024;

  private final String name;
  private final byte[] quoted;

  // How the last chunk began, to the end of the name in it, and where that name began.
  private byte[] remembered = {};
  private int rememberedFrom;

  // Where the provider's name stands in the text at hand: the first one, and the last.
  private int from;
  private int to;
  private int lastFrom;
  private int lastTo;

  /** How far a text is read. */
  private enum Search {
    TO_THE_FIRST,
    TO_THE_END
  }

  /** What puts {@code name} in its place. */
  AskedName(String name) {
    this.name = name;
    this.quoted = JsonText.quote(name).getBytes(StandardCharsets.UTF_8);
  }

  /** For the answer of {@code step}; {@code null} where it keeps the provider's name. */
  static @Nullable AskedName of(Plan.Step step, Inquiry inquiry) {
    return switch (step.target().provider().modelName()) {
      case SERVED -> null;
      case ASKED ->
          new AskedName(
              step.asked() == 0 ? inquiry.model() : inquiry.fallbacks().get(step.asked() - 1));
    };
  }

  /** Who answered, under the name that the client knows. */
  Served told(Served served) {
    return new Served(served.provider(), name, served.attempt(), served.status());
  }

  /**
   * A whole answer with the client's name.
   *
   * @param answer in an array; owned by this method
   * @return in an array, perhaps the same; owned by the caller
   */
  ByteBuf whole(ByteBuf answer) {
    int start = answer.arrayOffset() + answer.readerIndex();
    int end = start + answer.readableBytes();
    if (!find(answer.array(), start, end, Search.TO_THE_END)) {
      return answer;
    }
    if (lastFrom != from) {
      Splice splice = splice(answer.array(), start, end);
      ByteBuf named = Unpooled.buffer(splice.length());
      splice.writeTo(named);
      answer.release();
      return named;
    }
    int before = from - start;
    int behind = answer.readableBytes() - (to - start);
    int more = quoted.length - (to - from);
    if (more > answer.maxWritableBytes()) {
      ByteBuf longer = Unpooled.buffer(before + quoted.length + behind);
      longer.writeBytes(answer, answer.readerIndex(), before);
      longer.writeBytes(quoted);
      longer.writeBytes(answer, answer.readerIndex() + to - start, behind);
      answer.release();
      return longer;
    }
    // In place: a large answer is not to be held twice.
    answer.ensureWritable(Math.max(0, more));
    byte[] bytes = answer.array();
    int at = answer.arrayOffset() + answer.readerIndex() + before;
    System.arraycopy(bytes, at + to - from, bytes, at + quoted.length, behind);
    System.arraycopy(quoted, 0, bytes, at, quoted.length);
    return answer.writerIndex(answer.writerIndex() + more);
  }

  /**
   * A chunk, which names its model once at most, with the client's name.
   *
   * @param frame its buffer is taken over
   * @return owned by the caller
   */
  Frame frame(Frame frame, ByteBufAllocator alloc) {
    byte[] bytes = frame.bytes();
    if (!isLikeTheLast(bytes, frame.dataFrom(), frame.dataTo())
        && !findAnew(bytes, frame.dataFrom(), frame.dataTo())) {
      return frame;
    }
    if (Arrays.equals(bytes, from, to, quoted, 0, quoted.length)) {
      return frame;
    }
    if (frame.dataOffset() == Frame.SCATTERED) {
      return spliced(frame, splice(bytes, frame.dataFrom(), frame.dataTo()), alloc);
    }
    return edited(frame);
  }

  /** The same of a chunk that names its model more than once; how it begins tells too little. */
  Frame frameOfSeveral(Frame frame, ByteBufAllocator alloc) {
    byte[] bytes = frame.bytes();
    if (!find(bytes, frame.dataFrom(), frame.dataTo(), Search.TO_THE_END)) {
      return frame;
    }
    return spliced(frame, splice(bytes, frame.dataFrom(), frame.dataTo()), alloc);
  }

  private Splice splice(byte[] bytes, int textFrom, int textTo) {
    Splice splice = new Splice(bytes, textFrom, textTo).replace(from, to, quoted);
    return lastFrom == from ? splice : splice.replace(lastFrom, lastTo, quoted);
  }

  private Frame edited(Frame frame) {
    ByteBuf buffer = frame.buffer();
    int start = buffer.readerIndex();
    int before = frame.dataOffset() + from - frame.dataFrom();
    int old = to - from;
    byte[] text = new byte[buffer.readableBytes() + quoted.length - old];
    buffer.getBytes(start, text, 0, before);
    System.arraycopy(quoted, 0, text, before, quoted.length);
    int behind = before + quoted.length;
    buffer.getBytes(start + before + old, text, behind, text.length - behind);
    buffer.release();
    int dataTo = frame.dataOffset() + frame.dataTo() - frame.dataFrom() + quoted.length - old;
    return new Frame(
        Unpooled.wrappedBuffer(text), text, frame.dataOffset(), dataTo, frame.dataOffset());
  }

  /** Data of several lines becomes one line on the way. */
  private static Frame spliced(Frame frame, Splice splice, ByteBufAllocator alloc) {
    int dataBytes = splice.length();
    ByteBuf line = FrameEdits.apply(frame, splice, alloc);
    byte[] text = new byte[line.readableBytes()];
    line.readBytes(text);
    line.release();
    boolean scattered = frame.dataOffset() == Frame.SCATTERED;
    int dataFrom = scattered ? FrameEdits.DATA_FROM : frame.dataOffset();
    return new Frame(Unpooled.wrappedBuffer(text), text, dataFrom, dataFrom + dataBytes, dataFrom);
  }

  private boolean isLikeTheLast(byte[] bytes, int dataFrom, int dataTo) {
    int length = remembered.length;
    if (length == 0
        || dataTo - dataFrom < length
        || !Arrays.equals(bytes, dataFrom, dataFrom + length, remembered, 0, length)) {
      return false;
    }
    from = dataFrom + rememberedFrom;
    to = dataFrom + length;
    lastFrom = from;
    return true;
  }

  private boolean findAnew(byte[] bytes, int dataFrom, int dataTo) {
    if (!find(bytes, dataFrom, dataTo, Search.TO_THE_FIRST)) {
      return false;
    }
    // Where a text ends is seen by its own last byte, where a number ends only by the next one.
    if (bytes[from] == '"' && to - dataFrom <= REMEMBERED_MAX) {
      remembered = Arrays.copyOfRange(bytes, dataFrom, to);
      rememberedFrom = from - dataFrom;
    }
    return true;
  }

  /** Finds the provider's name, if there is one; what is no JSON is left to who reads it next. */
  private boolean find(byte[] bytes, int textFrom, int textTo, Search search) {
    boolean found = false;
    JsonCursor cursor = new JsonCursor(bytes, textFrom, textTo, JsonCursor.DEPTH_MAX);
    try {
      boolean more = cursor.peek() == '{' && cursor.enter('}');
      while (more) {
        cursor.readName();
        boolean isModel = cursor.nameIs(MODEL);
        cursor.peek();
        int start = cursor.at();
        cursor.skipValue(1);
        if (isModel) {
          lastFrom = start;
          lastTo = cursor.at();
          if (!found) {
            from = lastFrom;
            to = lastTo;
            found = true;
          }
          if (search == Search.TO_THE_FIRST) {
            return true;
          }
        }
        more = cursor.next('}');
      }
    } catch (MalformedJson _) {
      return false;
    }
    return found;
  }
}
