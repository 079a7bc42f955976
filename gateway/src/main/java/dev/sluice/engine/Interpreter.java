package dev.sluice.engine;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Choice;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Finish;
import dev.sluice.chat.FinishReason;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Usage;
import dev.sluice.config.TranslationSettings.BlockedPrompt;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.MisshapenJson;
import dev.sluice.net.ServerExchange;
import dev.sluice.protocol.openai.ChunkSink;
import dev.sluice.protocol.openai.OpenAiAnswerOptions;
import dev.sluice.protocol.openai.OpenAiAnswers;
import dev.sluice.protocol.openai.OpenAiChunkEncoder;
import dev.sluice.protocol.sse.FrameTooLarge;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says in OpenAI's protocol what a provider says in its own, so that everything behind it reads one
 * protocol only. Owned by one attempt and its event loop.
 */
final class Interpreter implements EventSink, ChunkSink {

  /** What is larger has its growth accounted for. */
  static final int SMALL_BYTES_MAX = 64 * 1024;

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_BYTES = 512;
  private static final int BAD_GATEWAY = 502;

  private final Translation translation;
  private final String asked;
  private final BlockedPrompt blockedPrompts;
  private final OpenAiAnswerOptions options;
  private final ByteBufAllocator alloc;
  private final Losses losses = new Losses();
  private final AnswerGuard guard = new AnswerGuard();
  private final EventSink teller = this::tell;
  private final OpenAiChunkEncoder encoder;
  private @Nullable StreamReader reader;
  private @Nullable ByteBuf out;
  private @Nullable Fault failure;

  /** Whether the last event was a piece of text that was told as such. */
  private boolean text;

  /** The frame that the next piece of text belongs into; {@code null} where that is not known. */
  private byte @Nullable [] around;

  private int textAt;
  private boolean spoken;
  private boolean onlyPieces;
  private int chunks;
  private Usage usage = Usage.NONE;

