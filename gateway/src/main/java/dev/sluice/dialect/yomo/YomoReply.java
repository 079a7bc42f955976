package dev.sluice.dialect.yomo;

import dev.sluice.dialect.FrameEdits;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.json.Splice;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.FinishSpans;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.SseText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Hands answers on as they came. Only a finish reason that is not one of the page's five words is
 * put into them, as the page closes that list.
 */
final class YomoReply implements ReplyWriter {

  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream");
  private static final AsciiString NO_CACHE = AsciiString.cached("no-cache, must-revalidate");
  private static final AsciiString CONTENT_TYPE_OPTIONS =
      AsciiString.cached("x-content-type-options");
  private static final AsciiString NOSNIFF = AsciiString.cached("nosniff");

  @Override
  public void wholeHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, JSON);
  }

  @Override
  public void streamHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, EVENTS);
    headers.set(HttpHeaderNames.CACHE_CONTROL, NO_CACHE);
    headers.set(CONTENT_TYPE_OPTIONS, NOSNIFF);
  }

  @Override
  public FrameInterest interest() {
    return FrameInterest.EDGES;
  }

  @Override
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    int from = answer.arrayOffset() + answer.readerIndex();
    Splice edits = edits(answer.array(), from, from + answer.readableBytes());
    if (edits == null) {
      return answer;
    }
    ByteBuf edited = edits.toBuf(alloc);
    answer.release();
    return edited;
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    Splice edits = edits(frame.bytes(), frame.dataFrom(), frame.dataTo());
    return edits == null ? frame.buffer() : FrameEdits.apply(frame, edits, alloc);
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    return SseText.done();
  }

  private static @Nullable Splice edits(byte[] bytes, int from, int to) {
    Mapping mapping = new Mapping(bytes, from, to);
    FinishSpans.visit(bytes, from, to, mapping);
    return mapping.splice;
  }

  /** Puts the page's words in the place of others. */
  private static final class Mapping implements FinishSpans.Visitor {
    private final byte[] bytes;
    private final int from;
    private final int to;
    private @Nullable Splice splice;

    Mapping(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }

    @Override
    public void finishReason(int start, int end) {
      if (bytes[start] == 'n') {
        return;
      }
      boolean text = bytes[start] == '"';
      String word =
          text ? new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8) : "";
      if (text && word.isEmpty()) {
        // Some providers say "" where others say null.
        replace(start, end, "null");
        return;
      }
      String known = known(word);
      if (!known.equals(word)) {
        replace(start, end, '"' + known + '"');
      }
    }

    private void replace(int start, int end, String value) {
      Splice edits = splice;
      if (edits == null) {
        edits = new Splice(bytes, from, to);
        splice = edits;
      }
      edits.replace(start, end, value.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** The page's word for a provider's. */
  static String known(String word) {
    return switch (word) {
      case "stop", "length", "function_call", "content_filter", "tool_calls" -> word;
      case "tool_use", "tool_call" -> "tool_calls";
      case "max_tokens", "model_length", "MAX_TOKENS" -> "length";
      case "refusal", "safety", "SAFETY", "content_filtered", "RECITATION" -> "content_filter";
      default -> "stop";
    };
  }
}
