package dev.sluice.protocol.eventstream;

import dev.sluice.json.JsonWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/** Writes messages of an event stream. */
public final class MessageWriter {

  private static final int PRELUDE_CHECKED_BYTES = 8;
  private static final int NAME_BYTES_MAX = 255;
  private static final int TEXT_BYTES_MAX = 65_535;

  private static final String CONTENT_TYPE = ":content-type";
  private static final String MESSAGE_TYPE = ":message-type";
  private static final Header JSON = Header.text(CONTENT_TYPE, "application/json");
  private static final Header EVENT = Header.text(MESSAGE_TYPE, "event");
  private static final Header EXCEPTION = Header.text(MESSAGE_TYPE, "exception");

  private MessageWriter() {}

  /** Writes an event whose payload is {@code payload}. */
  public static void event(ByteBuf out, String type, JsonWriter payload) {
    json(out, Header.text(":event-type", type), EVENT, payload);
  }

  /** Writes an exception whose payload is {@code payload}: the last message of its stream. */
  public static void exception(ByteBuf out, String type, JsonWriter payload) {
    json(out, Header.text(":exception-type", type), EXCEPTION, payload);
  }

  private static void json(ByteBuf out, Header type, Header kind, JsonWriter payload) {
    int start = begin(out);
    header(out, type);
    header(out, JSON);
    header(out, kind);
    int headers = endHeaders(out, start);
    payload.writeTo(out);
    end(out, start, headers);
  }

  /**
   * Writes a message with the payload {@code bytes[from, to)}.
   *
   * @throws IllegalArgumentException where a header is too long
   */
  public static void write(ByteBuf out, List<Header> headers, byte[] bytes, int from, int to) {
    int start = begin(out);
    for (Header header : headers) {
      header(out, header);
    }
    int length = endHeaders(out, start);
    out.writeBytes(bytes, from, to - from);
    end(out, start, length);
  }

  private static int begin(ByteBuf out) {
    int start = out.writerIndex();
    out.writeZero(PRELUDE_CHECKED_BYTES + Integer.BYTES);
    return start;
  }

  private static int endHeaders(ByteBuf out, int start) {
    int length = out.writerIndex() - start - PRELUDE_CHECKED_BYTES - Integer.BYTES;
    if (length > MessageReader.HEADERS_BYTES_MAX) {
      throw new IllegalArgumentException("headers of " + length + " bytes");
    }
    return length;
  }

  private static void end(ByteBuf out, int start, int headers) {
    out.setInt(start, out.writerIndex() - start + Integer.BYTES);
    out.setInt(start + Integer.BYTES, headers);
    out.setInt(start + PRELUDE_CHECKED_BYTES, sum(out, start, start + PRELUDE_CHECKED_BYTES));
    out.writeInt(sum(out, start, out.writerIndex()));
  }

  private static int sum(ByteBuf out, int from, int to) {
    CRC32 check = new CRC32();
    check.update(out.nioBuffer(from, to - from));
    return (int) check.getValue();
  }

  private static void header(ByteBuf out, Header header) {
    byte[] name = header.name().getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > NAME_BYTES_MAX) {
      throw new IllegalArgumentException("a header's name of " + name.length + " bytes");
    }
    out.writeByte(name.length).writeBytes(name);
    switch (header.value()) {
      case HeaderValue.Bool bool -> out.writeByte(bool.value() ? 0 : 1);
      case HeaderValue.Int8 number -> out.writeByte(2).writeByte(number.value());
      case HeaderValue.Int16 number -> out.writeByte(3).writeShort(number.value());
      case HeaderValue.Int32 number -> out.writeByte(4).writeInt(number.value());
      case HeaderValue.Int64 number -> out.writeByte(5).writeLong(number.value());
      case HeaderValue.Bytes bytes -> sized(out, 6, bytes.bytes());
      case HeaderValue.Text text -> sized(out, 7, text.value().getBytes(StandardCharsets.UTF_8));
      case HeaderValue.Timestamp moment -> out.writeByte(8).writeLong(moment.millis());
      case HeaderValue.Uuid id ->
          out.writeByte(9).writeLong(id.mostSignificant()).writeLong(id.leastSignificant());
    }
  }

  private static void sized(ByteBuf out, int type, byte[] bytes) {
    if (bytes.length > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException("a header's value of " + bytes.length + " bytes");
    }
    out.writeByte(type).writeShort(bytes.length).writeBytes(bytes);
  }
}
