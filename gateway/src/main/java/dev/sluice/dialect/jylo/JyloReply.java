package dev.sluice.dialect.jylo;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.ReplyWriter;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.jylo.JyloAnswers;
import dev.sluice.protocol.jylo.JyloChunkEncoder;
import dev.sluice.protocol.openai.AnswerReader;
import dev.sluice.protocol.openai.OpenAiAnswers;
import dev.sluice.protocol.openai.OpenAiChunkDecoder;
import dev.sluice.protocol.sse.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes a provider's answer in Jylo's closed objects. */
final class JyloReply implements ReplyWriter {

  private static final AsciiString JSON = AsciiString.cached("application/json");
  private static final AsciiString EVENTS = AsciiString.cached("text/event-stream");
  private static final AsciiString NO_CACHE = AsciiString.cached("no-cache");
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final JyloAnswers.Defaults defaults;
  private @Nullable Streamed streamed;

  JyloReply(JyloAnswers.Defaults defaults) {
    this.defaults = defaults;
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
  public ByteBuf whole(
      ByteBuf answer, AnswerReader.Facts facts, long latencyMillis, ByteBufAllocator alloc) {
    ChatResponse response;
    try {
      int from = answer.arrayOffset() + answer.readerIndex();
      response = OpenAiAnswers.decode(answer.array(), from, from + answer.readableBytes());
    } catch (MalformedJson | MisshapenJson e) {
      throw new GatewayException(
          new Fault.UpstreamUnreachable("the provider's answer is no chat completion"), e);
    } finally {
      answer.release();
    }
    JsonWriter out = new JsonWriter();
    JyloAnswers.encode(response, defaults, out);
    ByteBuf body = alloc.directBuffer(out.length());
    out.writeTo(body);
    return body;
  }

  @Override
  public FrameInterest interest() {
    return FrameInterest.EVERY;
  }

  @Override
  public ByteBuf frame(Frame frame, Edge edge, ByteBufAllocator alloc) {
    try {
      return streamed().chunk(frame, alloc);
    } finally {
      frame.buffer().release();
    }
  }

  @Override
  public ByteBuf rest(ByteBufAllocator alloc) {
    return streamed().last(alloc);
  }

  @Override
  public ByteBuf done(ByteBufAllocator alloc) {
    return alloc.directBuffer(DONE.length).writeBytes(DONE);
  }

  private Streamed streamed() {
    Streamed made = streamed;
    if (made == null) {
      made = new Streamed(defaults);
      streamed = made;
    }
    return made;
  }

  /** A streamed answer under way. */
  private static final class Streamed {
    private final OpenAiChunkDecoder decoder = new OpenAiChunkDecoder();
    private final JyloChunkEncoder encoder;
    private @Nullable ByteBuf out;

    Streamed(JyloAnswers.Defaults defaults) {
      this.encoder = new JyloChunkEncoder(defaults, this::write);
    }

    ByteBuf chunk(Frame frame, ByteBufAllocator alloc) {
      ByteBuf frames = alloc.directBuffer();
      out = frames;
      try {
        decoder.frame(frame.bytes(), frame.dataFrom(), frame.dataTo(), encoder);
      } catch (MalformedJson | MisshapenJson e) {
        frames.release();
        throw new GatewayException(
            new Fault.UpstreamUnreachable("the provider sent a frame that is no chunk"), e);
      } finally {
        out = null;
      }
      return frames;
    }

    ByteBuf last(ByteBufAllocator alloc) {
      ByteBuf frames = alloc.directBuffer();
      out = frames;
      encoder.finish();
      out = null;
      return frames;
    }

    private void write(JsonWriter chunk) {
      ByteBuf to = out;
      if (to == null) {
        throw new IllegalStateException("a chunk that nobody asked for");
      }
      to.writeBytes(DATA);
      chunk.writeTo(to);
      to.writeByte('\n').writeByte('\n');
    }
  }
}
