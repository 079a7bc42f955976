package dev.sluice.compat;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.Gateway;
import dev.sluice.config.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenAI's own Java client before recorded providers: through a gateway it reads the same words,
 * tool calls, finish reasons and usage as without one.
 */
@EnabledIfEnvironmentVariable(
    named = "SLUICE_RECORDINGS",
    matches = ".+",
    disabledReason = "SLUICE_RECORDINGS names no folder of recorded traffic")
class RecordedUpstreamTest {

  private static final AtomicReference<String> ANSWER = new AtomicReference<>("");

  private static HttpServer upstream;
  private static Gateway gateway;
  private static List<String> wholes;
  private static List<String> streams;

  @BeforeAll
  static void start() throws Exception {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    upstream.createContext(
        "/v1/chat/completions",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] body = ANSWER.get().getBytes(StandardCharsets.UTF_8);
          String type = isStream(ANSWER.get()) ? "text/event-stream" : "application/json";
          exchange.getResponseHeaders().set("content-type", type);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    upstream.start();
    Path file = Files.createTempFile("sluice", ".yaml");
    Files.writeString(
        file,
        "server: { port: 0 }\nadmin: { port: 0 }\nproviders:\n  up: { kind: openai, api_key: none,"
            + " base_url: \"http://127.0.0.1:"
            + upstream.getAddress().getPort()
            + "/v1\" }\n");
    gateway =
        Gateway.open(new SettingsLoader(name -> null, Gateway.DIALECTS).load(file), name -> null);
    Files.delete(file);
    List<String> bodies = recorded();
    wholes = bodies.stream().filter(body -> !isStream(body)).toList();
    streams = bodies.stream().filter(RecordedUpstreamTest::isStream).toList();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.stop(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/bifrost/v1"})
  void wholeAnswersReadTheSame(String door) {
    assertThat(wholes).hasSizeGreaterThan(50);
    try (Pair pair = new Pair(door)) {
      for (String body : wholes) {
        ANSWER.set(body);
        assertThat(facts(pair.through(), "up/m")).isEqualTo(facts(pair.direct(), "m"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/yomo/v1", "/assemblyai/v1"})
  void streamedAnswersReadTheSame(String door) {
    assertThat(streams).hasSizeGreaterThan(10);
    try (Pair pair = new Pair(door)) {
      for (String body : streams) {
        ANSWER.set(body);
        assertThat(streamed(pair.through(), "up/m")).isEqualTo(streamed(pair.direct(), "m"));
      }
    }
  }

  /** The same client with and without a gateway between it and the provider. */
  private record Pair(OpenAIClient direct, OpenAIClient through) implements AutoCloseable {
    Pair(String door) {
      this(
          client(upstream.getAddress().getPort(), "/v1"),
          client(gateway.address().getPort(), door));
    }

    private static OpenAIClient client(int port, String path) {
      return OpenAIOkHttpClient.builder()
          .baseUrl("http://127.0.0.1:" + port + path)
          .apiKey("none")
          .maxRetries(0)
          .build();
    }

    @Override
    public void close() {
      direct.close();
      through.close();
    }
  }

  private static ChatCompletionCreateParams.Builder ask(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("hi");
  }

  private static String facts(OpenAIClient client, String model) {
    ChatCompletion answer = client.chat().completions().create(ask(model).build());
    return answer.choices() + " " + answer._usage() + " " + answer._id() + " " + answer._model();
  }

  private static String streamed(OpenAIClient client, String model) {
    ChatCompletionCreateParams params =
        ask(model)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    StringBuilder facts = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream()
          .forEach(chunk -> facts.append(chunk._choices()).append(chunk._usage()).append('\n'));
    }
    return facts.toString();
  }

  private static boolean isStream(String body) {
    return body.startsWith("data:") || body.startsWith(":");
  }

  private static List<String> recorded() throws IOException {
    try (Stream<Path> files =
        Files.walk(Path.of(System.getenv("SLUICE_RECORDINGS")).toRealPath())) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(RecordedUpstreamTest::body)
          .filter(body -> !body.isEmpty())
          .toList();
    }
  }

  /** A recorded complete answer of OpenAI's chat protocol; empty where {@code file} holds none. */
  private static String body(Path file) {
    JsonNode root;
    try {
      root = JsonMapper.builder().build().readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException | JacksonException _) {
      return "";
    }
    JsonNode response = root.path("response");
    String body = response.path("body").asString("").strip();
    boolean chat =
        root.path("endpoint").asString("").endsWith("/chat/completions")
            && response.path("status").asInt(0) == 200;
    boolean complete =
        isStream(body)
            ? body.endsWith("data: [DONE]")
            : body.startsWith("{\"") && body.contains("\"choices\"");
    return chat && complete && !body.contains("\"error\":{") ? body + "\n\n" : "";
  }
}
