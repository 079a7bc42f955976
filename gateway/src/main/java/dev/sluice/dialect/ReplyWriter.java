package dev.sluice.dialect;

import dev.sluice.chat.Usage;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Writes one exchange's answer as its dialect wants it. Made when a provider has begun to answer;
 * owned by the exchange's event loop.
 */
public interface ReplyWriter {

  /** Adds the dialect's own headers, content type included, to a whole answer's. */
  void wholeHeaders(HttpHeaders headers);

  /** Adds the dialect's own headers, content type included, to a stream's. */
  void streamHeaders(HttpHeaders headers);

  /**
   * A whole answer with the dialect's fields added.
   *
   * @param answer the provider's answer, in an array-backed buffer; owned by this method
   * @param facts what was read of it
   * @param latencyMillis since the request was complete
   * @return owned by the caller
   * @throws dev.sluice.chat.GatewayException where the answer cannot be made sense of
   */
  ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc);

  /** Which frames {@link #frame} wants to see. Asked once, where a stream begins. */
  FrameInterest interest();

  /** Which frames a writer wants to see. */
  enum FrameInterest {
    /** The first, and those with a finish reason or usage. */
    EDGES,
    /** Every frame that holds a chunk. */
    EVERY
  }

  /**
   * A streamed frame with the dialect's fields added.
   *
   * @param frame the whole frame; its buffer is owned by this method
   * @param edge what the frame holds
   * @return owned by the caller; empty where the frame is held back or left out
   * @throws dev.sluice.chat.GatewayException where the frame cannot be made sense of
   */
  ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc);

  /**
   * What was held back of a stream that is now complete; goes out before its end. Not asked for
   * where a stream breaks.
   *
   * @return owned by the caller; empty where nothing was
   */
  default ByteBuf rest(ByteBufAllocator alloc) {
    return Unpooled.EMPTY_BUFFER;
  }

  /**
   * What a frame holds.
   *
   * @param index the frame's number in the stream, from 0
   * @param last whether it is the last chunk that the dialect will see
   * @param latencyMillis since the frame before it, or since the request was complete for the first
   *     and the last
   * @param usage what the provider has reported so far
   */
  record Edge(int index, boolean last, long latencyMillis, Usage usage) {}

  /** The end of a complete stream whose provider has no mark for it. Owned by the caller. */
  ByteBuf done(ByteBufAllocator alloc);
}
