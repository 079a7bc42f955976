package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks somebody who is starting until the first answer comes. */
final class FirstAnswer {

  private static final long WAITING_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int READ_MILLIS_MAX = 10_000;

  private FirstAnswer() {}

  /**
   * Returns when a whole answer of status 200 has come.
   *
   * @param process who is to answer
   * @throws IOException where none comes within a minute, or the process has ended
   */
  static void await(Door door, Process process) throws IOException {
    String body = door.bodyHead() + "hi\"}]}";
    byte[] request =
        ("POST "
                + door.path()
                + " HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                + "content-type: application/json\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
    long most = System.nanoTime() + WAITING_NANOS_MAX;
    String last = "nothing";
    while (process.isAlive() && System.nanoTime() - most < 0) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
        socket.setSoTimeout(READ_MILLIS_MAX);
        socket.getOutputStream().write(request);
        last =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .findFirst()
                .orElse("nothing");
        if (last.startsWith("HTTP/1.1 200")) {
          return;
        }
      } catch (IOException e) {
        last = e.toString();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IOException("port " + door.port() + " does not answer; the last was: " + last);
  }
}
