package dev.sluice.dialect.bifrost;

import dev.sluice.chat.Usage;
import dev.sluice.config.DialectSettings;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.Served;
import dev.sluice.json.JsonText;
import dev.sluice.json.Scan;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

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

  private final DialectSettings.ExtraFields where;
  private final RawResponse raw;

  /** The member up to where what changes from frame to frame follows. */
  private final byte[] constant;

  private final byte[] params;

  /** Whether the client asked to see what the provider sent. */
  enum RawResponse {
    WANTED,
    UNWANTED
  }

  BifrostReply(
      BifrostInquiry inquiry, Served served, DialectSettings.ExtraFields where, RawResponse raw) {
    this.where = where;
    this.raw = raw;
    StringBuilder text = new StringBuilder(160);
    text.append("\"extra_fields\":{\"provider\":");
    JsonText.quote(served.provider(), text);
    text.append(",\"request_type\":\"chat_completion");
    if (inquiry.stream()) {
      text.append("_stream");
    }
    text.append("\",\"model_requested\":");
    JsonText.quote(inquiry.model(), text);
    this.constant = text.toString().getBytes(StandardCharsets.UTF_8);
    this.params = params(inquiry.scan());
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
    StringBuilder changing = new StringBuilder(128);
    changing.append(",\"latency\":").append(latencyMillis);
    billed(facts.usage(), changing);
    byte[] tail = changing.toString().getBytes(StandardCharsets.US_ASCII);
    int bytes = answer.readableBytes();
    int close = facts.close() - answer.arrayOffset() - answer.readerIndex();
    int room = 128 + constant.length + params.length + tail.length;
    ByteBuf extra = alloc.directBuffer(room + (raw == RawResponse.WANTED ? bytes : 0));
    writeExtra(extra, facts.hasMembers(), tail, params);
    if (raw == RawResponse.WANTED) {
      extra.writeCharSequence(",\"raw_response\":", StandardCharsets.US_ASCII);
      extra.writeBytes(answer, answer.readerIndex(), bytes);
    }
    extra.writeByte('}');
    return spliced(answer, close, extra, alloc);
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    ByteBuf buffer = frame.buffer();
    if (frame.dataOffset() == Frame.SCATTERED) {
      // Over several lines there is no place to add to; the frame goes as it came.
      return buffer;
    }
    int close = closeOf(frame);
    StringBuilder changing = new StringBuilder(96);
    changing
        .append(",\"latency\":")
        .append(edge.latencyMillis())
        .append(",\"chunk_index\":")
        .append(edge.index());
    if (edge.last()) {
      billed(edge.usage(), changing);
    }
    byte[] tail = changing.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] shown = edge.index() == 0 ? params : new byte[0];
    ByteBuf extra = alloc.directBuffer(64 + constant.length + shown.length + tail.length);
    writeExtra(extra, hasMembers(frame, close), tail, shown);
    extra.writeByte('}');
    return spliced(buffer, frame.dataOffset() + close - frame.dataFrom(), extra, alloc);
  }

  private void writeExtra(ByteBuf extra, boolean comma, byte[] tail, byte[] shownParams) {
    if (comma) {
      extra.writeByte(',');
    }
    extra.writeBytes(constant).writeBytes(shownParams).writeBytes(tail);
  }

  /** The text with {@code extra} before the byte at {@code close}; takes both buffers over. */
  private static ByteBuf spliced(ByteBuf text, int close, ByteBuf extra, ByteBufAllocator alloc) {
    int bytes = text.readableBytes();
    int start = text.readerIndex();
    if (bytes <= COPIED_BYTES_MAX) {
      ByteBuf out = alloc.directBuffer(bytes + extra.readableBytes());
      out.writeBytes(text, start, close);
      out.writeBytes(extra);
      out.writeBytes(text, start + close, bytes - close);
      text.release();
      extra.release();
      return out;
    }
    CompositeByteBuf out = alloc.compositeBuffer(3);
    out.addComponent(true, text.retainedSlice(start, close));
    out.addComponent(true, extra);
    out.addComponent(true, text.retainedSlice(start + close, bytes - close));
    text.release();
    return out;
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

  private static void billed(Usage usage, StringBuilder to) {
    if (!usage.isReported()) {
      return;
    }
    to.append(",\"billed_usage\":{");
    boolean first = true;
    if (usage.promptTokens() != Usage.UNKNOWN) {
      to.append("\"prompt_tokens\":").append(usage.promptTokens());
      first = false;
    }
    if (usage.completionTokens() != Usage.UNKNOWN) {
      to.append(first ? "" : ",").append("\"completion_tokens\":").append(usage.completionTokens());
    }
    to.append('}');
  }

  /** The request's own parameters, in its own spelling. */
  private static byte[] params(Scan scan) {
    StringBuilder text = null;
    for (int field : BifrostFields.PARAMS) {
      if (!scan.hasValue(field)) {
        continue;
      }
      if (text == null) {
        text = new StringBuilder(",\"model_params\":{");
      } else {
        text.append(',');
      }
      JsonText.quote(BifrostFields.REQUEST.fields().get(field).name(), text);
      int start = scan.valueStart(field);
      text.append(':')
          .append(
              new String(
                  scan.bytes(), start, scan.valueEnd(field) - start, StandardCharsets.UTF_8));
    }
    return text == null
        ? new byte[0]
        : text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }
}
