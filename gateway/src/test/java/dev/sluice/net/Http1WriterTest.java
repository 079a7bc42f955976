package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Http1WriterTest {

  @Property(tries = 500)
  void aChunkAroundDataIsTheOneThatIsWrittenInPieces(
      @ForAll @IntRange(min = 1, max = 70_000) int size,
      @ForAll @IntRange(max = 16) int before,
      @ForAll @IntRange(max = 4) int behind) {
    String line = Integer.toHexString(size) + "\r\n";
    ByteBuf pieces = Unpooled.buffer();
    Http1Writer.chunkSize(size, pieces);
    assertThat(pieces.toString(StandardCharsets.US_ASCII)).isEqualTo(line);
    pieces.writeZero(size);
    Http1Writer.chunkEnd(pieces);
    // What stood there before is not told.
    ByteBuf data = Unpooled.directBuffer(before + size + behind, before + size + behind);
    data.setByte(0, 'x').writerIndex(before).readerIndex(before).writeZero(size);

    boolean chunked = Http1Writer.chunkAround(data);

    assertThat(chunked).isEqualTo(before >= line.length() && behind >= 2);
    if (chunked) {
      assertThat(data).isEqualTo(pieces);
    } else {
      assertThat(data.readerIndex()).isEqualTo(before);
      assertThat(data.readableBytes()).isEqualTo(size);
    }
    data.release();
    pieces.release();
  }

  @Test
  void aSliceHasNoRoomAroundIt() {
    ByteBuf whole = Unpooled.copiedBuffer("before data behind", StandardCharsets.US_ASCII);
    ByteBuf data = whole.slice(7, 4);

    assertThat(Http1Writer.chunkAround(data)).isFalse();
    assertThat(whole.toString(StandardCharsets.US_ASCII)).isEqualTo("before data behind");
    whole.release();
  }

  /** Whatever is told on, a line's end in it must not begin a header, nor a character be cut. */
  @Property(tries = 1000)
  void aTextStaysInItsLine(@ForAll("texts") String text) {
    ByteBuf asText = Unpooled.buffer(1);

    Http1Writer.text(text, asText);

    StringBuilder expected = new StringBuilder();
    for (char c : text.toCharArray()) {
      expected.append(c == '\r' || c == '\n' || c > 0xff ? '?' : c);
    }
    assertThat(asText.toString(StandardCharsets.ISO_8859_1)).isEqualTo(expected.toString());
    asText.release();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("Bearer sk-1", "x", "\r", "\n", "\t", "\u007f", "é", "ÿ", "Ā", "😀")
        .list()
        .ofMaxSize(6)
        .map(pieces -> String.join("", pieces));
  }

  @Test
  void aPartOfAnAsciiStringIsWrittenAsThatPart() {
    ByteBuf out = Unpooled.buffer(1);

    Http1Writer.text(new AsciiString("whole name").subSequence(6, 10, false), out);

    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("name");
    out.release();
  }
}
