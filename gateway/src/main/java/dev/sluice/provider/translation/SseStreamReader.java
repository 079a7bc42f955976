package dev.sluice.provider.translation;

import dev.sluice.chat.EventSink;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads answers that are streamed as server-sent events. */
final class SseStreamReader implements StreamReader, FrameSink {

  /** The media type of such answers. */
  static final String TYPE = "text/event-stream";

  private final FrameScanner scanner;
  private final Decoder decoder;
  private @Nullable EventSink told;

  /** A protocol's own reader of frames. */
  interface Decoder {

    /** Takes the data of a frame, which is not empty; throws as {@link StreamReader#feed} does. */
    void frame(byte[] bytes, int from, int to, EventSink sink);

    /** The transfer has ended. */
    void end(EventSink sink);
  }

  SseStreamReader(Means means, Decoder decoder) {
    this.scanner = new FrameScanner(means.frameBytesMax(), means.alloc(), this, means.scratch());
    this.decoder = decoder;
  }

  @Override
  public void feed(ByteBuf data, EventSink sink) {
    told = sink;
    scanner.feed(data);
  }

  @Override
  public void end(EventSink sink) {
    told = sink;
    scanner.end();
    decoder.end(sink);
  }

  @Override
  public void close() {
    scanner.close();
  }

  /** The frame's bytes are not handed on, so nothing is taken. */
  @Override
  public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
    EventSink sink = told;
    if (dataFrom < dataTo && sink != null) {
      decoder.frame(bytes, dataFrom, dataTo, sink);
    }
    return Verdict.PASS;
  }

  @Override
  public void pass(ByteBuf frames) {
    frames.release();
  }

  @Override
  public void take(Frame frame) {
    frame.buffer().release();
  }
}
