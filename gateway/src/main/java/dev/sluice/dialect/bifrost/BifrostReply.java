package dev.sluice.dialect.bifrost;

import dev.sluice.chat.Usage;
import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.Served;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.Scan;
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

/**
 * Adds {@code extra_fields} to answers and frames, behind their last member, and changes nothing
 * else of them.
 */
final class BifrostReply implements ReplyWriter {

  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream");
  private static final AsciiString NO_CACHE = AsciiString.cached("no-cache");

  /** Smaller answers are copied into one buffer; larger ones are put together from slices. */
  private static final int COPIED_BYTES_MAX = 64 * 1024;

  private static final int PIECES_MAX = 5;

  private final DialectSettings.ExtraFields where;
  private final RawResponse raw;

  /** The member as far as it is the same for all that is sent, and what follows of the one. */
  private final JsonWriter extra = new JsonWriter();

  /** How much of it every frame begins with, and how much the first one or a whole answer. */
  private final int constantBytes;

  private final int shownBytes;

  /** Whether the client asked to see what the provider sent. */
  enum RawResponse {
    WANTED,
    UNWANTED
  }

  BifrostReply(
      BifrostInquiry inquiry, Served served, DialectSettings.ExtraFields where, RawResponse raw) {
    this.where = where;
    this.raw = raw;
    extra.name("extra_fields").beginObject();
    extra.name("provider").text(served.provider());
    extra.name("request_type");
    extra.text(inquiry.stream() ? "chat_completion_stream" : "chat_completion");
    extra.name("model_requested").text(inquiry.model());
    constantBytes = extra.length();
    params(inquiry.scan());
    shownBytes = extra.length();
  }

  @Override
  public void wholeHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, JSON);
  }

  @Override
  public void streamHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, EVENTS);
    headers.set(HttpHeaderNames.CACHE_CONTROL, NO_CACHE);
  }

  @Override
  public FrameInterest interest() {
    return switch (where) {
      case EDGES -> FrameInterest.EDGES;
      case EVERY -> FrameInterest.EVERY;
    };
  }

  @Override
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    int close = facts.close() - answer.arrayOffset() - answer.readerIndex();
    extra.rewind(shownBytes).name("latency").number(latencyMillis);
    billed(facts.usage());
    if (raw == RawResponse.WANTED) {
      extra.name("raw_response");
      return around(answer, close, facts.hasMembers(), answer.retainedSlice(), alloc);
    }
    extra.endObject();
    return spliced(answer, close, facts.hasMembers(), alloc);
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    ByteBuf buffer = frame.buffer();
    if (frame.dataOffset() == Frame.SCATTERED) {
      // Over several lines there is no place to add to; the frame goes as it came.
      return buffer;
    }
    int close = closeOf(frame);
    extra.rewind(edge.index() == 0 ? shownBytes : constantBytes);
    extra.name("latency").number(edge.latencyMillis());
    extra.name("chunk_index").number(edge.index());
    if (edge.last()) {
      billed(edge.usage());
    }
    extra.endObject();
    int place = frame.dataOffset() + close - frame.dataFrom();
    return spliced(buffer, place, hasMembers(frame, close), alloc);
  }

  /**
   * The text with the extra member before the byte at {@code close}.
   *
   * @param text is taken over
   * @param close from the text's beginning
   * @param comma whether members stand before it
   */
  private ByteBuf spliced(ByteBuf text, int close, boolean comma, ByteBufAllocator alloc) {
    int bytes = text.readableBytes();
    int start = text.readerIndex();
    int room = extra.length() + (comma ? 1 : 0);
    if (bytes <= COPIED_BYTES_MAX) {
      ByteBuf out = alloc.directBuffer(bytes + room);
      out.writeBytes(text, start, close);
      writeExtra(comma, out);
      out.writeBytes(text, start + close, bytes - close);
      text.release();
      return out;
    }
    return around(text, close, comma, Unpooled.EMPTY_BUFFER, alloc);
  }

  /** The same in pieces; {@code last} ends the extra member where it is still open. */
  private ByteBuf around(
      ByteBuf text, int close, boolean comma, ByteBuf last, ByteBufAllocator alloc) {
    int bytes = text.readableBytes();
    int start = text.readerIndex();
    ByteBuf between = alloc.directBuffer(extra.length() + 1);
    writeExtra(comma, between);
    CompositeByteBuf out = alloc.compositeBuffer(PIECES_MAX);
    out.addComponent(true, text.retainedSlice(start, close));
    out.addComponent(true, between);
    if (last.isReadable()) {
      out.addComponent(true, last);
      out.addComponent(true, alloc.directBuffer(1).writeByte('}'));
    }
    out.addComponent(true, text.retainedSlice(start + close, bytes - close));
    text.release();
    return out;
  }

  private void writeExtra(boolean comma, ByteBuf to) {
    if (comma) {
      to.writeByte(',');
    }
    extra.writeTo(to);
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    return SseText.done();
  }

  /** Where the data's last brace stands; the data is known to be an object. */
  private static int closeOf(Frame frame) {
    int close = frame.dataTo() - 1;
    while (frame.bytes()[close] != '}') {
      close--;
    }
    return close;
  }

  private static boolean hasMembers(Frame frame, int close) {
    int before = close - 1;
    while (frame.bytes()[before] <= ' ') {
      before--;
    }
    return frame.bytes()[before] != '{';
  }

  private void billed(Usage usage) {
    if (!usage.isReported()) {
      return;
    }
    extra.name("billed_usage").beginObject();
    if (usage.promptTokens() != Usage.UNKNOWN) {
      extra.name("prompt_tokens").number(usage.promptTokens());
    }
    if (usage.completionTokens() != Usage.UNKNOWN) {
      extra.name("completion_tokens").number(usage.completionTokens());
    }
    extra.endObject();
  }

  /** Writes the request's own parameters, in its own spelling. */
  private void params(Scan scan) {
    boolean any = false;
    for (int field : BifrostFields.PARAMS) {
      if (scan.hasValue(field)) {
        if (!any) {
          any = true;
          extra.name("model_params").beginObject();
        }
        extra.name(BifrostFields.REQUEST.fields().get(field).name());
        extra.raw(scan.bytes(), scan.valueStart(field), scan.valueEnd(field));
      }
    }
    if (any) {
      extra.endObject();
    }
  }
}
