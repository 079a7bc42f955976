package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which dialect answers, by whatever way it is reached. */
class DoorsTest {

  private static final String ANSWER =
      "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{"
          + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},"
          + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,"
          + "\"total_tokens\":3}}";
  private static final String CHUNKS =
      "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}"
          + "\n\ndata: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
          + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"
          + "\n\ndata: [DONE]\n\n";

  private static final String BODY =
      "{\"model\":\"up/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  /**
   * A way into a dialect.
   *
   * @param host what the host header says
   * @param listener whose port is taken; {@code main} for the gateway's own
   * @param prefix what stands before the native path
   */
  private record Way(String dialect, String host, String listener, String prefix) {}

  /** The native path of each dialect's chat completions. */
  private static String chatPath(String dialect) {
    return switch (dialect) {
      case "poolside" -> "/openai/v1/chat/completions";
      case "jylo" -> "/inference/completions/" + JyloRequestTest.ID;
      default -> "/v1/chat/completions";
    };
  }

  /** A chat completion for a model that nobody has. */
  private static String postToNobody(String dialect) {
    String chat = chatPath(dialect);
    return dialect.equals("jylo")
        ? post(chat.replace(JyloRequestTest.ID, JyloRequestTest.ID.replace('a', 'b')), BODY)
        : post(chat, BODY.replace("up/m", "nobody/m"));
  }

  @BeforeAll
  static void start() throws IOException {
    up =
        new ScriptedUpstream((number, request, out, socket) -> {
          boolean stream = request.contains("\"stream\":true");
          String type = stream ? "text/event-stream" : "application/json";
          out.write(
              ScriptedUpstream.answer(
                  200, "content-type: " + type + "\r\n", stream ? CHUNKS : ANSWER));
          return true;
        });
    StringBuilder dialects = new StringBuilder("dialects:\n");
    for (String name : List.of("bifrost", "yomo", "assemblyai", "poolside", "jylo")) {
      dialects.append("  ").append(name).append(": { listen: 0, hosts: [ ").append(name);
      dialects.append(".test, \"*.").append(name).append(".test\" ] }\n");
    }
    dialects.append("models: { m: { targets: [ up/m ], id: ").append(JyloRequestTest.ID);
    gateway = RunningGateway.before(up.port(), dialects.append(" } }\n").toString());
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
  }

  static Stream<String> dialects() {
    return Stream.of("bifrost", "yomo", "assemblyai", "poolside", "jylo");
  }

  private static List<Way> ways(String dialect) {
    List<Way> ways = new ArrayList<>();
    ways.add(new Way(dialect, "gw", "main", "/" + dialect));
    ways.add(new Way(dialect, dialect + ".test", "main", ""));
    ways.add(new Way(dialect, "EU." + dialect + ".test:8080", "main", ""));
    ways.add(new Way(dialect, "gw", dialect, ""));
    if (dialect.equals("bifrost") || dialect.equals("poolside") || dialect.equals("jylo")) {
      ways.add(new Way(dialect, "gw", "main", ""));
    }
    return ways;
  }

  @ParameterizedTest
  @MethodSource("dialects")
  @DisplayName("cross §7: prefix, host and listener give identical bytes")
  void everyWayGivesTheSameBytes(String dialect) {
    String chat = chatPath(dialect);
    for (String request :
        List.of(
            post(chat, BODY),
            post(chat + "/", BODY),
            post(chat + "?a=b", BODY.replace("}]}", "}],\"stream\":true}")),
            post(chat, "{\"model\":"),
            post(chat, "{}"),
            postToNobody(dialect),
            "GET " + chat + " HTTP/1.1\r\n",
            "PUT " + chat + " HTTP/1.1\r\n",
            "GET /no/such/path HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n")) {
      List<String> answers = new ArrayList<>();
      for (Way way : ways(dialect)) {
        // What is nobody's own path belongs to the default, so it is not asked without a prefix.
        boolean bare = way.listener().equals("main") && way.host().equals("gw");
        if (bare
            && way.prefix().isEmpty()
            && request.contains("GET /")
            && !request.contains(chat)) {
          continue;
        }
        answers.add(normal(ask(way, request), way));
      }
      assertThat(answers).as(request).hasSizeGreaterThan(3).allMatch(answers.getFirst()::equals);
      boolean good = request.contains("up/m") && !request.equals(postToNobody(dialect));
      assertThat(answers.getFirst().startsWith("HTTP/1.1 200 ")).as(request).isEqualTo(good);
    }
  }

  @ParameterizedTest(name = "{0} is {1}''s")
  @DisplayName("cross trap 26: prefixes are whole segments")
  @CsvSource({
    "/yomo/nothing, yomo",
    "/yomox/nothing, bifrost",
    "/yomo, yomo",
    "/Yomo/nothing, bifrost",
    "/openaix/nothing, bifrost",
    "/openai/nothing, poolside",
    "/openai, poolside",
    "/assemblyai/nothing, assemblyai",
    "/v1/nothing, bifrost",
    "/overviewx, bifrost",
    "/jylo/nothing, jylo",
    "/jylox/nothing, bifrost",
    "/inference, jylo",
    "/inferences/x, bifrost",
  })
  void aPrefixIsAWholeSegment(String path, String dialect) {
    String request = "GET " + path + " HTTP/1.1\r\n";

    String answer = ask(new Way("", "gw", "main", ""), request);

    assertThat(owner(answer)).isEqualTo(dialect);
  }

  @Test
  @DisplayName("cross trap 26: a dialect's listener serves no other dialect's paths")
  void aListenerServesItsOwnDialectOnly() {
    Way yomo = new Way("yomo", "poolside.test", "yomo", "");
    for (String path :
        List.of(
            "/openai/v1/models", "/poolside/openai/v1/models", "/bifrost/v1/models", "/livez")) {
      assertThat(owner(ask(yomo, "GET " + path + " HTTP/1.1\r\n"))).as(path).isEqualTo("yomo");
    }
    assertThat(ask(yomo, "GET /v1/models HTTP/1.1\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  @DisplayName("cross §7: dialects used in turn on one connection leak nothing into each other")
  void dialectsInTurnOnOneConnection() throws IOException {
    List<String> requests = new ArrayList<>();
    for (String dialect : dialects().toList()) {
      String path = "/" + dialect + chatPath(dialect);
      requests.add(post(path, BODY));
      requests.add(post(path, "{\"model\":7}"));
      requests.add(post(path, BODY.replace("}]}", "}],\"stream\":true}")));
      requests.add("GET /" + dialect + "/nothing HTTP/1.1\r\n");
    }
    List<String> alone = new ArrayList<>();
    Way main = new Way("", "gw", "main", "");
    for (String request : requests) {
      alone.add(normal(ask(main, request), main));
    }
    try (Socket socket = connect("main")) {
      InputStream in = socket.getInputStream();
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < requests.size(); i++) {
          socket.getOutputStream().write(complete(requests.get(i), "gw", "keep-alive"));
          assertThat(normal(read(in), main)).as(requests.get(i)).isEqualTo(alone.get(i));
        }
      }
    }
  }

  private static String owner(String answer) {
    if (answer.contains("\"is_bifrost_error\"")) {
      return "bifrost";
    }
    if (answer.contains("\"traceId\"")) {
      return "jylo";
    }
    if (answer.contains("application/problem+json")) {
      return "poolside";
    }
    return answer.contains("404 page not found") ? "yomo" : "assemblyai";
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: "
        + body.length()
        + "\r\n\n"
        + body;
  }

  private static byte[] complete(String request, String host, String connection) {
    int body = request.indexOf("\n\n");
    String head = body < 0 ? request : request.substring(0, body + 1);
    return (head
            + "host: "
            + host
            + "\r\nx-request-id: 4f1c7d5e-0c9b-4b5e-9a57-0f6a3f1f2a11\r\nconnection: "
            + connection
            + "\r\n\r\n"
            + (body < 0 ? "" : request.substring(body + 2)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String ask(Way way, String request) {
    String line = request.replaceFirst(" /", " " + way.prefix() + "/");
    try (Socket socket = connect(way.listener())) {
      socket.getOutputStream().write(complete(line, way.host(), "close"));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket connect(String listener) throws IOException {
    InetSocketAddress address =
        listener.equals("main") ? gateway.gateway().address() : gateway.gateway().address(listener);
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** One answer, by its length or its last chunk. */
  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      assertThat(b).as("the answer's end").isNotNegative();
      bytes.write(b);
      String text = bytes.toString(StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        continue;
      }
      String head = text.substring(0, end).toLowerCase(Locale.ROOT);
      int length = head.indexOf("content-length: ");
      if (length < 0 && text.endsWith("\r\n0\r\n\r\n")) {
        return text;
      }
      if (length >= 0) {
        String digits = head.substring(length + 16).split("\r", 2)[0];
        bytes.write(in.readNBytes(Integer.parseInt(digits)));
        return bytes.toString(StandardCharsets.UTF_8);
      }
    }
  }

  /** The answer without what tells of the moment or names the way itself. */
  private static String normal(String answer, Way way) {
    return answer
        .replaceAll("date: [^\r]*", "date: D")
        .replaceAll("connection: close\r\n", "")
        .replaceAll("content-length: \\d+", "content-length: N")
        .replaceAll("(latency|response_time)\":\\d+", "$1\":N")
        .replaceAll("\r\n[0-9a-f]+\r\n", "\r\nN\r\n")
        .replace("https://", "http://")
        .replaceAll("http://[^/\"]+", "http://H")
        .replace("http://H/" + way.dialect() + "/", "http://H/")
        .replace("<" + way.prefix() + "/", "</")
        .replace(" " + way.prefix() + "/", " /");
  }
}
