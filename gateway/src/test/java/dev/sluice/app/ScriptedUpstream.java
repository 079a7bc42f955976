package dev.sluice.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider that answers with exactly these bytes, and remembers what it was asked. */
final class ScriptedUpstream implements AutoCloseable {

  private final ServerSocket listener;
  private final Script script;
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** What to do with a request; the connection closes when it returns false. */
  interface Script {
    boolean answer(int number, String request, OutputStream out, Socket socket) throws IOException;
  }

  ScriptedUpstream(Script script) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request whole. */
  static ScriptedUpstream whole(int status, String headers, String body) throws IOException {
    byte[] answer = answer(status, headers, body);
    return new ScriptedUpstream((number, request, out, socket) -> {
      out.write(answer);
      return true;
    });
  }

  /** Streams every request these bytes in chunks of HTTP, and ends as it is told. */
  static ScriptedUpstream stream(String events, boolean lastChunk) throws IOException {
    return new ScriptedUpstream((number, request, out, socket) -> {
      byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
      out.write(
          ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                  + "transfer-encoding: chunked\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      if (bytes.length > 0) {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      if (lastChunk) {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      return lastChunk;
    });
  }

  static byte[] answer(int status, String headers, String body) {
    return ("HTTP/1.1 "
            + status
            + " Status\r\ncontent-length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + headers
            + "\r\n"
            + body)
        .getBytes(StandardCharsets.UTF_8);
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** The next request that came, head and body. */
  String request() throws InterruptedException {
    return requests.take();
  }

  int requestsWaiting() {
    return requests.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      for (int number = 0; ; number++) {
        String request = read(in);
        if (request.isEmpty()) {
          return;
        }
        requests.add(request);
        if (!script.answer(number, request, socket.getOutputStream(), socket)) {
          return;
        }
        socket.getOutputStream().flush();
      }
    } catch (IOException _) {
      // The gateway has left, as some tests want it to.
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int length = -1;
    while (true) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      bytes.write(b);
      String text = bytes.toString(StandardCharsets.ISO_8859_1);
      if (length < 0 && text.endsWith("\r\n\r\n")) {
        int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        int size = at < 0 ? 0 : Integer.parseInt(text.substring(at + 16, text.indexOf('\r', at)));
        bytes.write(in.readNBytes(size));
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
