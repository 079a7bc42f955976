package dev.sluice.protocol.eventstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.json.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  /** Messages as the protocol's publisher gives them for testing. */
  private static final String EMPTY = "000000100000000005c248eb7d98c8ff";

  private static final String NO_HEADERS =
      "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";

  /** One header, {@code content-type: application/json}, and the same payload. */
  private static final String ONE_HEADER =
      "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
          + "7b27666f6f273a27626172277d8d9c08b1";

  /** A message, copied out of its stream. */
  private record Got(List<Header> headers, String payload) {}

  private static List<Got> read(byte[] bytes, int size, int max) {
    List<Got> got = new ArrayList<>();
    MessageReader reader = reader(got, max);
    for (int at = 0; at < bytes.length; at += size) {
      reader.feed(bytes, at, Math.min(bytes.length, at + size));
    }
    reader.end();
    return got;
  }

  private static MessageReader reader(List<Got> got, int max) {
    return new MessageReader(
        max,
        message ->
            got.add(
                new Got(
                    message.headers(),
                    new String(
                        message.bytes(),
                        message.payloadFrom(),
                        message.payloadTo() - message.payloadFrom(),
                        UTF_8))));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static byte[] written(List<Got> messages) {
    ByteBuf out = Unpooled.buffer();
    for (Got message : messages) {
      byte[] payload = message.payload().getBytes(UTF_8);
      MessageWriter.write(out, message.headers(), payload, 0, payload.length);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  @Test
  void publishedMessagesAreReadAndWritten() {
    Got empty = new Got(List.of(), "");
    Got bare = new Got(List.of(), "{'foo':'bar'}");
    Got typed = new Got(List.of(Header.text("content-type", "application/json")), "{'foo':'bar'}");

    assertThat(read(hex(EMPTY + NO_HEADERS + ONE_HEADER), 1000, 1000))
        .containsExactly(empty, bare, typed);
    assertThat(HexFormat.of().formatHex(written(List.of(empty, bare, typed))))
        .isEqualTo(EMPTY + NO_HEADERS + ONE_HEADER);
  }

  @Provide
  Arbitrary<List<Got>> messages() {
    Arbitrary<HeaderValue> value =
        Arbitraries.oneOf(
            Arbitraries.of(true, false).map(HeaderValue.Bool::new),
            Arbitraries.bytes().map(HeaderValue.Int8::new),
            Arbitraries.shorts().map(HeaderValue.Int16::new),
            Arbitraries.integers().map(HeaderValue.Int32::new),
            Arbitraries.longs().map(HeaderValue.Int64::new),
            Arbitraries.strings().ofMaxLength(9).map(s -> HeaderValue.Bytes.of(s.getBytes(UTF_8))),
            text().map(HeaderValue.Text::new),
            Arbitraries.longs().map(HeaderValue.Timestamp::new),
            Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as(HeaderValue.Uuid::new));
    Arbitrary<Header> header =
        Combinators.combine(Arbitraries.of(":event-type", "é", "x"), value).as(Header::new);
    return Combinators.combine(header.list().ofMaxSize(4), text()).as(Got::new).list().ofMaxSize(5);
  }

  private static Arbitrary<String> text() {
    return Arbitraries.of("", "{}", "é", "\u0000", "a longer piece ".repeat(90))
        .list()
        .ofMaxSize(3)
        .map(pieces -> String.join("", pieces));
  }

  @Property(tries = 200)
  void decodeUndoesEncodeAtAnySplit(
      @ForAll("messages") List<Got> messages, @ForAll @IntRange(min = 1, max = 3000) int size) {
    byte[] bytes = written(messages);

    assertThat(read(bytes, size, 1 << 20)).isEqualTo(messages);
    assertThat(read(bytes, 1, 1 << 20)).isEqualTo(messages);
    assertThat(direct(bytes, size)).isEqualTo(messages);
  }

  private static List<Got> direct(byte[] bytes, int size) {
    List<Got> got = new ArrayList<>();
    MessageReader reader = reader(got, 1 << 20);
    for (int at = 0; at < bytes.length; at += size) {
      ByteBuf piece = UnpooledByteBufAllocator.DEFAULT.directBuffer();
      piece.writeBytes(bytes, at, Math.min(size, bytes.length - at));
      reader.feed(piece);
      assertThat(piece.isReadable()).isFalse();
      piece.release();
    }
    reader.end();
    return got;
  }

  @Test
  void buffersOfTheHeapAreReadWhereTheyBegin() {
    List<Got> got = new ArrayList<>();
    ByteBuf piece = Unpooled.wrappedBuffer(hex("ffff" + ONE_HEADER + "ee")).slice(1, 62);
    piece.skipBytes(1);

    reader(got, 1000).feed(piece);

    assertThat(got).hasSize(1);
    assertThat(piece.isReadable()).isFalse();
  }

  @Property(tries = 300)
  @DisplayName("case 66: a damaged byte of a binary stream is found")
  void aDamagedByteIsFound(
      @ForAll("messages") List<Got> messages, @ForAll int place, @ForAll byte spoiler) {
    byte[] bytes = written(messages);
    if (bytes.length == 0) {
      return;
    }
    int at = Math.floorMod(place, bytes.length);
    if (bytes[at] == spoiler) {
      return;
    }
    bytes[at] = spoiler;

    assertThatThrownBy(() -> read(bytes, 7, 1 << 20)).isInstanceOf(BrokenEventStream.class);
  }

  @Property(tries = 300)
  void rubbishIsRefusedAndNothingWorse(@ForAll byte[] rubbish) {
    try {
      assertThat(read(rubbish, 3, 1 << 20)).isEmpty();
      assertThat(rubbish).isEmpty();
    } catch (BrokenEventStream e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  @DisplayName("cases 65 and 66: a binary stream that ends in the middle of a message is broken")
  void aStreamThatEndsInTheMiddleOfAMessageIsBrokenWhereverThatIs() {
    byte[] bytes = hex(NO_HEADERS + ONE_HEADER);
    for (int to = 0; to <= bytes.length; to++) {
      List<Got> got = new ArrayList<>();
      MessageReader reader = reader(got, 1000);
      reader.feed(bytes, 0, to);

      if (to == 0 || to == NO_HEADERS.length() / 2 || to == bytes.length) {
        reader.end();
      } else {
        assertThatThrownBy(reader::end).isInstanceOf(BrokenEventStream.class);
      }
      assertThat(got).hasSize(to == bytes.length ? 2 : to >= NO_HEADERS.length() / 2 ? 1 : 0);
    }
  }

  @Test
  void lengthsAreHeldToTheLimitBeforeAnythingIsKept() {
    List<Got> got = new ArrayList<>();
    MessageReader reader = reader(got, 100);

    assertThatThrownBy(() -> reader.feed(prelude(101, 0), 0, 12))
        .isInstanceOf(BrokenEventStream.class)
        .hasMessageContaining("101");
    // And is not to be had again.
    assertThatThrownBy(() -> reader.feed(hex(EMPTY), 0, 16)).isInstanceOf(BrokenEventStream.class);
    for (byte[] bad :
        List.of(prelude(15, 0), prelude(-1, 0), prelude(60, -1), prelude(60, 45), prelude(0, 0))) {
      assertThatThrownBy(() -> reader(got, 100).feed(bad, 0, 12))
          .isInstanceOf(BrokenEventStream.class);
    }
    assertThatThrownBy(() -> reader(got, 1 << 20).feed(prelude(200_000, 131_073), 0, 12))
        .isInstanceOf(BrokenEventStream.class)
        .hasMessageContaining("headers");
    assertThat(got).isEmpty();
  }

  @Test
  void aPromiseOfMuchIsNotPaidForInAdvance() {
    MessageReader reader = reader(new ArrayList<>(), 16 << 20);

    reader.feed(prelude(16 << 20, 0), 0, 12);
    for (int i = 0; i < 100; i++) {
      reader.feed(new byte[10], 0, 10);
    }

    assertThat(reader.keptBytes()).isEqualTo(1012);
  }

  private static byte[] prelude(int length, int headers) {
    ByteBuf out = Unpooled.buffer().writeInt(length).writeInt(headers);
    CRC32 check = new CRC32();
    check.update(out.nioBuffer());
    out.writeInt((int) check.getValue());
    byte[] bytes = new byte[12];
    out.readBytes(bytes);
    return bytes;
  }

  @Test
  void brokenHeadersAreFoundAlthoughTheyMatchTheirCheck() {
    for (String headers :
        List.of("05", "0161", "016107", "01610700", "0161070005aabb", "01610a", "016104000000")) {
      byte[] bytes = hex(headers);
      ByteBuf out = Unpooled.buffer().writeInt(16 + bytes.length).writeInt(bytes.length);
      CRC32 check = new CRC32();
      check.update(out.nioBuffer());
      out.writeInt((int) check.getValue()).writeBytes(bytes);
      check.reset();
      check.update(out.nioBuffer());
      out.writeInt((int) check.getValue());

      assertThatThrownBy(() -> reader(new ArrayList<>(), 1000).feed(out))
          .as(headers)
          .isInstanceOf(BrokenEventStream.class)
          .hasMessageContaining("header");
    }
  }

  @Test
  void eventsAndExceptionsSayWhatTheyAre() {
    ByteBuf out = Unpooled.buffer();
    MessageWriter.event(out, "messageStop", new JsonWriter().beginObject().endObject());
    MessageWriter.exception(out, "throttlingException", new JsonWriter().beginObject().endObject());
    List<String> said = new ArrayList<>();

    new MessageReader(
            1000,
            message -> {
              said.add(message.text(":event-type".getBytes(UTF_8)));
              said.add(message.text(":exception-type".getBytes(UTF_8)));
              said.add(message.text(":content-type".getBytes(UTF_8)));
              said.add(message.text(":message-type".getBytes(UTF_8)));
              byte[] type = ":message-type".getBytes(UTF_8);
              said.add(message.says(type, "event".getBytes(UTF_8)) + "");
            })
        .feed(out);

    assertThat(said)
        .containsExactly(
            "messageStop",
            "",
            "application/json",
            "event",
            "true",
            "",
            "throttlingException",
            "application/json",
            "exception",
            "false");
  }

  @Test
  void headersThatAreTooLongAreNotWritten() {
    ByteBuf out = Unpooled.buffer();
    for (Header bad :
        List.of(
            Header.text("", "a"),
            Header.text("n".repeat(256), "a"),
            Header.text("n", "a".repeat(65_536)))) {
      assertThatThrownBy(() -> MessageWriter.write(out, List.of(bad), new byte[0], 0, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
