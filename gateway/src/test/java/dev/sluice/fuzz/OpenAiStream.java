package dev.sluice.fuzz;

import dev.sluice.chat.EventSink;
import dev.sluice.protocol.openai.ChunkReader;
import dev.sluice.protocol.openai.OpenAiChunkDecoder;
import dev.sluice.protocol.sse.Frame;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameSink;
import dev.sluice.provider.translation.StreamReader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream of OpenAI's protocol, whose frames are looked at as the gateway does and read as events,
 * too. No frame is read that the look at it found to be no JSON.
 */
final class OpenAiStream implements StreamReader, FrameSink {

  private final FrameScanner scanner;
  private final ChunkReader looking = new ChunkReader();
  private final OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
  private @Nullable EventSink told;

  OpenAiStream(Means means) {
    this.scanner = new FrameScanner(means.frameBytesMax(), means.alloc(), this, means.scratch());
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
  }

  @Override
  public void close() {
    scanner.close();
  }

  @Override
  public Verdict look(byte[] bytes, int dataFrom, int dataTo) {
    int found = looking.look(bytes, dataFrom, dataTo);
    EventSink sink = told;
    if (sink != null && dataFrom < dataTo && (found & ChunkReader.MALFORMED) == 0) {
      decoder.frame(bytes, dataFrom, dataTo, sink);
    }
    return found == ChunkReader.DULL ? Verdict.PASS : Verdict.TAKE;
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