  /**
   * An interpreter.
   *
   * @param request what was asked, which says how the client speaks of tools
   * @param blockedPrompts what becomes of an answer that a filter left empty
   * @param requestId for the answer's id, where the provider gives none
   */
  Interpreter(
      Translation translation,
      ChatRequest request,
      String requestId,
      BlockedPrompt blockedPrompts,
      ByteBufAllocator alloc) {
    this.translation = translation;
    this.asked = request.model();
    this.blockedPrompts = blockedPrompts;
    this.alloc = alloc;
    this.options =
        new OpenAiAnswerOptions(
            "chatcmpl-" + requestId,
            TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()),
            null,
            request.tools().style(),
            OpenAiAnswerOptions.Thoughts.DETAILS,
            OpenAiAnswerOptions.StreamUsage.REPORT);
    this.encoder = new OpenAiChunkEncoder(options, losses);
  }

  /** Whether an answer of that media type is a stream. */
  boolean isStream(@Nullable String contentType) {
    return translation.isStream(contentType);
  }

  /** What of the answer could not be said so far. */
  Losses losses() {
    return losses;
  }

  /** What the provider has reported. */
  Usage usage() {
    return usage;
  }

  /**
   * A whole answer.
   *
   * @param answer in an array; stays the caller's
   * @return in an array; owned by the caller
   * @throws dev.sluice.chat.GatewayException where there is no answer in it
   */
  ByteBuf whole(ByteBuf answer) {
    int from = answer.arrayOffset() + answer.readerIndex();
    ChatResponse response;
    try {
      response = translation.whole(answer.array(), from, from + answer.readableBytes());
    } catch (MalformedJson | MisshapenJson e) {
      throw new GatewayException(
          new Fault.UpstreamUnreachable("the provider's answer is not what its protocol says"), e);
    }
    if (response.model() == null) {
      response = named(response);
    }
    usage = response.usage();
    if (!response.choices().isEmpty()
        && response.choices().stream().allMatch(Interpreter::hasFailed)) {
      throw new GatewayException(failed(response.choices().getFirst().finish()));
    }
    if (blockedPrompts == BlockedPrompt.ERROR
        && !response.choices().isEmpty()
        && response.choices().stream().allMatch(Interpreter::isBlocked)) {
      throw new GatewayException(blocked());
    }
    JsonWriter writer = new JsonWriter();
    OpenAiAnswers.encode(guard.checked(response), options, writer, losses);
    ByteBuf written = alloc.heapBuffer(writer.length());
    writer.writeTo(written);
    return written;
  }

  /** Clients expect a model's name where the provider gives none. */
  private ChatResponse named(ChatResponse response) {
    return new ChatResponse(
        response.id(),
        response.createdSeconds(),
        asked,
        response.tier(),
        response.choices(),
        response.usage(),
        response.usageRest(),
        response.rest());
  }

  private static boolean hasFailed(Choice choice) {
    Finish finish = choice.finish();
    return finish != null && finish.reason() == FinishReason.ERROR;
  }

  /** Whether a filter left nothing of a choice. */
  private static boolean isBlocked(Choice choice) {
    return isBlocked(choice.finish()) && choice.message().parts().isEmpty();
  }

  private static boolean isBlocked(@Nullable Finish finish) {
    return finish != null && finish.reason() == FinishReason.CONTENT_FILTER;
  }

  private static Fault blocked() {
    return new Fault.ContentFiltered("the provider's filter kept the whole answer back");
  }

  private static Fault failed(@Nullable Finish finish) {
    String word = finish == null ? null : finish.providerReason();
    return new Fault.UpstreamFailed(
        "the provider's model failed" + (word == null ? "" : ": " + word),
        BAD_GATEWAY,
        null,
        word,
        null,
        null);
  }

  /** Makes ready for a streamed answer. */
  void begin(StreamReader.Means means) {
    reader = translation.stream(means);
  }

  /**
   * More of a streamed answer.
   *
   * @param data owned by this method
   * @return frames of OpenAI's protocol, often none; owned by the caller
   */
  ByteBuf feed(ByteBuf data) {
    StreamReader to = reader;
    if (to == null || failure != null) {
      data.release();
      return Unpooled.EMPTY_BUFFER;
    }
    onlyPieces = true;
    chunks = 0;
    try {
      to.feed(data, this);
    } catch (MalformedJson | MisshapenJson | FrameTooLarge e) {
      failure = broken(e);
    }
    return written();
  }

  /**
   * Whether the frames that were returned last are pieces of the answer and nothing else, so that
   * none of them needs a look.
   */
  boolean hasOnlyPieces() {
    return onlyPieces && failure == null;
  }

  /** How many chunks were returned last. */
  int chunks() {
    return chunks;
  }

  /** The transfer has ended; the frames that waited for that, as {@link #feed} returns them. */
  ByteBuf end() {
    StreamReader of = reader;
    if (of == null || failure != null) {
      return Unpooled.EMPTY_BUFFER;
    }
    try {
      of.end(this);
    } catch (MalformedJson | MisshapenJson | FrameTooLarge e) {
      failure = broken(e);
    }
    return written();
  }

  /** What broke the answer off, where something did. */
  @Nullable Fault failure() {
    return failure;
  }

  /** Lets go of what is kept. Idempotent. */
  void close() {
    // Where the reader broke, nobody has taken what was written before.
    written().release();
    StreamReader of = reader;
    if (of != null) {
      reader = null;
      of.close();
    }
  }

  private static Fault broken(RuntimeException e) {
    return new Fault.UpstreamUnreachable(
        e instanceof FrameTooLarge
            ? "the provider sent a frame that is too large"
            : "the provider sent a frame that its protocol does not know");
  }

  private ByteBuf written() {
    ByteBuf written = out;
    out = null;
    return written == null ? Unpooled.EMPTY_BUFFER : written;
  }

  /** The fault of an answer that is none. */
  Fault error(int status, HttpHeaders headers, @Nullable ByteBuf body) {
    if (body == null) {
      return translation.error(status, headers, new byte[0], 0, 0);
    }
    int from = body.arrayOffset() + body.readerIndex();
    return translation.error(status, headers, body.array(), from, from + body.readableBytes());
  }

  @Override
  public void accept(ChatEvent event) {
    around = null;
    if (failure == null) {
      guard.accept(event, teller);
    }
    text = failure == null && event instanceof ChatEvent.TextDelta delta && delta.choice() == 0;
  }

  /**
   * What comes behind a piece of text, and is one, calls for a frame that differs in the text only:
   * the text is written into it without being made an event. Measured on 500 streams in turn, that
   * takes a frame of Anthropic's from 1.0 µs to 0.3 (TranslationBench.frame).
   */
  @Override
  public boolean takesText(byte[] json, int from, int to) {
    byte[] frame = around;
    if (frame == null) {
      frame = text ? madeAround() : null;
      if (frame == null) {
        return false;
      }
      around = frame;
    }
    chunks++;
    int at = textAt;
    ByteBuf written = out();
    written.ensureWritable(frame.length + to - from);
    written.writeBytes(frame, 0, at);
    written.writeBytes(json, from, to - from);
    written.writeBytes(frame, at, frame.length - at);
    return true;
  }

  private byte @Nullable [] madeAround() {
    byte[] chunk = encoder.around();
    if (chunk == null) {
      return null;
    }
    byte[] frame = new byte[DATA.length + chunk.length + 2];
    System.arraycopy(DATA, 0, frame, 0, DATA.length);
    System.arraycopy(chunk, 0, frame, DATA.length, chunk.length);
    frame[frame.length - 2] = '\n';
    frame[frame.length - 1] = '\n';
    textAt = DATA.length + encoder.textAt();
    return frame;
  }

  private void tell(ChatEvent event) {
    if (failure != null) {
      return;
    }
    switch (event) {
      case ChatEvent.Failure broken -> failure = broken.fault();
      case ChatEvent.UsageReport report -> usage = report.usage();
      case ChatEvent.Finished finished when finished.finish().reason() == FinishReason.ERROR -> {
        failure = failed(finished.finish());
        return;
      }
      case ChatEvent.Finished finished
          when blockedPrompts == BlockedPrompt.ERROR && !spoken && isBlocked(finished.finish()) -> {
        failure = blocked();
        return;
      }
      case ChatEvent.TextDelta _, ChatEvent.RefusalDelta _, ChatEvent.ToolCallStart _ ->
          spoken = true;
      case ChatEvent.ReasoningDelta _, ChatEvent.ToolCallDelta _ -> {
        // Pieces, but no words.
      }
      default -> onlyPieces = false;
    }
    encoder.encode(named(event), this);
  }

  private ChatEvent named(ChatEvent event) {
    return event instanceof ChatEvent.Start start && start.model() == null
        ? new ChatEvent.Start(start.id(), start.createdSeconds(), asked, start.tier(), start.rest())
        : event;
  }

  @Override
  public void chunk(JsonWriter chunk) {
    chunks++;
    ByteBuf to = out();
    to.writeBytes(DATA);
    chunk.writeTo(to);
    to.writeByte('\n').writeByte('\n');
  }

  @Override
  public void done() {
    out().writeBytes(DONE);
  }

  private ByteBuf out() {
    ByteBuf to = out;
    if (to == null) {
      to = alloc.directBuffer(FRAME_BYTES).setIndex(ServerExchange.ROOM, ServerExchange.ROOM);
      out = to;
    }
    return to;
  }
}
