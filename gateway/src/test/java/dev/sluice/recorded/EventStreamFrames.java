package dev.sluice.recorded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** Takes AWS's binary event streams apart: lengths, headers, payload, and two checks. */
public final class EventStreamFrames {

  private static final int PRELUDE_BYTES = 12;
  private static final int CHECK_BYTES = 4;
  private static final int TEXT = 7;

  /**
   * One frame.
   *
   * @param headers those that are texts
   * @param end where it ends in the stream, in bytes
   */
  public record Frame(Map<String, String> headers, String payload, int end) {

    /** The kind of event; empty for an exception. */
    public String type() {
      return headers.getOrDefault(":event-type", "");
    }
  }

  private EventStreamFrames() {}

  /** The complete frames that {@code stream} begins with. */
  public static List<Frame> read(byte[] stream) {
    List<Frame> frames = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(stream);
    while (in.remaining() >= PRELUDE_BYTES) {
      int start = in.position();
      int total = in.getInt(start);
      int headersBytes = in.getInt(start + 4);
      if (in.remaining() < total) {
        break;
      }
      check(stream, start, 8, in.getInt(start + 8));
      check(stream, start, total - CHECK_BYTES, in.getInt(start + total - CHECK_BYTES));
      int payload = start + PRELUDE_BYTES + headersBytes;
      int end = start + total;
      frames.add(
          new Frame(
              headers(in.duplicate().limit(payload).position(start + PRELUDE_BYTES)),
              new String(stream, payload, end - CHECK_BYTES - payload, StandardCharsets.UTF_8),
              end));
      in.position(end);
    }
    return frames;
  }

  private static Map<String, String> headers(ByteBuffer in) {
    Map<String, String> headers = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      String name = text(in, in.get() & 0xFF);
      int type = in.get();
      if (type != TEXT) {
        throw new IllegalArgumentException("a header of type " + type + ": " + name);
      }
      headers.put(name, text(in, in.getShort() & 0xFFFF));
    }
    return headers;
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void check(byte[] stream, int from, int length, int expected) {
    CRC32 crc = new CRC32();
    crc.update(stream, from, length);
    if ((int) crc.getValue() != expected) {
      throw new IllegalArgumentException("a frame whose check is wrong, at byte " + from);
    }
  }
}
