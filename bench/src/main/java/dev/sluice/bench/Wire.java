package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that the mock provider speaks, each with the same answer: 1.2 KB as a whole, or
 * frames that hold the time they were sent.
 */
// Its buffers are never written again, which their type cannot say.
@SuppressWarnings("ImmutableEnumChecker")
enum Wire {
  OPENAI("mock/" + Rig.MODEL, "text/event-stream", WireTexts.openAi()),
  ANTHROPIC("claude/claude-sonnet-4-5", "text/event-stream", WireTexts.anthropic()),
  CONVERSE(
      "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "application/vnd.amazon.eventstream",
      WireTexts.converse());

  private static final int CRC_BYTES = 4;
  private static final int DECIMAL = 10;

  private final String model;
  private final ByteBuf whole;
  private final ByteBuf head;
  private final ByteBuf frame;
  private final ByteBuf last;
  private final ByteBuf lastWithUsage;
  private final int messageFrom;
  private final int messageBytes;
  private final int stampAt;

  Wire(String model, String streamType, WireTexts texts) {
    this.model = model;
    this.whole =
        constant(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + texts.whole().length()
                + "\r\n\r\n"
                + texts.whole());
    this.head =
        constant(
            "HTTP/1.1 200 OK\r\ncontent-type: "
                + streamType
                + "\r\ntransfer-encoding: chunked\r\n\r\n"
                + chunk(texts.first()));
    String chunk = chunk(texts.frame());
    this.frame = constant(chunk);
    this.messageFrom = chunk.indexOf(texts.frame());
    this.messageBytes = texts.frame().length();
    this.stampAt = chunk.indexOf(WireTexts.UNSTAMPED) + WireTexts.UNSTAMPED_HEAD.length();
    String end = chunk(texts.end()) + "0\r\n\r\n";
    this.last = constant(chunk(texts.last()) + end);
    this.lastWithUsage = constant(chunk(texts.last()) + chunk(texts.usage()) + end);
  }

  /** Which protocol a provider is asked in there; {@code null} where it is none. */
  static @Nullable Wire of(String path) {
    if (path.endsWith("/chat/completions")) {
      return OPENAI;
    }
    if (path.endsWith("/messages")) {
      return ANTHROPIC;
    }
    return path.endsWith("/converse") || path.endsWith("/converse-stream") ? CONVERSE : null;
  }

  /** The default door of a gateway that asks the mock provider in this protocol. */
  Target through(Target gateway) {
    return new Target(
        toString(),
        gateway.owned(),
        gateway.measured(),
        new Door(gateway.door().port(), Target.PATH, model));
  }

  /** An answer, with its head; never released. */
  ByteBuf whole() {
    return whole;
  }

  /** The head of a stream and what it begins with; never released. */
  ByteBuf head() {
    return head;
  }

  /** The end of a stream; never released. */
  ByteBuf last(boolean usage) {
    return usage ? lastWithUsage : last;
  }

  /** A frame with the time it is sent. */
  ByteBuf stamped(ByteBufAllocator alloc, long nanos) {
    ByteBuf out = alloc.directBuffer(frame.readableBytes());
    out.writeBytes(frame, 0, frame.readableBytes());
    long rest = nanos;
    for (int i = stampAt + FrameCounter.STAMP_DIGITS - 1; i >= stampAt; i--) {
      out.setByte(i, (int) ('0' + rest % DECIMAL));
      rest /= DECIMAL;
    }
    if (this == CONVERSE) {
      int checked = messageBytes - CRC_BYTES;
      CRC32 crc = new CRC32();
      crc.update(out.nioBuffer(messageFrom, checked));
      out.setInt(messageFrom + checked, (int) crc.getValue());
    }
    return out;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static String chunk(String text) {
    return text.isEmpty() ? "" : Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private static ByteBuf constant(String text) {
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
