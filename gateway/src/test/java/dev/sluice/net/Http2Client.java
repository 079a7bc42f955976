package dev.sluice.net;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/2 frame by frame, and so may break every rule of it. Settings and pings of the server
 * are acknowledged; nothing else is done unasked.
 */
final class Http2Client implements AutoCloseable {

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 1;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int WITH_PRIORITY = 0x20;

  private static final String[] GET = {
    ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x"
  };

  private final Socket socket;
  private final DataInputStream in;
  private final Map<Integer, Coming> streams = new HashMap<>();
  private final DefaultHttp2HeadersDecoder headersDecoder = new DefaultHttp2HeadersDecoder(false);

  private Http2Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** A frame as it came. */
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    int number() {
      return ByteBuffer.wrap(payload).getInt();
    }
  }

  /**
   * An answer.
   *
   * @param reset the error code it was reset with; -1 where it was not
   */
  record Answer(Http2Headers headers, String body, long reset) {
    String status() {
      return headers.status() == null ? "none" : headers.status().toString();
    }
  }

  /** A connection on which nothing has been sent. */
  static Http2Client silent(Socket socket) throws IOException {
    return new Http2Client(socket);
  }

  /** A connection with the greetings done. */
  static Http2Client greeted(Socket socket) throws IOException {
    return greeted(socket, new byte[0]);
  }

  /** A connection with the greetings done, the client's with these settings. */
  static Http2Client greeted(Socket socket, byte[] settings) throws IOException {
    Http2Client client = new Http2Client(socket);
    client.send(PREFACE);
    // Without a table, header blocks that a test skips leave no gap.
    client.frame(SETTINGS, 0, 0, joined(setting(1, 0), settings));
    client.await(frame -> frame.type == SETTINGS && (frame.flags & ACK) != 0);
    return client;
  }

  Socket socket() {
    return socket;
  }

  Http2Client send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Http2Client frame(int type, int flags, int stream, byte... payload) throws IOException {
    return send(bytes(type, flags, stream, payload));
  }

  static byte[] bytes(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >>> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Asks by GET. */
  Http2Client get(int stream, String path) throws IOException {
    return headers(
        stream, END_STREAM, ":method", "GET", ":scheme", "http", ":path", path, ":authority", "x");
  }

  /** Begins a request with a body. */
  Http2Client post(int stream, String path, String... more) throws IOException {
    String[] all = new String[8 + more.length];
    System.arraycopy(GET, 0, all, 0, GET.length);
    all[1] = "POST";
    all[5] = path;
    System.arraycopy(more, 0, all, 8, more.length);
    return headers(stream, 0, all);
  }

  /** Sends a whole header block; names and values by turns. */
  Http2Client headers(int stream, int flags, String... headers) throws IOException {
    return frame(HEADERS, flags | END_HEADERS, stream, block(headers));
  }

  Http2Client data(int stream, int flags, String text) throws IOException {
    return frame(DATA, flags, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A header block of literals that no table is needed for (RFC 7541, section 6.2.2). */
  static byte[] block(String... headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < headers.length; i += 2) {
      block.write(0);
      literal(headers[i], block);
      literal(headers[i + 1], block);
    }
    return block.toByteArray();
  }

  private static void literal(String text, ByteArrayOutputStream to) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = bytes.length;
    if (rest < 127) {
      to.write(rest);
    } else {
      to.write(127);
      for (rest -= 127; rest >= 128; rest >>>= 7) {
        to.write(rest & 127 | 128);
      }
      to.write(rest);
    }
    to.writeBytes(bytes);
  }

  static byte[] setting(int id, long value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt((int) value).array();
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  static byte[] error(Http2Error error) {
    return number((int) error.code());
  }

  /** The next frame; {@code null} at the connection's end. */
  @Nullable Frame read() throws IOException {
    try {
      int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == SETTINGS && flags == 0) {
        frame(SETTINGS, ACK, 0);
      } else if (type == PING && flags == 0) {
        frame(PING, ACK, 0, payload);
      }
      Frame frame = new Frame(type, flags, stream, payload);
      keep(frame);
      return frame;
    } catch (EOFException | SocketException _) {
      return null;
    }
  }

  /** Reads up to the frame that is waited for. */
  Frame await(Predicate<Frame> wanted) throws IOException {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (wanted.test(frame)) {
        return frame;
      }
    }
    throw new EOFException("the connection ended before the frame came");
  }

  /** Reads one stream's answer to its end; what comes of other streams meanwhile is kept. */
  Answer answer(int stream) throws IOException {
    while (true) {
      Coming coming = streams.computeIfAbsent(stream, _ -> new Coming());
      if (coming.ended) {
        return new Answer(
            coming.headers, coming.body.toString(StandardCharsets.UTF_8), coming.reset);
      }
      await(_ -> true);
    }
  }

  private void keep(Frame frame) throws IOException {
    Coming coming = streams.computeIfAbsent(frame.stream, _ -> new Coming());
    if (frame.type == HEADERS) {
      try {
        Http2Headers decoded =
            headersDecoder.decodeHeaders(frame.stream, Unpooled.wrappedBuffer(frame.payload));
        if (coming.headers.status() == null || coming.headers.status().charAt(0) == '1') {
          coming.headers = decoded;
        }
      } catch (Http2Exception e) {
        throw new IOException(e);
      }
    } else if (frame.type == DATA) {
      coming.body.writeBytes(frame.payload);
    } else if (frame.type == RST_STREAM && !coming.ended) {
      coming.reset = frame.number();
      coming.ended = true;
    }
    coming.ended |= frame.ends();
  }

  /** What has come of a stream. */
  private static final class Coming {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Http2Headers headers = new DefaultHttp2Headers();
    private long reset = -1;
    private boolean ended;
  }

  /**
   * Reads to the connection's end.
   *
   * @return the error it was ended with; {@code null} where the server gave none
   */
  @Nullable Http2Error ended() throws IOException {
    Http2Error error = null;
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == GOAWAY) {
        error = Http2Error.valueOf(ByteBuffer.wrap(frame.payload()).getInt(4));
      }
    }
    return error;
  }

  /** The error that this stream, or with it the connection, is ended with. */
  Http2Error streamError(int stream) throws IOException {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == GOAWAY) {
        return Http2Error.valueOf(ByteBuffer.wrap(frame.payload()).getInt(4));
      }
      if (frame.type() == RST_STREAM && frame.stream() == stream) {
        return Http2Error.valueOf(frame.number());
      }
      if (frame.stream() == stream) {
        throw new AssertionError("answered instead, by a frame of type " + frame.type());
      }
    }
    throw new AssertionError("closed without an error");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
