package dev.sluice.dialect.poolside;

import dev.sluice.config.DialectSettings.PoolsideSettings;
import dev.sluice.config.DialectSettings.UsageChunk;
import dev.sluice.dialect.FrameEdits;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Served;
import dev.sluice.json.JsonText;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Fits answers and chunks to poolside's schema, and changes nothing else of them. A whole answer
 * begins with {@code $schema}.
 *
 * <h2>How a stream ends</h2>
 *
 * <p>The schema has no chunk without choices, so usage stands on the last chunk that has one. From
 * the first finish reason on, the last chunk is held back: until the provider's usage is there and
 * can be put on it, and until the stream is known to be complete, as a broken one must not show a
 * finish. It is kept as bytes of its own, so that a stream that breaks has nothing to let go of. A
 * setting lets usage have a chunk of its own, which then is held back with it.
 */
final class PoolsideReply implements ReplyWriter {

  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream");
  private static final AsciiString NO_CACHE = AsciiString.cached("no-cache");
  private static final String SCHEMA_NAME = PoolsideFields.name(PoolsideFields.ANSWER);
  private static final byte[] USAGE = ",\"usage\":".getBytes(StandardCharsets.US_ASCII);

  /** Smaller answers are copied into one buffer; larger ones are put together from slices. */
  private static final int COPIED_BYTES_MAX = 64 * 1024;

  /** What stands beside a schema's address. */
  private static final int SCHEMA_ROOM = 64;

  /** What few edits take; with more the buffer grows. */
  private static final int EDITS_ROOM = 128;

  private static final long MILLIS_A_SECOND = 1000;

  private final String schema;
  private final SchemaFit.Rules rules;
  private final UsageChunk usageChunk;
  private final FrameTemplate template = new FrameTemplate();

  private boolean finishing;
  private @Nullable Held held;

  /** A usage that came by itself and stands on no chunk yet. */
  private byte @Nullable [] usage;

  /**
   * A chunk that is held back.
   *
   * @param frame the fitted frame
   * @param close where its root's closing brace stands
   * @param usage whether it has one
   */
  private record Held(byte[] frame, int close, Usage usage) {

    /** Whether a chunk has a usage. */
    enum Usage {
      ABSENT,
      PRESENT
    }
  }

  PoolsideReply(RequestHead head, Inquiry inquiry, Served served, PoolsideSettings settings) {
    this.usageChunk = settings.usageChunk();
    this.schema = SchemaLink.schema(head, SCHEMA_NAME);
    this.rules =
        new SchemaFit.Rules(
            inquiry.stream() ? SchemaFit.Kind.CHUNK : SchemaFit.Kind.WHOLE,
            inquiry.stream() && !inquiry.usageWanted()
                ? SchemaFit.UsageShown.HIDDEN
                : SchemaFit.UsageShown.SHOWN,
            settings.unfinished(),
            served.model(),
            System.currentTimeMillis() / MILLIS_A_SECOND);
  }

