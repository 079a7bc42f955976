package dev.sluice.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.eventstream.Header;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.provider.translation.StreamReader;
import dev.sluice.provider.translation.Translator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** Streamed answers: what they tell is the same however they are cut. */
class StreamFuzzTest {

  private static final int PRELUDE_BYTES = 12;
  private static final int SUM_BYTES = 4;

  @FuzzTest
  void openAi(byte[] input) {
    Heard.sameForAll(Fuzzed.of(input), OpenAiStream::new);
  }

  @FuzzTest
  void anthropic(byte[] input) {
    check(Wires.ANTHROPIC, Fuzzed.of(input));
  }

  @FuzzTest
  void gemini(byte[] input) {
    check(Wires.GEMINI, Fuzzed.of(input));
  }

  @FuzzTest
  void cohere(byte[] input) {
    check(Wires.COHERE, Fuzzed.of(input));
  }

  /** Lines with a type and a payload each; those that begin with an exclamation mark are errors. */
  @FuzzTest
  void converse(byte[] input) {
    Fuzzed fuzzed = Fuzzed.of(input);
    check(Wires.CONVERSE, fuzzed.as(messages(fuzzed.bytes())));
  }

  @FuzzTest
  void invoked(byte[] input) {
    Fuzzed fuzzed = Fuzzed.of(input);
    check(Wires.INVOKED, fuzzed.as(messages(fuzzed.bytes())));
  }

  /** Any bytes for headers and payloads, under sums that are right. */
  @FuzzTest
  void headers(byte[] input) {
    Fuzzed fuzzed = Fuzzed.of(input);
    check(Wires.CONVERSE, fuzzed.as(summed(fuzzed.bytes())));
  }

  /** Any bytes at all. */
  @FuzzTest
  void eventStream(byte[] input) {
    check(Wires.CONVERSE, Fuzzed.of(input));
  }

  private static void check(Translator translator, Fuzzed fuzzed) {
    Heard.sameForAll(fuzzed, means -> Wires.asked(translator).stream(means));
  }

  private static byte[] messages(byte[] text) {
    ByteBuf out = Unpooled.buffer();
    int from = 0;
    while (from < text.length) {
      int to = from;
      while (to < text.length && text[to] != '\n') {
        to++;
      }
      message(text, from, to, out);
      from = to + 1;
    }
    return Arrays.copyOf(out.array(), out.readableBytes());
  }

  private static void message(byte[] text, int from, int to, ByteBuf out) {
    int space = from;
    while (space < to && text[space] != ' ' && space - from < 200) {
      space++;
    }
    boolean error = text[from] == '!';
    String type =
        new String(text, from, space - from, StandardCharsets.ISO_8859_1).replace("!", "");
    List<Header> headers =
        error
            ? List.of(
                Header.text(":exception-type", type), Header.text(":message-type", "exception"))
            : List.of(Header.text(":event-type", type), Header.text(":message-type", "event"));
    MessageWriter.write(out, headers, text, Math.min(space + 1, to), to);
  }

  /** Messages of a byte with the headers' length, one with the payload's, and both of them. */
  private static byte[] summed(byte[] bytes) {
    ByteBuf out = Unpooled.buffer();
    int at = 0;
    while (at + 2 <= bytes.length) {
      int headers = Math.min(bytes[at] & 0xff, bytes.length - at - 2);
      int payload = Math.min(bytes[at + 1] & 0xff, bytes.length - at - 2 - headers);
      int start = out.writerIndex();
      out.writeInt(PRELUDE_BYTES + headers + payload + SUM_BYTES).writeInt(headers);
      out.writeInt(sum(out, start));
      out.writeBytes(bytes, at + 2, headers + payload);
      out.writeInt(sum(out, start));
      at += 2 + headers + payload;
    }
    return Arrays.copyOf(out.array(), out.readableBytes());
  }

  private static int sum(ByteBuf out, int from) {
    CRC32 check = new CRC32();
    check.update(out.nioBuffer(from, out.writerIndex() - from));
    return (int) check.getValue();
  }

  /** Makes a reader of one stream. */
  interface Opening {
    StreamReader open(StreamReader.Means means);
  }
}
