package dev.sluice.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sends bytes as they are, and reads answers by HTTP/1.1's framing. */
final class Http1Client implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;

  Http1Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param headers as lines, names in lower case
   */
  record Answer(int status, String version, List<String> headers, String body) {

    /** A header's value; {@code null} where it is not there. */
    @Nullable String header(String name) {
      for (String line : headers) {
        if (line.startsWith(name + ": ")) {
          return line.substring(name.length() + 2);
        }
      }
      return null;
    }

    boolean closes() {
      return "close".equals(header("connection"));
    }
  }

  Socket socket() {
    return socket;
  }

  Http1Client send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Http1Client send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Http1Client get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nhost: x\r\n\r\n");
  }

  Answer read() throws IOException {
    return read("GET");
  }

  /** Reads the next answer, which is to a request by this method. */
  Answer read(String method) throws IOException {
    String first = line();
    int status = Integer.parseInt(first.substring(9, 12));
    List<String> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon));
    }
    Answer head = new Answer(status, first.substring(0, 8), headers, "");
    return new Answer(status, head.version(), headers, body(head, method));
  }

  private String body(Answer head, String method) throws IOException {
    if (method.equals("HEAD")
        || head.status() < 200
        || head.status() == 204
        || head.status() == 304) {
      return "";
    }
    if ("chunked".equals(head.header("transfer-encoding"))) {
      return chunks();
    }
    String length = head.header("content-length");
    byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    if (length != null && body.length < Integer.parseInt(length)) {
      throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private String chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      byte[] chunk = in.readNBytes(size);
      if (chunk.length < size || !line().isEmpty()) {
        throw new EOFException("a chunk was cut");
      }
      if (size == 0) {
        return body.toString(StandardCharsets.UTF_8);
      }
      body.writeBytes(chunk);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      if (c == '\n') {
        return line.toString().stripTrailing();
      }
      line.append((char) c);
    }
  }

  /** Whether the server has closed and nothing more comes. */
  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  /** Reads until the server closes. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
