package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Message;
import dev.sluice.config.TranslationSettings.BlockedPrompt;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import org.junit.jupiter.api.Test;

class InterpreterTest {

  /** A provider's protocol whose reader breaks after it has told a piece. */
  private static final class Broken implements Translation, StreamReader {

    @Override
    public String path() {
      return "/";
    }

    @Override
    public void headers(HttpHeaders headers) {}

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      throw new IllegalStateException("not asked for");
    }

    @Override
    public String streamType() {
      return "text/event-stream";
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      throw new IllegalStateException("not asked for");
    }

    @Override
    public StreamReader stream(Means means) {
      return this;
    }

    @Override
    public void feed(ByteBuf data, EventSink sink) {
      data.release();
      sink.accept(new ChatEvent.TextDelta(0, "word"));
      throw new IllegalStateException("a bug");
    }

    @Override
    public void end(EventSink sink) {}

    @Override
    public void close() {}
  }

  @Test
  void whatWasWrittenIsLetGoOfWhereAReaderBreaks() {
    UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
    ChatRequest request = ChatRequest.builder("m").message(Message.User.of("hi")).build();
    Interpreter interpreter =
        new Interpreter(new Broken(), request, "1", BlockedPrompt.ANSWER, alloc);
    interpreter.begin(new StreamReader.Means(1 << 20, alloc, new FrameScanner.Scratch()));

    assertThatThrownBy(() -> interpreter.feed(Unpooled.EMPTY_BUFFER))
        .isInstanceOf(IllegalStateException.class);
    assertThat(alloc.metric().usedDirectMemory()).isPositive();
    interpreter.close();
    interpreter.close();

    assertThat(alloc.metric().usedDirectMemory()).isZero();
  }
}
