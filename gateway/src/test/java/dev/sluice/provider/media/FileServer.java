package dev.sluice.provider.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of files, which says byte for byte what a test wants under each path. */
final class FileServer implements AutoCloseable {

  private final ServerSocket listener;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger underWayMax = new AtomicInteger();

  /** What is answered; the connection closes when it returns. */
  interface Page {
    void answer(OutputStream out) throws Exception;
  }

  FileServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Heads of the requests that came. */
  List<String> requests() {
    return requests;
  }

  /** The most requests that were answered at a time. */
  int underWayMax() {
    return underWayMax.get();
  }

  FileServer page(String path, Page page) {
    pages.put(path, page);
    return this;
  }

  /** A file under this path, as its server would say. */
  FileServer file(String path, String headers, byte[] body) {
    return page(
        path,
        out -> {
          text(
              out, "HTTP/1.1 200 OK\r\ncontent-length: " + body.length + "\r\n" + headers + "\r\n");
          out.write(body);
        });
  }

  FileServer redirect(String path, int status, String location) {
    return page(
        path,
        out ->
            text(
                out,
                "HTTP/1.1 "
                    + status
                    + " Elsewhere\r\ncontent-length: 0\r\nlocation: "
                    + location
                    + "\r\n\r\n"));
  }

  static void text(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** A page that answers nothing until the latch is open. */
  static Page silent(CountDownLatch until) {
    return out -> until.await();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      String head = head(socket.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      requests.add(head);
      Page page = pages.get(head.split(" ", 3)[1]);
      underWayMax.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      try {
        if (page == null) {
          text(
              socket.getOutputStream(),
              "HTTP/1.1 404 Gone\r\ncontent-length: 12\r\n\r\nsecret words");
        } else {
          page.answer(socket.getOutputStream());
        }
      } finally {
        underWay.decrementAndGet();
      }
    } catch (Exception _) {
      // The gateway has left, as some tests want it to.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      bytes.write(b);
      String text = bytes.toString(StandardCharsets.ISO_8859_1);
      if (text.endsWith("\r\n\r\n")) {
        return text;
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
