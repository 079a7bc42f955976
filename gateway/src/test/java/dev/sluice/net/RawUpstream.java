package dev.sluice.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A server without any notion of HTTP's rules: the test takes its connections one by one, reads
 * what came and sends exactly the bytes it wants.
 */
final class RawUpstream implements AutoCloseable {

  /** How long a test waits for what must come. */
  static final int PATIENCE_MILLIS = 10_000;

  private static final int BACKLOG = 200;

  private final ServerSocket listener;
  private final List<Peer> peers = new ArrayList<>();

  RawUpstream() throws IOException {
    this(new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1")));
  }

  RawUpstream(ServerSocket listener) throws IOException {
    this.listener = listener;
    listener.setSoTimeout(PATIENCE_MILLIS);
  }

  /** One that listens on this loopback address. */
  static RawUpstream on(String address) throws IOException {
    return new RawUpstream(new ServerSocket(0, BACKLOG, InetAddress.getByName(address)));
  }

  int port() {
    return listener.getLocalPort();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** The next connection. */
  Peer accept() throws IOException {
    Socket socket = listener.accept();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    Peer peer = new Peer(socket);
    peers.add(peer);
    return peer;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Peer peer : peers) {
      peer.close();
    }
  }

  /** The server's end of one connection. */
  static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
    }

    Socket socket() {
      return socket;
    }

    /** Reads a request's head. */
    String readHead() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int matched = 0;
      while (matched < 4) {
        int b = in.read();
        if (b < 0) {
          throw new IOException("closed within a head: " + bytes);
        }
        bytes.write(b);
        matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : b == '\r' ? 1 : 0;
      }
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads a request, head and body. */
    String readRequest() throws IOException {
      String head = readHead();
      int at = head.toLowerCase(Locale.ROOT).indexOf("\r\ncontent-length: ");
      if (at < 0) {
        return head;
      }
      int length = Integer.parseInt(head.substring(at + 18, head.indexOf('\r', at + 2)));
      return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    Peer send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Peer send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    }

    /** Takes a request and answers with these bytes. */
    String answer(String text) throws IOException {
      String request = readRequest();
      send(text);
      return request;
    }

    /** Waits until the gateway has closed its end; fails where it sends something instead. */
    void awaitClosed() throws IOException {
      int b;
      try {
        b = in.read();
      } catch (SocketTimeoutException e) {
        throw new AssertionError("the connection was left open", e);
      } catch (IOException _) {
        return; // Reset.
      }
      if (b >= 0) {
        throw new AssertionError("more was sent: " + (char) b);
      }
    }

    /** Breaks the connection as a crashed process does. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
