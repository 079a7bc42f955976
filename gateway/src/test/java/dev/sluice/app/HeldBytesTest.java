package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large bodies and answers are bounded together, not only each by itself. */
class HeldBytesTest {

  private final RunningGateway gateway =
      RunningGateway.with("server: { port: 0, limits: { held: 2MB } }\nadmin: { port: 0 }\n");

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void awaitHeld(String bytes) {
    await()
        .untilAsserted(() ->
            assertThat(gateway.gateway().metrics().scrape())
                .contains("\nsluice_held_bytes " + bytes + "\n"));
  }

  /** A client that has sent most of a body of a megabyte, and sends no more. */
  private Socket stalled() throws IOException {
    Socket socket = gateway.open();
    socket
        .getOutputStream()
        .write(
            ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n"
                    + "content-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(new byte[900_000]);
    return socket;
  }

  @Test
  void bodiesBeyondWhatMayBeHeldAreRefusedAndOthersGoOn() throws IOException {
    List<Socket> clients = new ArrayList<>();
    // One after the other: a body that grows holds its old array until its new one is filled.
    clients.add(stalled());
    awaitHeld("1048576.0");
    clients.add(stalled());
    awaitHeld("2097152.0");

    HttpResponse<String> large = gateway.chat(body("demo/echo", "x".repeat(100_000), ""));
    HttpResponse<String> small = gateway.chat(body("demo/echo", "still here", ""));

    assertThat(large.statusCode()).isEqualTo(503);
    assertThat(large.headers().firstValue("retry-after")).contains("1");
    assertThat(large.body()).contains("holds too much at once");
    assertThat(small.body()).contains("still here");
    for (Socket client : clients) {
      client.close();
    }
    awaitHeld("0.0");
    assertThat(gateway.chat(body("demo/echo", "x".repeat(100_000), "")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void answersBeyondWhatMayBeHeldAreRefused() {
    assertThat(gateway.chat(body("demo/big-3000", "x", "")).statusCode()).isEqualTo(503);
    assertThat(gateway.chat(body("demo/big-300", "x", "")).statusCode()).isEqualTo(200);
    awaitHeld("0.0");
  }

  @Test
  void anAnswerCountsAsLongAsItsClientDoesNotReadIt() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try (RunningGateway roomy =
        RunningGateway.with("server: { port: 0, limits: { held: 11MB } }\nadmin: { port: 0 }\n")) {
      for (int i = 1; i <= 2; i++) {
        clients.add(unread(roomy, body("demo/big-4000", "x", "")));
        String settled = "shape=\"whole\",status=\"200\"} " + i + ".0";
        await().until(() -> roomy.gateway().metrics().scrape().contains(settled));
      }

      assertThat(roomy.chat(body("demo/big-4000", "x", "")).statusCode()).isEqualTo(503);

      for (Socket client : clients) {
        byte[] answer = client.getInputStream().readAllBytes();
        String head = new String(answer, 0, 1000, StandardCharsets.US_ASCII);
        int length = answer.length - head.indexOf("\r\n\r\n") - 4;
        assertThat(head).contains("\r\ncontent-length: " + length + "\r\n");
      }
      assertThat(roomy.chat(body("demo/big-4000", "x", "")).statusCode()).isEqualTo(200);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** A client that has asked, and takes next to nothing of its answer before it reads. */
  private static Socket unread(RunningGateway asked, String body) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(asked.gateway().address());
    socket
        .getOutputStream()
        .write(
            ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                    + "content-type: application/json\r\ncontent-length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
