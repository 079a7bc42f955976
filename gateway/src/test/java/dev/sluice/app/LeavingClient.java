package dev.sluice.app;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Clients that ask, perhaps hear how their answer begins, and leave, or stay to its end. */
enum LeavingClient {
  /** Closes its connection. */
  HTTP_1 {
    @Override
    void ask(Socket socket, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      socket
          .getOutputStream()
          .write(
              ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                      + "content-length: "
                      + bytes.length
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void hear(Socket socket) throws IOException {
      if (socket.getInputStream().read() != 'H') {
        throw new EOFException("no answer");
      }
    }

    @Override
    String hearAll(Socket socket) throws IOException {
      StringBuilder heard = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (heard.indexOf("\r\n0\r\n\r\n") < 0) {
        int c = in.read();
        if (c < 0) {
          throw new EOFException("cut off behind " + heard);
        }
        heard.append((char) c);
      }
      return heard.toString();
    }

    @Override
    void leave(Socket socket) throws IOException {
      socket.close();
    }
  },

  /** Resets its stream, and keeps the connection. */
  HTTP_2 {
    @Override
    void ask(Socket socket, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      ByteBuf block = Unpooled.buffer();
      Http2Headers headers =
          new DefaultHttp2Headers()
              .method("POST")
              .scheme("http")
              .authority("x")
              .path("/v1/chat/completions")
              .add("content-type", "application/json");
      try {
        new DefaultHttp2HeadersEncoder().encodeHeaders(STREAM, headers, block);
      } catch (Http2Exception e) {
        throw new IOException(e);
      }
      byte[] head = new byte[block.readableBytes()];
      block.readBytes(head).release();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
      out.write(frame(HEADERS, END_HEADERS, STREAM, head));
      out.write(frame(DATA, END_STREAM, STREAM, bytes));
      socket.getOutputStream().write(out.toByteArray());
    }

    @Override
    void hear(Socket socket) throws IOException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int type;
      do {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        type = in.readUnsignedByte();
        in.readFully(new byte[1 + Integer.BYTES + length]);
      } while (type != DATA);
    }

    @Override
    String hearAll(Socket socket) throws IOException {
      StringBuilder heard = new StringBuilder();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        in.readInt();
        byte[] payload = in.readNBytes(length);
        if (type == DATA) {
          heard.append(new String(payload, StandardCharsets.UTF_8));
        }
        boolean failed = type == GOAWAY && ByteBuffer.wrap(payload).getInt(Integer.BYTES) != 0;
        if (type == RST_STREAM || failed) {
          throw new EOFException("cut off behind " + heard);
        }
        if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
          return heard.toString();
        }
      }
    }

    @Override
    void leave(Socket socket) throws IOException {
      byte[] cancel = ByteBuffer.allocate(Integer.BYTES).putInt(CANCEL).array();
      socket.getOutputStream().write(frame(RST_STREAM, 0, STREAM, cancel));
    }
  };

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int STREAM = 1;
  private static final int CANCEL = 8;

  /** Asks for a chat completion. */
  abstract void ask(Socket socket, String body) throws IOException;

  /** Waits for the answer's beginning. */
  abstract void hear(Socket socket) throws IOException;

  /**
   * Hears the rest of a streamed answer.
   *
   * @throws EOFException where it is cut off
   */
  abstract String hearAll(Socket socket) throws IOException;

  abstract void leave(Socket socket) throws IOException;

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
