package dev.sluice.bench.micro;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Losses;
import dev.sluice.chat.ToolSettings;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.openai.ChunkSink;
import dev.sluice.protocol.openai.OpenAiAnswerOptions;
import dev.sluice.protocol.openai.OpenAiChunkEncoder;
import dev.sluice.protocol.openai.OpenAiRequests;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.provider.catalogue.Cards;
import dev.sluice.provider.catalogue.Catalogue;
import dev.sluice.provider.catalogue.CodecAbilities;
import dev.sluice.provider.translation.AnthropicTranslator;
import dev.sluice.provider.translation.BedrockTranslator;
import dev.sluice.provider.translation.CohereTranslator;
import dev.sluice.provider.translation.GeminiTranslator;
import dev.sluice.provider.translation.Policy;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to speak with a provider in its own protocol: a request of 100 messages and some 40
 * KB, a tenth of them calls of tools and their results, and a piece of text that becomes a chunk,
 * of one stream after the other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      // As the launcher starts the gateway.
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders",
      "-XX:+UseTransparentHugePages",
      "-Xms28m",
      "-XX:NewSize=11m",
      "-Xmx512m",
      "-Dio.netty.allocator.type=pooled",
      "-Dio.netty.allocator.maxOrder=7",
      "-Dio.netty.leakDetection.level=disabled"
    })
public class TranslationBench implements EventSink, ChunkSink {

  private static final int MESSAGES = 100;

  /** So many that what one of them needs is not at hand in the nearest cache. */
  private static final int STREAMS = 500;

  private static final int CALL_EVERY = 10;
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final Catalogue CATALOGUE = Catalogue.load();
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final String SAYING =
      "It is \\\"quoted\\\" text of a usual length, with a line\\nbreak and caf\u00e9 in it? ";

  private final PooledByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;
  private final FrameScanner.Scratch scratch = new FrameScanner.Scratch();
  private final byte[] request = conversation();

  /** As each event loop has one. */
  private final JsonWriter written = new JsonWriter();

  private final ByteBuf chunks = alloc.directBuffer(1024);

  @Param({"anthropic", "gemini", "converse", "cohere"})
  String protocol = "anthropic";

  private Translator translator = translator("anthropic");
  private final StreamReader[] readers = new StreamReader[STREAMS];
  private final OpenAiChunkEncoder[] encoders = new OpenAiChunkEncoder[STREAMS];
  private int stream;
  private byte[] frame = frame("anthropic");

  /** Takes the protocol that is wanted, and begins a stream of it. */
  @Setup
  public void open() {
    translator = translator(protocol);
    byte[] beginning = beginning(protocol);
    for (stream = 0; stream < STREAMS; stream++) {
      readers[stream] = opened();
      encoders[stream] = encoder();
      readers[stream].feed(alloc.directBuffer(beginning.length + 1).writeBytes(beginning), this);
    }
    stream = 0;
    frame = frame(protocol);
  }

  /** Gives back what the stream holds. */
  @TearDown
  public void close() {
    for (StreamReader reader : readers) {
      reader.close();
    }
    chunks.release();
  }

  private StreamReader opened() {
    return translator
        .translate(
            OpenAiRequests.decodeKnown(request, 0, request.length),
            EmptyHttpHeaders.INSTANCE,
            new JsonWriter(),
            new Losses())
        .stream(new StreamReader.Means(FRAME_BYTES_MAX, alloc, scratch));
  }

  private static Translator translator(String protocol) {
    Cards cards =
        protocol.equals("converse")
            ? CATALOGUE.cards("bedrock", "bedrock")
            : CATALOGUE.cards(protocol, protocol);
    return switch (protocol) {
      case "anthropic" ->
          new AnthropicTranslator(
              _ -> CodecAbilities.anthropic(cards.of("claude-opus-4-5")), Policy.USUAL);
      case "gemini" ->
          new GeminiTranslator(
              _ -> CodecAbilities.gemini(cards.of("gemini-2.5-pro")), Policy.USUAL);
      case "converse" ->
          new BedrockTranslator(
              _ -> CodecAbilities.converse(cards.of("anthropic.claude-sonnet-4-5-20250929-v1:0")),
              Policy.USUAL);
      case "cohere" ->
          new CohereTranslator(_ -> CodecAbilities.cohere(cards.of("command-a-03-2025")));
      default -> throw new IllegalArgumentException("no protocol: " + protocol);
    };
  }

  private static OpenAiChunkEncoder encoder() {
    return new OpenAiChunkEncoder(
        new OpenAiAnswerOptions(
            "chatcmpl-1",
            1,
            null,
            ToolSettings.Style.TOOLS,
            OpenAiAnswerOptions.Thoughts.DETAILS,
            OpenAiAnswerOptions.StreamUsage.REPORT),
        new Losses());
  }

