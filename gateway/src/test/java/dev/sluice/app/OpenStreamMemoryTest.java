package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an open stream needs memory for: its answer, and not what was asked. */
class OpenStreamMemoryTest {

  private static final int STREAMS = 24;
  private static final int REQUEST_BYTES = 1_000_000;
  private static final int FIELD_BYTES = 100;

  /** What else may come into the heap meanwhile, such as classes; each request alone is 1 MB. */
  private static final int GROWTH_BYTES_MAX = STREAMS * REQUEST_BYTES / 3;

  private static final String EVENTS = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

  private static final String OPENAI =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"begun\"},\"finish_reason\":null}]}"
          + "\n\n";
  private static final String ANTHROPIC =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\","
          + "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":"
          + "{\"input_tokens\":10,\"output_tokens\":1}}}\n\n"
          + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
          + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
          + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
          + "\"delta\":{\"type\":\"text_delta\",\"text\":\"begun\"}}\n\n";
  private static final String GEMINI =
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"begun\"}],\"role\":\"model\"},"
          + "\"index\":0}],\"modelVersion\":\"g\",\"responseId\":\"r\"}\r\n\r\n";
  private static final String COHERE =
      "event: message-start\ndata: {\"type\":\"message-start\",\"id\":\"r\",\"delta\":"
          + "{\"message\":{\"role\":\"assistant\",\"content\":[]}}}\n\n"
          + "event: content-delta\ndata: {\"type\":\"content-delta\",\"index\":0,\"delta\":"
          + "{\"message\":{\"content\":{\"text\":\"begun\"}}}}\n\n";

  private static ServerSocket provider;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    provider = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(OpenStreamMemoryTest::accept);
    String at = "base_url: \"http://127.0.0.1:" + provider.getLocalPort();
    gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "providers:\n  openai: { kind: openai, "
                + at
                + "/openai\", api_key: k }\n  mistral: { kind: mistral, "
                + at
                + "/mistral\", api_key: k }\n  anthropic: { kind: anthropic, "
                + at
                + "/anthropic\", api_key: k }\n  gemini: { kind: gemini, "
                + at
                + "/gemini\", api_key: k }\n  cohere: { kind: cohere, "
                + at
                + "/cohere\", api_key: k }\n"
                + "models: { fixed: { targets: [ anthropic/m ], id: "
                + JyloRequestTest.ID
                + " } }\n");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.close();
  }

  private static void accept() {
    while (!provider.isClosed()) {
      try {
        Socket socket = provider.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  /** Begins an answer, and leaves it open until the gateway gives it up; keeps no request. */
  private static void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      String head = head(in);
      int at = head.indexOf("content-length: ") + "content-length: ".length();
      in.skipNBytes(Integer.parseInt(head.substring(at, head.indexOf('\r', at))));
      String path = head.substring(head.indexOf('/') + 1);
      String begin =
          switch (path.substring(0, path.indexOf('/'))) {
            case "anthropic" -> ANTHROPIC;
            case "gemini" -> GEMINI;
            case "cohere" -> COHERE;
            default -> OPENAI;
          };
      socket.getOutputStream().write((EVENTS + begin).getBytes(StandardCharsets.UTF_8));
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // The gateway has left.
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no head");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static byte[] request(String path, String model) {
    StringBuilder body = new StringBuilder(REQUEST_BYTES * 2);
    body.append("{\"model\":\"").append(model).append("\",\"stream\":true,\"messages\":[");
    for (int i = 0; i < REQUEST_BYTES / FIELD_BYTES; i++) {
      body.append(i == 0 ? "" : ",").append("{\"role\":\"user\",\"content\":\"");
      body.append("word ".repeat(FIELD_BYTES / 5)).append("\"}");
    }
    body.append("]}");
    return ("POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\n"
            + "content-type: application/json\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static long usedBytes() {
    // Twice, since what a cleaner frees is found by the next one only.
    System.gc();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Opens a stream, and reads to where the provider's first words are. */
  private static Socket opened(byte[] request) throws IOException {
    Socket socket = gateway.open();
    socket.getOutputStream().write(request);
    StringBuilder read = new StringBuilder();
    while (read.indexOf("begun") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("what came instead: %s", read).isNotNegative();
      read.append((char) next);
    }
    return socket;
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, openai/m",
    "/v1/chat/completions, mistral/m",
    "/v1/chat/completions, anthropic/m",
    "/v1/chat/completions, gemini/m",
    "/v1/chat/completions, cohere/m",
    "/yomo/v1/chat/completions, openai/m",
    "/assemblyai/v1/chat/completions, openai/m",
    "/assemblyai/v1/chat/completions, anthropic/m",
    "/poolside/openai/v1/chat/completions, openai/m",
    JyloRequestTest.ECHO + ", " + JyloRequestTest.ID,
  })
  void anOpenStreamKeepsNothingOfItsRequest(String path, String model) throws IOException {
    byte[] request = request(path, model);
    List<Socket> streams = new ArrayList<>();
    streams.add(opened(request));
    long before = usedBytes();
    try {
      for (int i = 1; i < STREAMS; i++) {
        streams.add(opened(request));
      }
      assertThat(usedBytes() - before).isLessThan(GROWTH_BYTES_MAX);
    } finally {
      for (Socket stream : streams) {
        stream.close();
      }
    }
  }
}
