package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.eventstream.MessageReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the mock provider says is what a provider of that protocol would. */
class WireTest {

  private static final long SENT = 1_234_567_890_123_456_789L;

  private static String stamped(Wire wire) {
    ByteBuf frame = wire.stamped(UnpooledByteBufAllocator.DEFAULT, SENT);
    String text = frame.toString(StandardCharsets.ISO_8859_1);
    frame.release();
    return text;
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aFrameIsOneChunkWithTheTimeInItsText(Wire wire) {
    String text = stamped(wire);
    int head = text.indexOf("\r\n");

    assertThat(text).contains("\"t=" + SENT + "\"").endsWith("\r\n");
    assertThat(Integer.parseInt(text.substring(0, head), 16)).isEqualTo(text.length() - head - 4);
  }

  @Test
  void conversesMessagesHaveTheirChecksums() {
    List<String> payloads = new ArrayList<>();
    MessageReader reader =
        new MessageReader(
            1 << 16,
            message ->
                payloads.add(
                    new String(
                        message.bytes(),
                        message.payloadFrom(),
                        message.payloadTo() - message.payloadFrom(),
                        StandardCharsets.ISO_8859_1)));

    feed(reader, Wire.CONVERSE.head().toString(StandardCharsets.ISO_8859_1));
    feed(reader, stamped(Wire.CONVERSE));
    feed(reader, Wire.CONVERSE.last(true).toString(StandardCharsets.ISO_8859_1));
    reader.end();

    assertThat(payloads).hasSize(5);
    assertThat(payloads.get(1)).contains("t=" + SENT);
    assertThat(payloads.getLast()).contains("\"totalTokens\":87");
  }

  /** Takes the chunks apart, up to the one that ends them, behind a head where there is one. */
  private static void feed(MessageReader reader, String text) {
    int at = text.startsWith("HTTP/") ? text.indexOf("\r\n\r\n") + 4 : 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n", at);
      int length = Integer.parseInt(text.substring(at, end), 16);
      byte[] chunk =
          text.substring(end + 2, end + 2 + length).getBytes(StandardCharsets.ISO_8859_1);
      reader.feed(chunk, 0, chunk.length);
      at = end + 2 + length + 2;
    }
  }
}
