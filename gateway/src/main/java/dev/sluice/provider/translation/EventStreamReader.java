package dev.sluice.provider.translation;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.protocol.eventstream.BrokenEventStream;
import dev.sluice.protocol.eventstream.EventMessage;
import dev.sluice.protocol.eventstream.MessageReader;
import dev.sluice.protocol.eventstream.MessageSink;
import dev.sluice.protocol.sse.FrameScanner;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads answers that are streamed in AWS's binary framing. */
final class EventStreamReader implements StreamReader, MessageSink {

  /** The media type of such answers. */
  static final String TYPE = "application/vnd.amazon.eventstream";

  private static final byte[] NOT_KNOWN = {};

  private final MessageReader reader;
  private final Decoder decoder;
  private final FrameScanner.Scratch scratch;
  private @Nullable EventSink told;
  private boolean broken;

  /** A protocol's own reader of messages. */
  interface Decoder {

    /** The headers that most messages have; empty where that is not known. */
    default byte[] usualHeaders() {
      return NOT_KNOWN;
    }

    /** Takes a message; throws as {@link StreamReader#feed} does. */
    void message(EventMessage message, EventSink sink);

    /** The transfer has ended. */
    void end(EventSink sink);
  }

  EventStreamReader(Means means, Decoder decoder) {
    this.reader = new MessageReader(means.frameBytesMax(), this, decoder.usualHeaders());
    this.scratch = means.scratch();
    this.decoder = decoder;
  }

  @Override
  public void feed(ByteBuf data, EventSink sink) {
    told = sink;
    try {
      if (!broken) {
        read(data);
      }
    } catch (BrokenEventStream _) {
      broken("the provider's event stream is damaged", sink);
    } finally {
      data.release();
    }
  }

  /** Messages mostly come whole: they are looked at where all streams' are, and nothing is kept. */
  private void read(ByteBuf data) {
    int length = data.readableBytes();
    if (data.hasArray() || reader.keptBytes() > 0) {
      reader.feed(data);
      return;
    }
    byte[] bytes = scratch.atLeast(length);
    data.getBytes(data.readerIndex(), bytes, 0, length);
    reader.feed(bytes, 0, length);
  }

  @Override
  public void end(EventSink sink) {
    told = sink;
    if (broken) {
      return;
    }
    try {
      reader.end();
      decoder.end(sink);
    } catch (BrokenEventStream _) {
      broken("the provider's stream ended before it was complete", sink);
    }
  }

  private void broken(String message, EventSink sink) {
    broken = true;
    sink.accept(new ChatEvent.Failure(new Fault.UpstreamUnreachable(message)));
  }

  /** Whatever is kept is the collector's. */
  @Override
  public void close() {}

  @Override
  public void message(EventMessage message) {
    EventSink sink = told;
    if (sink != null) {
      decoder.message(message, sink);
    }
  }
}
