package dev.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The bytes that a load generator sends again and again. */
final class LoadRequest {

  private static final int BODY_BYTES = 600;

  private LoadRequest() {}

  /** A request of {@value #BODY_BYTES} bytes of body whose answer is whole; never released. */
  static ByteBuf whole(Door door) {
    return request(door, "", "");
  }

  /** The same, whose answer is a stream of so many frames. */
  static ByteBuf stream(Door door, int frames, int framesPerSecond) {
    return request(
        door,
        MockUpstream.FRAMES + frames + " " + MockUpstream.RATE + framesPerSecond + " ",
        ",\"stream\":true");
  }

  private static ByteBuf request(Door door, String words, String stream) {
    String before = door.bodyHead() + words;
    String after = "\"}],\"temperature\":0.7,\"max_tokens\":100" + stream + "}";
    int filling = Math.max(1, BODY_BYTES - before.length() - after.length());
    String body = before + "hello ".repeat(filling / 6 + 1).substring(0, filling) + after;
    String head =
        "POST "
            + door.path()
            + " HTTP/1.1\r\nhost: 127.0.0.1:"
            + door.port()
            + "\r\ncontent-type: application/json\r\naccept: */*\r\nuser-agent: bench\r\n"
            + "content-length: "
            + body.length()
            + "\r\n\r\n";
    byte[] bytes = (head + body).getBytes(StandardCharsets.US_ASCII);
    // The collector's memory, not the allocator's: it is in use until the process ends.
    return Unpooled.unreleasableBuffer(
        Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()));
  }
}
