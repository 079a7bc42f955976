package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/** Writes the heads and chunks of HTTP/1.1 (RFC 9112) straight into buffers. */
final class Http1Writer {

  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
  private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");

  /** The most that a chunk's size line and its end take. */
  static final int CHUNK_OVERHEAD = 12;

  private Http1Writer() {}

  static void headers(HttpHeaders headers, ByteBuf to) {
    for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        all.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      if (!isOurs(header.getKey())) {
        header(header.getKey(), header.getValue(), to);
      }
    }
  }

  /** Whether a header tells of the connection or of framing, which nobody else knows. */
  private static boolean isOurs(CharSequence name) {
    return switch (name.length()) {
      case 4 -> is(HttpHeaderNames.DATE, name);
      case 7 -> is(HttpHeaderNames.UPGRADE, name);
      case 10 -> is(HttpHeaderNames.CONNECTION, name) || is(KEEP_ALIVE, name);
      case 14 -> is(HttpHeaderNames.CONTENT_LENGTH, name);
      case 16 -> is(PROXY_CONNECTION, name);
      case 17 -> is(HttpHeaderNames.TRANSFER_ENCODING, name);
      default -> false;
    };
  }

  private static boolean is(AsciiString ours, CharSequence name) {
    return ours.contentEqualsIgnoreCase(name);
  }

  static void header(CharSequence name, CharSequence value, ByteBuf to) {
    text(name, to);
    to.writeByte(':').writeByte(' ');
    text(value, to);
    to.writeBytes(CRLF);
  }

  static void line(byte[] text, ByteBuf to) {
    to.writeBytes(text);
  }

  static void endOfHead(ByteBuf to) {
    to.writeBytes(CRLF);
  }

  /** Writes {@code text}; a line end within it would begin a header of its own, so it cannot. */
  static void text(CharSequence text, ByteBuf to) {
    if (text instanceof AsciiString ascii) {
      to.writeBytes(ascii.array(), ascii.arrayOffset(), ascii.length());
      return;
    }
    int length = text.length();
    to.ensureWritable(length);
    if (isPlain(text)) {
      ByteBufUtil.writeAscii(to, text);
      return;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      to.writeByte(c == '\r' || c == '\n' || c > 0xff ? '?' : c);
    }
  }

  /** Whether a text is ASCII in one line, as nearly all are. */
  private static boolean isPlain(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n' || c > 0x7f) {
        return false;
      }
    }
    return true;
  }

  static void number(long value, ByteBuf to) {
    if (value >= 10) {
      number(value / 10, to);
    }
    to.writeByte((int) ('0' + value % 10));
  }

  static void chunkSize(int size, ByteBuf to) {
    for (int shift = (hexDigits(size) - 1) * 4; shift >= 0; shift -= 4) {
      to.writeByte(HEX[size >>> shift & 15]);
    }
    to.writeBytes(CRLF);
  }

  /** How long {@link #chunkSize} is. */
  static int chunkSizeBytes(int size) {
    return hexDigits(size) + CRLF.length;
  }

  private static int hexDigits(int size) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(size) + 3) / 4);
  }

  /**
   * Makes a chunk of {@code data} where it stands, if there is room around it.
   *
   * @param data whose room on both sides nobody else uses
   * @return whether there was
   */
  static boolean chunkAround(ByteBuf data) {
    int size = data.readableBytes();
    int start = data.readerIndex() - chunkSizeBytes(size);
    if (start < 0 || data.writableBytes() < CRLF.length) {
      return false;
    }
    int at = start;
    for (int shift = (hexDigits(size) - 1) * 4; shift >= 0; shift -= 4) {
      data.setByte(at++, HEX[size >>> shift & 15]);
    }
    data.setBytes(at, CRLF);
    data.readerIndex(start).writeBytes(CRLF);
    return true;
  }

  static void chunkEnd(ByteBuf to) {
    to.writeBytes(CRLF);
  }

  static void lastChunk(ByteBuf to) {
    to.writeBytes(LAST_CHUNK);
  }
}
