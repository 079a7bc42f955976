package dev.sluice.dialect.assemblyai;

import dev.sluice.dialect.ReplyWriter;
import dev.sluice.dialect.Served;
import dev.sluice.protocol.openai.AnswerReader;
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
 * Adds AssemblyAI's envelope to whole answers, and leaves streamed chunks as the provider sends
 * them.
 */
final class AssemblyAiReply implements ReplyWriter {

  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream; charset=utf-8");
  private static final AsciiString NO_CACHE = AsciiString.cached("no-cache");

  private static final byte[][] NAMES = {
    ascii("request_id"),
    ascii("request"),
    ascii("http_status_code"),
    ascii("response_time"),
    ascii("llm_status_code"),
  };

  private static final byte[] OK = ascii("200");

  private static final byte[] UNTOLD = {};

  private final String model;
  private final RateWindows.@Nullable Standing standing;
  private final long readNanos;
  private final byte[] requestId;
  private byte[] echo;
  private final byte[] providersStatus;
  private final AnswerEdits.Content content;

  /**
   * A writer.
   *
   * @param requestId a UUID
   */
  AssemblyAiReply(AssemblyAiInquiry inquiry, String requestId, Served served) {
    this.model = inquiry.model();
    this.standing = inquiry.standing();
    this.readNanos = inquiry.readNanos();
    this.requestId = ascii("\"" + requestId + "\"");
    this.echo = inquiry.request().echo();
    this.providersStatus = served.status() == 200 ? OK : ascii(Integer.toString(served.status()));
    this.content =
        inquiry.repairsJson() ? AnswerEdits.Content.MADE_JSON : AnswerEdits.Content.AS_IT_IS;
  }

  @Override
  public void wholeHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, JSON);
    rateHeaders(headers);
  }

  @Override
  public void streamHeaders(HttpHeaders headers) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, EVENTS);
    headers.set(HttpHeaderNames.CACHE_CONTROL, NO_CACHE);
    rateHeaders(headers);
  }

  private void rateHeaders(HttpHeaders headers) {
    if (standing != null) {
      RateHeaders.set(
          standing.limit(), standing.remaining(), standing.resetSeconds(), model, headers);
    }
  }

  @Override
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    // In nanoseconds, which the milliseconds at hand are too coarse for.
    byte[] took = ascii(Long.toString(System.nanoTime() - readNanos));
    byte[][] values = {requestId, echo, OK, took, providersStatus};
    int from = answer.arrayOffset() + answer.readerIndex();
    int to = from + answer.readableBytes();
    ByteBuf edited =
        new AnswerEdits(answer.array(), from, to, content, NAMES, values).find().toBuf(alloc);
    answer.release();
    return edited;
  }

  @Override
  public FrameInterest interest() {
    // It is a stream, which shows nothing of what was asked.
    echo = UNTOLD;
    return FrameInterest.EDGES;
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    return frame.buffer();
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    return SseText.done();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
