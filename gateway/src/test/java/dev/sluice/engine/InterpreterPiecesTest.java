package dev.sluice.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.EventSink;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.config.TranslationSettings.BlockedPrompt;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.anthropic.AnthropicAbilities;
import dev.sluice.protocol.converse.ConverseAbilities;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.sse.FrameScanner;
import dev.sluice.provider.translation.AnthropicTranslator;
import dev.sluice.provider.translation.BedrockTranslator;
import dev.sluice.provider.translation.Policy;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Pieces of text that are written without being made events, beside the same told as events. */
class InterpreterPiecesTest {

  private static final StreamReader.Means MEANS =
      new StreamReader.Means(1 << 20, UnpooledByteBufAllocator.DEFAULT, new FrameScanner.Scratch());
  private static final ChatRequest REQUEST =
      ChatRequest.builder("m").message(Message.User.of("hi")).build();
  private static final String[] TEXTS = {
    "word",
    " and another one",
    "\\n",
    "say \\\"so\\\" \\\\ ",
    "caf\u00e9",
    "\u4e2d\u6587",
    "\ud83d\ude00",
    "\\u0041",
    "\\/",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\u000a",
    "",
    "t=0000000000000",
    "\u007f?",
    "{\\\"a\\\":1",
    "}",
    "\\t\\b\\f\\r"
  };

  private static Translation anthropic() {
    return new AnthropicTranslator(_ -> AnthropicAbilities.LEAST, Policy.USUAL)
        .translate(REQUEST, new DefaultHttpHeaders(), new JsonWriter(), new Losses());
  }

  private static Translation converse() {
    return new BedrockTranslator(_ -> ConverseAbilities.CLAUDE, Policy.USUAL)
        .translate(REQUEST, new DefaultHttpHeaders(), new JsonWriter(), new Losses());
  }

  /** The same translation, whose pieces of text are all told as events, or counted. */
  private static final class Watched implements Translation {
    private final Translation inner;
    private final boolean slow;
    private int taken;

    Watched(Translation inner, boolean slow) {
      this.inner = inner;
      this.slow = slow;
    }

    @Override
    public String path() {
      return inner.path();
    }

    @Override
    public void headers(HttpHeaders headers) {
      inner.headers(headers);
    }

    @Override
    public ChatResponse whole(byte[] bytes, int from, int to) {
      return inner.whole(bytes, from, to);
    }

    @Override
    public String streamType() {
      return inner.streamType();
    }

    @Override
    public Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to) {
      return inner.error(status, headers, bytes, from, to);
    }

    @Override
    public StreamReader stream(StreamReader.Means means) {
      StreamReader reader = inner.stream(means);
      return new StreamReader() {
        @Override
        public void feed(ByteBuf data, EventSink sink) {
          reader.feed(data, watched(sink));
        }

        @Override
        public void end(EventSink sink) {
          reader.end(watched(sink));
        }

        @Override
        public void close() {
          reader.close();
        }
      };
    }

