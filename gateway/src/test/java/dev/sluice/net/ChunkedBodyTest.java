package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chunked framing taken off, over any split of its bytes. */
class ChunkedBodyTest {

  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private final ChunkedBody body =
      new ChunkedBody(data -> {
        taken.writeBytes(ByteBufUtil.getBytes(data));
        data.release();
        return true;
      });

  @Property(tries = 300)
  void whatCameInChunksComesOutWhole(
      @ForAll("pieces") List<@Size(max = 8) String> pieces,
      @ForAll @IntRange(min = 1, max = 40) int step) {
    StringBuilder wire = new StringBuilder();
    for (String piece : pieces) {
      int bytes = piece.getBytes(StandardCharsets.UTF_8).length;
      wire.append(Integer.toHexString(bytes).toUpperCase(Locale.ROOT)).append(";ext=1\r\n");
      wire.append(piece).append("\r\n");
    }
    wire.append("0\r\ntrailer: x\r\n\r\nrest");
    byte[] all = wire.toString().getBytes(StandardCharsets.UTF_8);

    ByteArrayOutputStream slow = new ByteArrayOutputStream();
    ChunkedBody split =
        new ChunkedBody(data -> {
          slow.writeBytes(ByteBufUtil.getBytes(data));
          data.release();
          return true;
        });
    int rest = 0;
    for (int from = 0; from < all.length; from += step) {
      ByteBuf in = Unpooled.copiedBuffer(all, from, Math.min(step, all.length - from));
      if (split.ended()) {
        rest += in.readableBytes();
        in.release();
      } else if (!split.passesWhole(in)) {
        split.feed(in);
        rest += in.readableBytes();
        in.release();
      }
    }

    assertThat(slow.toString(StandardCharsets.UTF_8)).isEqualTo(String.join("", pieces));
    assertThat(split.ended()).isTrue();
    assertThat(rest).isEqualTo(4);
  }

  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.of("a", "data: {}\n\n", "é漢😀", "\r\n", "0\r\n\r\n", "x".repeat(300))
        .list()
        .ofMaxSize(6);
  }

  @Test
  void aPieceThatFillsItsBufferIsTheBufferItself() {
    ByteBuf in = Unpooled.copiedBuffer("5\r\nhello\r\n", StandardCharsets.US_ASCII);

    assertThat(body.passesWhole(in)).isTrue();
    assertThat(in.refCnt()).isZero();
    assertThat(taken).hasToString("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "g\r\n",
        "-1\r\n",
        "0x5\r\nhello\r\n",
        "5\nhello\r\n",
        "5;x\nhello\r\n",
        "5\r\nhello\n",
        "5\r\nhelloo\r\n",
        "5\rhello\r\n",
        "ffffffffffffffff\r\n",
        "0\r\n\n",
        "0\r\n\rx",
      })
  void framingThatIsNoneIsRefused(String wire) {
    ByteBuf in = Unpooled.copiedBuffer(wire, StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> body.feed(in)).isInstanceOf(ChunkedBody.Malformed.class);
    in.release();
  }

  @Test
  void sizeLinesAndTrailersAreBounded() {
    ByteBuf line = Unpooled.copiedBuffer("5;" + "x".repeat(2000), StandardCharsets.US_ASCII);
    ByteBuf trailers =
        Unpooled.copiedBuffer("0\r\n" + "a: b\r\n".repeat(4000), StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> body.feed(line)).isInstanceOf(ChunkedBody.Malformed.class);
    assertThatThrownBy(() -> new ChunkedBody(data -> true).feed(trailers))
        .isInstanceOf(ChunkedBody.Malformed.class);
    line.release();
    trailers.release();
  }
}