  @Override
  public void wholeHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, JSON);
    headers.set(SchemaLink.HEADER, SchemaLink.value(schema));
  }

  @Override
  public void streamHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, EVENTS);
    headers.set(HttpHeaderNames.CACHE_CONTROL, NO_CACHE);
  }

  @Override
  public FrameInterest interest() {
    return FrameInterest.EVERY;
  }

  @Override
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    int from = answer.arrayOffset() + answer.readerIndex();
    SchemaFit fit = SchemaFit.of(answer.array(), from, from + answer.readableBytes(), whole());
    int open = fit.open() + 1;
    int rest = from + answer.readableBytes() - open;
    boolean copied = fit.isEdited() || rest <= COPIED_BYTES_MAX;
    ByteBuf first =
        alloc.directBuffer(SCHEMA_ROOM + schema.length() + (copied ? rest + EDITS_ROOM : 0));
    first.writeBytes(answer.array(), from, open - from);
    first.writeCharSequence("\"$schema\":", StandardCharsets.US_ASCII);
    JsonText.quote(schema, first);
    if (fit.hasMembers()) {
      first.writeByte(',');
    }
    if (!copied) {
      CompositeByteBuf out = alloc.compositeBuffer(2);
      out.addComponent(true, first);
      out.addComponent(true, answer.retainedSlice(answer.readerIndex() + open - from, rest));
      answer.release();
      return out;
    }
    fit.splice().writeTo(first, open, open + rest);
    answer.release();
    return first;
  }

  /** A provider may answer whole where a stream was asked for; the answer then is what it is. */
  private SchemaFit.Rules whole() {
    return rules.kind() == SchemaFit.Kind.WHOLE
        ? rules
        : new SchemaFit.Rules(
            SchemaFit.Kind.WHOLE,
            SchemaFit.UsageShown.SHOWN,
            rules.unfinished(),
            rules.model(),
            rules.created());
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    if (!finishing) {
      ByteBuf alike = template.fill(frame, alloc);
      if (alike != null) {
        return alike;
      }
    }
    SchemaFit fit = SchemaFit.of(frame.bytes(), frame.dataFrom(), frame.dataTo(), rules);
    if (!fit.hasChoices()) {
      return withoutChoices(frame, fit, alloc);
    }
    finishing |= fit.isFinished();
    if (finishing) {
      return holdBack(frame, fit, alloc);
    }
    template.learn(frame, fit, alloc);
    return fit.isEdited() ? FrameEdits.apply(frame, fit.splice(), alloc) : frame.buffer();
  }

  /** Keeps the chunk, and gives away the one that was kept. */
  private ByteBuf holdBack(Frame frame, SchemaFit fit, ByteBufAllocator alloc) {
    ByteBuf before = rest(alloc);
    ByteBuf text = fit.isEdited() ? FrameEdits.apply(frame, fit.splice(), alloc) : frame.buffer();
    byte[] bytes = new byte[text.readableBytes()];
    text.readBytes(bytes);
    text.release();
    int close = bytes.length - 1;
    while (bytes[close] != '}') {
      close--;
    }
    boolean has = fit.hasUsage() && rules.usage() == SchemaFit.UsageShown.SHOWN;
    held = new Held(bytes, close, has ? Held.Usage.PRESENT : Held.Usage.ABSENT);
    addUsage(alloc);
    return before;
  }

  /** A chunk without choices goes no further, but for its usage. */
  private ByteBuf withoutChoices(Frame frame, SchemaFit fit, ByteBufAllocator alloc) {
    if (!fit.hasUsage() || rules.usage() == SchemaFit.UsageShown.HIDDEN) {
      frame.buffer().release();
      return Unpooled.EMPTY_BUFFER;
    }
    return switch (usageChunk) {
      case LAST -> {
        takeUsage(fit, alloc);
        frame.buffer().release();
        yield Unpooled.EMPTY_BUFFER;
      }
      case OWN ->
          ownChunk(fit.isEdited() ? FrameEdits.apply(frame, fit.splice(), alloc) : frame.buffer());
    };
  }

  /** Lets the usage's own chunk follow the one that is held back, if one is. */
  private ByteBuf ownChunk(ByteBuf chunk) {
    Held last = held;
    if (last == null) {
      return chunk;
    }
    int length = last.frame().length;
    byte[] both = Arrays.copyOf(last.frame(), length + chunk.readableBytes());
    chunk.readBytes(both, length, both.length - length);
    chunk.release();
    held = new Held(both, last.close(), Held.Usage.PRESENT);
    return Unpooled.EMPTY_BUFFER;
  }

  /** Takes the usage of a chunk without choices, for the one that is or will be held back. */
  private void takeUsage(SchemaFit fit, ByteBufAllocator alloc) {
    ByteBuf text = alloc.heapBuffer(fit.usageTo() - fit.usageFrom() + 64);
    fit.splice().writeTo(text, fit.usageFrom(), fit.usageTo());
    byte[] bytes = new byte[text.readableBytes()];
    text.readBytes(bytes);
    text.release();
    usage = bytes;
    addUsage(alloc);
  }

  /** Puts the usage on the chunk that is held back, where there are both and it has none. */
  private void addUsage(ByteBufAllocator alloc) {
    Held last = held;
    byte[] counts = usage;
    if (last == null || counts == null || last.usage() == Held.Usage.PRESENT) {
      return;
    }
    int length = last.frame().length;
    ByteBuf text = alloc.heapBuffer(length + USAGE.length + counts.length);
    text.writeBytes(last.frame(), 0, last.close()).writeBytes(USAGE).writeBytes(counts);
    int close = text.readableBytes();
    text.writeBytes(last.frame(), last.close(), length - last.close());
    byte[] bytes = new byte[text.readableBytes()];
    text.readBytes(bytes);
    text.release();
    held = new Held(bytes, close, Held.Usage.PRESENT);
    usage = null;
  }

  @Override
  public ByteBuf rest(ByteBufAllocator alloc) {
    Held last = held;
    if (last == null) {
      return Unpooled.EMPTY_BUFFER;
    }
    held = null;
    return alloc.directBuffer(last.frame().length).writeBytes(last.frame());
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    return SseText.done();
  }
}