  private static byte[] conversation() {
    StringBuilder text =
        new StringBuilder("{\"model\":\"m\",\"stream\":true,\"temperature\":0.7,\"tools\":[")
            .append("{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"parameters\":")
            .append("{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}}}}}],")
            .append("\"messages\":[{\"role\":\"system\",\"content\":\"You are brief.\"}");
    for (int i = 1; i < MESSAGES; i++) {
      text.append(",{\"role\":\"").append(i % 2 == 0 ? "assistant" : "user");
      text.append("\",\"content\":\"").append(SAYING.repeat(6)).append('"');
      if (i % CALL_EVERY == 0) {
        text.append(",\"tool_calls\":[{\"id\":\"call_").append(i);
        text.append("\",\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"arguments\":");
        text.append("\"{\\\"key\\\":\\\"value\\\"}\"}}]},{\"role\":\"tool\",\"tool_call_id\":");
        text.append("\"call_").append(i++).append("\",\"content\":\"found ").append(SAYING);
        text.append('"');
      }
      text.append('}');
    }
    return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] beginning(String protocol) {
    return switch (protocol) {
      case "anthropic" ->
          event(
              "message_start",
              "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
                  + "\"role\":\"assistant\",\"model\":\"claude-opus-4-5\",\"content\":[],"
                  + "\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}}",
              "content_block_start",
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                  + "{\"type\":\"text\",\"text\":\"\"}}");
      case "gemini" -> new byte[0];
      case "converse" -> message("messageStart", "{\"role\":\"assistant\"}");
      case "cohere" ->
          event(
              "message-start",
              "{\"type\":\"message-start\",\"id\":\"r\",\"delta\":{\"message\":"
                  + "{\"role\":\"assistant\",\"content\":[]}}}",
              "content-start",
              "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":"
                  + "{\"type\":\"text\",\"text\":\"\"}}}}");
      default -> throw new IllegalArgumentException("no protocol: " + protocol);
    };
  }

  private static byte[] frame(String protocol) {
    return switch (protocol) {
      case "anthropic" ->
          event(
              "content_block_delta",
              "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                  + "\"text\":\" caf\u00e9 and more\"}}");
      case "gemini" ->
          ("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\" caf\u00e9 and more\"}],"
                  + "\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":10,"
                  + "\"totalTokenCount\":12},\"modelVersion\":\"g\",\"responseId\":\"r\"}\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8);
      case "converse" ->
          message(
              "contentBlockDelta",
              "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" caf\u00e9 and more\"},"
                  + "\"p\":\"abcdefghijklmnopq\"}");
      case "cohere" ->
          event(
              "content-delta",
              "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":"
                  + "{\"text\":\" caf\u00e9 and more\"}}}}");
      default -> throw new IllegalArgumentException("no protocol: " + protocol);
    };
  }

  private static byte[] event(String... typesAndDatas) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < typesAndDatas.length; i += 2) {
      text.append("event: ").append(typesAndDatas[i]);
      text.append("\ndata: ").append(typesAndDatas[i + 1]).append("\n\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(String type, String payload) {
    ByteBuf out = PooledByteBufAllocator.DEFAULT.heapBuffer();
    JsonWriter json = new JsonWriter();
    MessageWriter.event(out, type, json.raw(payload));
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes).release();
    return bytes;
  }

  /** The request, read and written for the provider. */
  @Benchmark
  public int request() {
    ChatRequest read = OpenAiRequests.decodeKnown(request, 0, request.length);
    translator.translate(read, EmptyHttpHeaders.INSTANCE, written, new Losses());
    int length = written.length();
    ByteBuf body = alloc.directBuffer(length);
    written.writeTo(body);
    body.release();
    written.reset();
    return length;
  }

  /** The reading alone, which is the same for all. */
  @Benchmark
  public int decode() {
    return OpenAiRequests.decodeKnown(request, 0, request.length).messages().size();
  }

  /** A piece of text of the next stream, read and written as a chunk of OpenAI's protocol. */
  @Benchmark
  public int frame() {
    chunks.clear();
    stream = stream + 1 == STREAMS ? 0 : stream + 1;
    readers[stream].feed(alloc.directBuffer(frame.length).writeBytes(frame), this);
    return chunks.readableBytes();
  }

  @Override
  public void accept(ChatEvent event) {
    encoders[stream].encode(event, this);
  }

  @Override
  public boolean takesText(byte[] json, int from, int to) {
    byte[] around = encoders[stream].around();
    if (around == null) {
      return false;
    }
    int at = encoders[stream].textAt();
    chunks.writeBytes(DATA).writeBytes(around, 0, at).writeBytes(json, from, to - from);
    chunks.writeBytes(around, at, around.length - at).writeByte('\n').writeByte('\n');
    return true;
  }

  @Override
  public void chunk(JsonWriter chunk) {
    chunks.writeBytes(DATA);
    chunk.writeTo(chunks);
    chunks.writeByte('\n').writeByte('\n');
  }

  @Override
  public void done() {}
}