    private EventSink watched(EventSink sink) {
      if (slow) {
        return sink::accept;
      }
      return new EventSink() {
        @Override
        public void accept(ChatEvent event) {
          sink.accept(event);
        }

        @Override
        public boolean takesText(byte[] json, int from, int to) {
          boolean took = sink.takesText(json, from, to);
          taken += took ? 1 : 0;
          return took;
        }
      };
    }
  }

  /** What an interpreter returns for each of the pieces, and what it says of them. */
  private static List<String> said(Translation translation, List<byte[]> pieces, boolean direct) {
    Interpreter interpreter =
        new Interpreter(
            translation, REQUEST, "1", BlockedPrompt.ANSWER, UnpooledByteBufAllocator.DEFAULT);
    interpreter.begin(MEANS);
    List<String> said = new ArrayList<>();
    for (byte[] piece : pieces) {
      ByteBuf data =
          direct
              ? Unpooled.directBuffer(piece.length + 1).writeBytes(piece)
              : Unpooled.copiedBuffer(piece);
      said.add(taken(interpreter.feed(data)));
      said.add(interpreter.chunks() + " " + interpreter.hasOnlyPieces());
    }
    said.add(taken(interpreter.end()));
    interpreter.close();
    said.add(interpreter.failure() + " " + interpreter.usage());
    said.add(interpreter.losses().fields().toString());
    return said;
  }

  private static String taken(ByteBuf frames) {
    String text = frames.toString(UTF_8);
    frames.release();
    return text.replaceAll("\"created\":[0-9]+", "\"created\":1");
  }

  private static String sse(String data) {
    return "event: "
        + data.replaceAll("^\\{\"type\": ?\"([a-z_]+)\"[^\u0001]*", "$1")
        + "\ndata: "
        + data
        + "\n\n";
  }

  private static byte[] message(String type, String payload) {
    ByteBuf out = Unpooled.buffer();
    MessageWriter.event(out, type, new JsonWriter().raw(payload));
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes).release();
    return bytes;
  }

  private static <T> T oneOf(Random random, T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static String anthropicEvent(Random random, int index) {
    String text = oneOf(random, TEXTS);
    String delta = "{\"type\":\"text_delta\",\"text\":\"" + text + "\"";
    return switch (random.nextInt(24)) {
      case 0 -> "{\"type\":\"ping\"}";
      case 1 -> "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
      case 2 ->
          "{\"type\":\"content_block_start\",\"index\":"
              + index
              + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}";
      case 3 ->
          "{\"type\":\"content_block_start\",\"index\":"
              + index
              + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}}";
      case 4 ->
          "{\"type\":\"content_block_delta\",\"index\":"
              + index
              + ",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}";
      case 5 ->
          "{\"type\":\"content_block_delta\",\"index\":"
              + index
              + ",\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\":\"char_location\","
              + "\"cited_text\":\"x\",\"document_index\":0}}}";
      case 6 ->
          "{\"type\":\"content_block_delta\",\"index\":"
              + index
              + ",\"delta\":{\"type\":\"news_delta\",\"news\":1}}";
      case 7 ->
          "{\"type\":\"content_block_delta\", \"index\":" + index + ",\"delta\":" + delta + "}}";
      case 8 ->
          "{\"type\":\"content_block_delta\",\"delta\":" + delta + "},\"index\":" + index + "}";
      case 9 ->
          "{\"type\":\"content_block_delta\",\"index\":"
              + index
              + ",\"delta\":"
              + delta
              + ",\"text\":\"twice\"}}";
      case 10 ->
          "{\"type\":\"content_block_delta\",\"index\":"
              + index
              + ",\"delta\":"
              + delta
              + "},\"x\":1}";
      case 11 ->
          random.nextInt(6) > 0
              ? "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},"
                  + "\"usage\":{\"output_tokens\":3}}"
              : "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                  + "\"usage\":{\"output_tokens\":3}}";
      case 12 ->
          random.nextInt(6) > 0
              ? "{\"type\":\"content_block_delta\",\"index\":"
                  + index
                  + ",\"delta\":"
                  + delta
                  + "}   }"
              : "{\"type\":\"content_block_delta\",\"index\":"
                  + index
                  + ",\"delta\":"
                  + delta
                  + "}";
      default ->
          "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}}";
    };
  }

  private static byte[] converseEvent(Random random, int index) {
    String head = "{\"contentBlockIndex\":" + index + ",";
    String delta = "\"delta\":{\"text\":\"" + oneOf(random, TEXTS) + "\"}";
    String type = "contentBlockDelta";
    return switch (random.nextInt(20)) {
      case 0 -> message("contentBlockStop", "{\"contentBlockIndex\":" + index + ",\"p\":\"ab\"}");
      case 1 ->
          message(
              "contentBlockStart",
              head + "\"start\":{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"f\"}}}");
      case 2 -> message(type, head + "\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}}}");
      case 3 -> message(type, head + "\"delta\":{\"news\":1}}");
      case 4 -> message(type, head + delta + "}");
      case 5 -> message(type, head + delta + ",\"p\":\"\\u0061\"}");
      case 6 -> message(type, head + delta + ",\"p\":\"abc\",\"more\":1}");
      case 7 -> message(type, "{\"p\":\"a\"," + delta + ",\"contentBlockIndex\":" + index + "}");
      case 8 -> message(type, head + delta + ", \"p\":\"abc\"}");
      case 9 -> message("contentBlockNews", head + delta + ",\"p\":\"abc\"}");
      case 10 ->
          random.nextInt(6) > 0
              ? message("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}")
              : message("messageStop", "{\"stopReason\":\"end_turn\"}");
      case 11 -> message(type, head + delta + (random.nextInt(6) > 0 ? "}" : ",\"p\":1}"));
      default -> message(type, head + delta + ",\"p\":\"" + "q".repeat(random.nextInt(20)) + "\"}");
    };
  }

  private static List<byte[]> cut(byte[] stream, Random random) {
    List<byte[]> pieces = new ArrayList<>();
    int most = random.nextBoolean() ? 20 : 600;
    for (int at = 0; at < stream.length; ) {
      int end = Math.min(stream.length, at + 1 + random.nextInt(most));
      pieces.add(Arrays.copyOfRange(stream, at, end));
      at = end;
    }
    return pieces;
  }

  private static void same(Translation fast, Translation slow, byte[] stream, Random random) {
    List<byte[]> pieces = cut(stream, random);

    assertThat(said(fast, pieces, random.nextBoolean()))
        .isEqualTo(said(new Watched(slow, true), pieces, random.nextBoolean()));
  }

  @Property(tries = 300)
  void anthropicsPiecesAreSaidAsTheirEventsWouldBe(@ForAll long seed) {
    Random random = new Random(seed);
    int[] indexes = {0, 0, 0, 1, 10};
    int index = 0;
    StringBuilder stream =
        new StringBuilder(
            sse(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"i\",\"model\":\"m\","
                    + "\"usage\":{\"input_tokens\":1}}}"));
    for (int block : new int[] {0, 1, 10}) {
      stream.append(
          sse(
              "{\"type\":\"content_block_start\",\"index\":"
                  + block
                  + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"));
    }
    for (int i = random.nextInt(30); i >= 0; i--) {
      index = random.nextInt(4) == 0 ? indexes[random.nextInt(indexes.length)] : index;
      stream.append(sse(anthropicEvent(random, index)));
    }
    stream.append(sse("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}"));
    stream.append(sse("{\"type\":\"message_stop\"}"));

    same(anthropic(), anthropic(), stream.toString().getBytes(UTF_8), random);
  }

  @Property(tries = 300)
  void conversesPiecesAreSaidAsTheirEventsWouldBe(@ForAll long seed) {
    Random random = new Random(seed);
    int[] indexes = {0, 0, 0, 1, 10};
    int index = 0;
    ByteBuf stream = Unpooled.buffer();
    stream.writeBytes(message("messageStart", "{\"role\":\"assistant\"}"));
    for (int i = random.nextInt(30); i >= 0; i--) {
      index = random.nextInt(4) == 0 ? indexes[random.nextInt(indexes.length)] : index;
      stream.writeBytes(converseEvent(random, index));
    }
    stream.writeBytes(message("messageStop", "{\"stopReason\":\"end_turn\"}"));
    stream.writeBytes(message("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}"));
    byte[] bytes = new byte[stream.readableBytes()];
    stream.readBytes(bytes).release();

    same(converse(), converse(), bytes, random);
  }

  @Test
  void allButTheFirstOfAnthropicsPiecesAreNoEvents() {
    Watched watched = new Watched(anthropic(), false);
    StringBuilder stream =
        new StringBuilder(
            sse(
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                    + "{\"type\":\"text\",\"text\":\"\"}}"));
    for (int i = 0; i < 10; i++) {
      stream.append(
          sse(
              "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                  + "\"text\":\"a \\n caf\u00e9\"}"
                  + " ".repeat(i)
                  + "}"));
    }

    said(watched, List.of(stream.toString().getBytes(UTF_8)), true);

    assertThat(watched.taken).isEqualTo(9);
  }

  @Test
  void allButTheFirstOfConversesPiecesAreNoEvents() {
    Watched watched = new Watched(converse(), false);
    List<byte[]> stream = new ArrayList<>();
    stream.add(message("messageStart", "{\"role\":\"assistant\"}"));
    for (int i = 0; i < 10; i++) {
      stream.add(
          message(
              "contentBlockDelta",
              "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"a \\n caf\u00e9\"}"
                  + (i == 0 ? "}" : ",\"p\":\"" + "x".repeat(i) + "\"}")));
    }

    said(watched, stream, true);

    assertThat(watched.taken).isEqualTo(9);
  }
}
