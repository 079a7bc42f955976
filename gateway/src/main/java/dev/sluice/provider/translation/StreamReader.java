package dev.sluice.provider.translation;

import dev.sluice.chat.EventSink;
import dev.sluice.protocol.sse.FrameScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Reads one streamed answer's bytes and tells its events. A stream that is complete ends with
 * {@link dev.sluice.chat.ChatEvent.End}, one that the provider broke off with {@link
 * dev.sluice.chat.ChatEvent.Failure}, and one that was cut with neither. Owned by an event loop.
 */
public interface StreamReader {

  /**
   * Takes the next bytes.
   *
   * @param data owned by the reader from here on
   * @throws dev.sluice.json.MalformedJson where what came is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no piece of an answer
   * @throws dev.sluice.protocol.sse.FrameTooLarge where a frame outgrows the limit
   */
  void feed(ByteBuf data, EventSink sink);

  /** The transfer has ended; tells what was waiting for that. Throws as {@link #feed} does. */
  void end(EventSink sink);

  /** Lets go of what is kept. Idempotent. */
  void close();

  /**
   * What a reader works with.
   *
   * @param frameBytesMax the largest frame
   * @param scratch the event loop's
   */
  record Means(int frameBytesMax, ByteBufAllocator alloc, FrameScanner.Scratch scratch) {}
}
