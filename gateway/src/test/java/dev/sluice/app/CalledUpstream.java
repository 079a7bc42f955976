package dev.sluice.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider whose calls are handed to the test, which answers each as it likes. */
final class CalledUpstream implements AutoCloseable {

  private static final int SECONDS_MAX = 10;

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final ScriptedUpstream upstream;

  CalledUpstream() throws IOException {
    upstream =
        new ScriptedUpstream((number, request, out, socket) -> {
          Call call = new Call(request, out, socket);
          calls.add(call);
          return call.kept.join();
        });
  }

  int port() {
    return upstream.port();
  }

  /** The next call. */
  Call next() throws InterruptedException {
    @Nullable Call call = calls.poll(SECONDS_MAX, TimeUnit.SECONDS);
    assertThat(call).as("a call").isNotNull();
    return call;
  }

  int callsWaiting() {
    return calls.size();
  }

  @Override
  public void close() throws IOException {
    upstream.close();
  }

  /** One call; its connection is kept for others once it is ended. */
  static final class Call {
    private final String request;
    private final OutputStream out;
    private final Socket socket;
    private final CompletableFuture<Boolean> kept = new CompletableFuture<>();

    private Call(String request, OutputStream out, Socket socket) {
      this.request = request;
      this.out = out;
      this.socket = socket;
    }

    /** What was asked, head and body. */
    String request() {
      return request;
    }

    void answer(int status, String headers, String body) throws IOException {
      out.write(ScriptedUpstream.answer(status, headers, body));
      out.flush();
      kept.complete(true);
    }

    /** Begins a streamed answer of that media type. */
    void begin(String type) throws IOException {
      write(
          ("HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\ntransfer-encoding: chunked\r\n\r\n")
              .getBytes(UTF_8));
    }

    /** Says a piece of a streamed answer. */
    void say(String piece) throws IOException {
      say(piece.getBytes(UTF_8));
    }

    void say(byte[] piece) throws IOException {
      write((Integer.toHexString(piece.length) + "\r\n").getBytes(UTF_8));
      write(piece);
      write("\r\n".getBytes(UTF_8));
    }

    /** Ends a streamed answer's transfer. */
    void end() throws IOException {
      write("0\r\n\r\n".getBytes(UTF_8));
      kept.complete(true);
    }

    /** Breaks the connection off. */
    void cut() throws IOException {
      socket.close();
      kept.complete(false);
    }

    /** Waits until the gateway has given the call up. */
    void awaitGivenUp() throws IOException {
      socket.setSoTimeout(SECONDS_MAX * 1000);
      int read;
      try {
        read = socket.getInputStream().read();
      } catch (java.net.SocketException _) {
        read = -1; // With a reset.
      }
      kept.complete(false);
      assertThat(read).as("the connection's end").isEqualTo(-1);
    }

    private void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }
  }
}
