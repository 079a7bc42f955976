package dev.sluice.fuzz;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Losses;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.anthropic.AnthropicAnswerOptions;
import dev.sluice.protocol.anthropic.AnthropicEventEncoder;
import dev.sluice.protocol.cohere.CohereAnswerOptions;
import dev.sluice.protocol.cohere.CohereEventEncoder;
import dev.sluice.protocol.converse.ConverseEventEncoder;
import dev.sluice.protocol.gemini.GeminiAnswerOptions;
import dev.sluice.protocol.gemini.GeminiChunkEncoder;
import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import dev.sluice.protocol.openai.ChunkSink;
import dev.sluice.protocol.openai.OpenAiChunkEncoder;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.protocol.sse.FrameTooLarge;
import dev.sluice.provider.translation.StreamReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * What a stream told: its events and how it was given up, where it was. Every event is written in
 * every protocol, too, as a client of it would be told.
 */
final class Heard implements EventSink, ChunkSink {

  private static final int FRAME_BYTES_MAX = 1 << 20;

  private final Losses losses = new Losses();
  private final OpenAiChunkEncoder openAi = new OpenAiChunkEncoder(AnswerFuzzTest.WRITTEN, losses);
  private final AnthropicEventEncoder anthropic =
      new AnthropicEventEncoder(new AnthropicAnswerOptions("msg_1", null, 0), losses);
  private final GeminiChunkEncoder gemini =
      new GeminiChunkEncoder(new GeminiAnswerOptions("1", null, CallIdField.WRITE), losses);
  private final CohereEventEncoder cohere =
      new CohereEventEncoder(new CohereAnswerOptions("1"), losses);
  private final ConverseEventEncoder converse = new ConverseEventEncoder(losses);
  private final ByteBuf frames = Unpooled.buffer();
  private final List<String> events = new ArrayList<>();
  private boolean failed;
  private long written;

  private Heard() {}

  /**
   * Reads a stream cut in several ways, and fails where it does not say the same in all of them.
   */
  static void sameForAll(Fuzzed fuzzed, StreamFuzzTest.Opening opening) {
    List<String> first = null;
    for (List<byte[]> pieces : fuzzed.splits()) {
      List<String> heard = heard(pieces, opening);
      if (first == null) {
        first = heard;
      } else if (!first.equals(heard)) {
        throw new IllegalStateException("whole: " + first + "\ncut: " + heard);
      }
    }
  }

  private static List<String> heard(List<byte[]> pieces, StreamFuzzTest.Opening opening) {
    UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false, true);
    StreamReader reader =
        opening.open(new StreamReader.Means(FRAME_BYTES_MAX, alloc, new FrameScanner.Scratch()));
    Heard heard = new Heard();
    int readBytes = 0;
    try {
      for (byte[] piece : pieces) {
        readBytes += piece.length;
        reader.feed(alloc.directBuffer(Math.max(1, piece.length)).writeBytes(piece), heard);
        if (heard.failed) {
          break;
        }
      }
      if (!heard.failed) {
        reader.end(heard);
      }
    } catch (MalformedJson | MisshapenJson | FrameTooLarge e) {
      heard.events.add(e.getClass().getSimpleName());
    } finally {
      reader.close();
    }
    long kept = alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory();
    if (kept != 0) {
      throw new IllegalStateException("buffers of " + kept + " bytes are left");
    }
    Checks.bounded(heard.written + heard.frames.readableBytes(), readBytes);
    return heard.events;
  }

  @Override
  public void accept(ChatEvent event) {
    if (failed) {
      return; // Whoever reads streams has given this one up.
    }
    failed = event instanceof ChatEvent.Failure;
    events.add(event.toString());
    openAi.encode(event, this);
    anthropic.encode(event, (_, data) -> chunk(data));
    gemini.encode(event, this::chunk);
    cohere.encode(event, (_, data) -> chunk(data));
    converse.encode(event, frames);
  }

  @Override
  public void chunk(JsonWriter chunk) {
    byte[] bytes = chunk.toBytes();
    written += bytes.length;
    Checks.wellFormed(bytes, 0, bytes.length);
  }

  @Override
  public void done() {
    written += 1;
  }
}
