package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Heads that HTTP itself refuses, over raw sockets. Whoever owns what was read of them answers, in
 * the shape of its own errors.
 */
class BrokenHeadsTest {

  private static final String LONG = "a".repeat(40_000);

  /** Where each dialect is, by its prefix and by what no other has. */
  private static final List<Arguments> PATHS =
      List.of(
          Arguments.of("bifrost", "/v1/chat/completions"),
          Arguments.of("bifrost", "/bifrost/v1/chat/completions"),
          Arguments.of("yomo", "/yomo/v1/chat/completions"),
          Arguments.of("yomo", "/invoke"),
          Arguments.of("assemblyai", "/assemblyai/v1/chat/completions"),
          Arguments.of("poolside", "/poolside/openai/v1/chat/completions"),
          Arguments.of("poolside", "/openai/v1/chat/completions"),
          Arguments.of("jylo", "/jylo/example/uk/inference/completions/x"),
          Arguments.of("jylo", "/inference/completions/x"),
          Arguments.of("bifrost", "/yomox/v1/chat/completions"));

  /** What is wrong with a head, around {@code PATH}. */
  private static final List<Arguments> CAUSES =
      List.of(
          Arguments.of(414, "POST PATH?q=LONG HTTP/1.1\r\nhost: x\r\n\r\n"),
          Arguments.of(414, "POST PATH/LONG HTTP/1.1\r\nhost: x\r\n\r\n"),
          Arguments.of(400, "POST PATH HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n"),
          Arguments.of(400, "POST PATH HTTP/1.1\r\nhost: x\r\ncontent-length:\r\n 5\r\n\r\n12345"),
          Arguments.of(400, "POST PATH HTTP/1.1\r\nhost: x\r\nx y: a\r\n\r\n"),
          Arguments.of(400, "POST PATH HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n"),
          Arguments.of(400, "POST PATH HTTP/9.9\r\nhost: x\r\n\r\n"),
          Arguments.of(400, "POST PATH HTTX\r\nhost: x\r\n\r\n"),
          Arguments.of(431, "POST PATH HTTP/1.1\r\nhost: x\r\nx: LONG\r\n\r\n"),
          Arguments.of(408, "POST PATH HTTP/1.1\r\nhost: x\r\n"),
          Arguments.of(408, "POST PATH?q=x"));

  private static RunningGateway gateway;

  @BeforeAll
  static void open() {
    gateway =
        RunningGateway.with(
            "server: { port: 0, timeouts: { header: 500ms } }\nadmin: { port: 0 }\n"
                + "dialects: { jylo: { hosts: [ jylo.test ] }, yomo: { listen: 0 } }\n");
  }

  @AfterAll
  static void close() {
    gateway.close();
  }

  static Stream<Arguments> everyPathWithEveryCause() {
    return PATHS.stream()
        .flatMap(path ->
            CAUSES.stream()
                .map(cause ->
                    Arguments.of(path.get()[0], path.get()[1], cause.get()[0], cause.get()[1])));
  }

  @ParameterizedTest
  @DisplayName("cross trap 2: a head that HTTP refuses is answered in the shape of the path's door")
  @MethodSource("everyPathWithEveryCause")
  void whoOwnsThePathAnswers(String dialect, String path, int status, String head) {
    String answer = gateway.raw(head.replace("PATH", path).replace("LONG", LONG));

    assertIsRefused(answer, dialect, status);
  }

  @ParameterizedTest
  @DisplayName("cross trap 2: a head that HTTP refuses is answered in the shape of the host's door")
  @CsvSource(
      delimiter = '|',
      value = {
        "jylo|400|host: jylo.test#x: a# b",
        "jylo|400|x: a# b#host: api.example.uk.jylo.ai",
        "jylo|400|host: jylo.test#content-length: 1#content-length: 2",
        "jylo|431|host: jylo.test#y: z#x: LONG",
        "bifrost|431|x: LONG#host: jylo.test",
        "bifrost|400|host:# jylo.test#x: a# b",
      })
  void whoOwnsTheHostAnswers(String dialect, int status, String headers) {
    String answer =
        gateway.raw(
            "POST /v1/x HTTP/1.1\r\n"
                + headers.replace("#", "\r\n").replace("LONG", LONG)
                + "\r\n\r\n");

    assertIsRefused(answer, dialect, status);
  }

  @Test
  @DisplayName("cross trap 2: on a listener of its own a dialect answers whatever the path is")
  void whoOwnsTheListenerAnswers() throws IOException {
    try (Socket socket =
        new Socket(
            gateway.gateway().address().getAddress(),
            gateway.gateway().address("yomo").getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(("GET /jylo/" + LONG).getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertIsRefused(answer, "yomo", 414);
    }
  }

  /** A folded head that comes byte by byte is the same. */
  @Test
  void aFoldedHeadInPiecesIsRefused() throws IOException {
    try (Socket socket = gateway.open()) {
      socket.setTcpNoDelay(true);
      for (byte b :
          "GET /yomo/v1/models HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(b);
      }

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertIsRefused(answer, "yomo", 400);
    }
  }

  private static void assertIsRefused(String answer, String dialect, int status) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("connection: close");
    assertThat(answer.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(body).as(answer).matches(shape(dialect, status));
  }

  /** What a refusal looks like at a door, without a member more. */
  private static Pattern shape(String dialect, int status) {
    String shape =
        switch (dialect) {
          case "bifrost" ->
              "\\{\"is_bifrost_error\":true,\"status_code\":STATUS,\"error\":\\{\"type\":TEXT,"
                  + "\"message\":TEXT},\"extra_fields\":\\{\"request_type\":TEXT}}";
          case "yomo" -> "\\{\"error\":\\{\"code\":TEXT,\"message\":TEXT}}\n";
          case "assemblyai" -> "\\{\"request_id\":TEXT,\"message\":TEXT,\"code\":STATUS}";
          case "poolside" ->
              "\\{\"\\$schema\":TEXT,\"title\":TEXT,\"status\":STATUS,\"detail\":TEXT}\n";
          case "jylo" ->
              "\\{(\"type\":TEXT,)?\"title\":TEXT,\"status\":STATUS,\"detail\":TEXT,"
                  + "\"traceId\":TEXT}";
          default -> throw new IllegalArgumentException("no dialect: " + dialect);
        };
    return Pattern.compile(
        shape.replace("TEXT", "\"[^\"]+\"").replace("STATUS", Integer.toString(status)));
  }
}
