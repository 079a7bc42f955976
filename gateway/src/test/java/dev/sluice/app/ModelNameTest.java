package dev.sluice.app;

import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whose name for the model an answer carries: what the provider says, or what the client asked. */
class ModelNameTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final String TYPE = "content-type: application/json\r\n";

  private static final String NAMED = "\"model\":\"m-2026\"";
  private static final String NAMED_TWICE = NAMED + ",\"m\\u006fdel\" : \"m-2027\"";

  private static final String ANSWER =
      "{\"id\":\"c\", \"object\":\"chat.completion\",\"created\":1,\"model\":\"m-2026\",\"x\":1e2,"
          + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},"
          + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,"
          + "\"total_tokens\":2}}";
  private static final String HEAD =
      "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-2026\",";
  private static final String CHUNKS =
      HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\u00e9 \\\"model\\\":\\\"m-2026\\\"\"},\"finish_reason\":null}]}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":null}]}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"c\"},\"finish_reason\":null}]}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";
  private static final String MESSAGE =
      "{\"id\":\"m1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-2026\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
          + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
  private static final String EVENTS =
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"type\":\"message\",\"role\":"
          + "\"assistant\",\"model\":\"m-2026\",\"content\":[],\"usage\":{\"input_tokens\":1,"
          + "\"output_tokens\":1}}}\n\n"
          + "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
          + "\"text\",\"text\":\"\"}}\n\n"
          + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
          + "\"text_delta\",\"text\":\"Hi\"}}\n\n"
          + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
          + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
          + "\"usage\":{\"output_tokens\":3}}\n\n"
          + "data: {\"type\":\"message_stop\"}\n\n";

  /** What a provider says, in which protocol. */
  private enum Answer {
    WHOLE("openai", ANSWER),
    STREAM("openai", CHUNKS),
    UNNAMED("openai", ANSWER.replace("\"model\":\"m-2026\",", "")),
    WHOLE_TWICE("openai", ANSWER.replace(NAMED, NAMED_TWICE)),
    STREAM_TWICE("openai", CHUNKS.replace(NAMED, NAMED_TWICE)),
    STREAM_ONCE_AND_TWICE(
        "openai", CHUNKS.replaceAll("(\"content\":\"[bc]\".*)}", "$1," + NAMED + "}")),
    TRANSLATED_WHOLE("anthropic", MESSAGE),
    TRANSLATED_STREAM("anthropic", EVENTS);

    private final String kind;
    private final String text;

    Answer(String kind, String text) {
      this.kind = kind;
      this.text = text;
    }

    boolean streamed() {
      return text.startsWith("data");
    }

    ScriptedUpstream upstream() throws Exception {
      return streamed()
          ? ScriptedUpstream.stream(text, true)
          : ScriptedUpstream.whole(200, TYPE, text);
    }
  }

  /** A front door. */
  private enum Door {
    BIFROST("/bifrost/v1/chat/completions"),
    YOMO("/yomo/v1/chat/completions"),
    ASSEMBLYAI("/assemblyai/v1/chat/completions"),
    POOLSIDE("/poolside/openai/v1/chat/completions"),
    JYLO("/jylo/acme/uk/inference/completions/" + ID);

    private final String path;

    Door(String path) {
      this.path = path;
    }

    /** How its clients call the model: Jylo's by its UUID. */
    String asked() {
      return this == JYLO ? ID : "smart";
    }

    /** Whether it names a model that the provider does not name. */
    boolean fillsIn() {
      return this == POOLSIDE || this == JYLO;
    }

    String body(boolean streamed) {
      String more = ",\"stream\":" + streamed;
      return this == JYLO
          ? "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}"
          : RunningGateway.body("smart", "hi", more);
    }
  }

  private static RunningGateway before(ScriptedUpstream up, String kind, String settings) {
    return RunningGateway.with(
        RunningGateway.PORTS
            + "providers:\n  up: { kind: "
            + kind
            + ", api_key: secret, base_url: \"http://127.0.0.1:"
            + up.port()
            + (kind.equals("openai") ? "/v1" : "")
            + "\""
            + settings
            + " }\nmodels: { smart: { targets: [ up/m-1 ], id: "
            + ID
            + " } }\n");
  }

  private static HttpResponse<String> ask(RunningGateway gateway, String path, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri(path))
            .header("content-type", "application/json")
            .header("authorization", "Bearer x")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** What {@code model} is in an answer, or in each chunk of it; empty where there is none. */
  private static List<String> models(String answer) {
    return (answer.startsWith("data: ") ? answer.lines() : Stream.of("data: " + answer))
        .filter(line -> line.startsWith("data: {"))
        .map(line -> JSON.readTree(line.substring(6)))
        .map(chunk -> chunk.path("model").asString(""))
        .distinct()
        .toList();
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Door.values())
        .flatMap(door -> Arrays.stream(Answer.values()).map(answer -> Arguments.of(door, answer)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  @DisplayName("case 71: an answer says the name that its client asked for, where that is wanted")
  void theClientsName(Door door, Answer answer) throws Exception {
    try (ScriptedUpstream up = answer.upstream();
        RunningGateway gateway = before(up, answer.kind, ", model_name: asked")) {
      HttpResponse<String> told = ask(gateway, door.path, door.body(answer.streamed()));

      boolean none = answer == Answer.UNNAMED && !door.fillsIn();
      assertThat(told.statusCode()).isEqualTo(200);
      assertThat(models(told.body())).containsExactly(none ? "" : door.asked());
      // Nor for those who take the first of two.
      assertThat(told.body()).doesNotContain("del\":\"m-202").doesNotContain("del\" : \"m-202");
      assertThat(told.headers().firstValue("x-sluice-model")).contains("up/m-1");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("case 71: otherwise an answer says what its provider says")
  void theProvidersName(Answer answer) throws Exception {
    try (ScriptedUpstream up = answer.upstream();
        RunningGateway gateway = before(up, answer.kind, "")) {
      HttpResponse<String> told = gateway.chat(Door.BIFROST.body(answer.streamed()));

      assertThat(models(told.body()))
          .containsExactly(
              switch (answer) {
                case UNNAMED -> "";
                case WHOLE_TWICE, STREAM_TWICE -> "m-2027";
                default -> "m-2026";
              });
      assertThat(told.headers().firstValue("x-sluice-model")).isEmpty();
    }
  }

  @Test
  @DisplayName("case 71: all but the name stays as the provider wrote it")
  void nothingElseChanges() throws Exception {
    String path = Door.YOMO.path;
    try (ScriptedUpstream up = Answer.WHOLE.upstream();
        RunningGateway gateway = before(up, "openai", ", model_name: asked")) {
      assertThat(ask(gateway, path, body("smart", "hi", "")).body())
          .isEqualTo(ANSWER.replace("\"m-2026\"", "\"smart\""));
    }
    try (ScriptedUpstream up = Answer.STREAM.upstream();
        RunningGateway gateway = before(up, "openai", ", model_name: asked")) {
      assertThat(ask(gateway, path, body("smart", "hi", ",\"stream\":true")).body())
          .isEqualTo(CHUNKS.replace("\"model\":\"m-2026\"", "\"model\":\"smart\""));
    }
  }

  @Test
  @DisplayName("case 71: pieces that come one by one are named, too")
  void piecesOneByOne() throws Exception {
    int second = EVENTS.indexOf("data: {\"type\":\"content_block_delta");
    int rest = EVENTS.indexOf("data: {\"type\":\"content_block_stop");
    String piece = EVENTS.substring(second, rest);
    Semaphore next = new Semaphore(0);
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              String head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
              for (String part :
                  List.of(head + EVENTS.substring(0, rest), piece, piece, EVENTS.substring(rest))) {
                out.write(part.getBytes(StandardCharsets.UTF_8));
                out.flush();
                next.acquireUninterruptibly();
              }
              return false;
            });
        RunningGateway gateway = before(up, "anthropic", ", model_name: asked");
        Socket socket = gateway.open()) {
      LeavingClient.HTTP_1.ask(socket, body("smart", "hi", ",\"stream\":true"));
      InputStream in = socket.getInputStream();
      StringBuilder told = new StringBuilder();
      for (int heard = 0; heard < 3; heard++) {
        readUntil(in, "\"content\":\"Hi\"", told);
        next.release();
      }
      readUntil(in, "[DONE]", told);
      next.release();

      assertThat(told).contains("\"model\":\"smart\"").doesNotContain("m-2026");
    }
  }

  private static void readUntil(InputStream in, String word, StringBuilder told)
      throws IOException {
    int from = told.length();
    while (told.indexOf(word, from) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException(told.toString());
      }
      told.append((char) b);
    }
  }

  @Test
  @DisplayName("case 71: frames that a door adds to are still the first and the last")
  void doorsAddWhereTheyDid() throws Exception {
    try (ScriptedUpstream up = Answer.STREAM.upstream();
        RunningGateway gateway = before(up, "openai", ", model_name: asked")) {
      String told = gateway.chat(body("smart", "hi", ",\"stream\":true")).body();

      List<Boolean> extra =
          told.lines()
              .filter(line -> line.startsWith("data: {"))
              .map(line -> JSON.readTree(line.substring(6)))
              .map(chunk -> chunk.has("extra_fields"))
              .toList();
      assertThat(extra).containsExactly(true, false, false, false, true);
    }
  }

  @Test
  @DisplayName("case 71: where a client's fallback answers, it is named as the client named that")
  void theFallbacksName() throws Exception {
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              boolean first = request.contains("\"model\":\"one\"");
              out.write(
                  first
                      ? ScriptedUpstream.answer(503, TYPE, "{}")
                      : ScriptedUpstream.answer(200, TYPE, ANSWER));
              return true;
            });
        RunningGateway gateway = before(up, "openai", ", model_name: asked")) {
      HttpResponse<String> told =
          gateway.chat(body("up/one", "hi", ",\"fallbacks\":[\"up/two\\r\\nx: y\"]"));

      JsonNode answer = JSON.readTree(told.body());
      assertThat(answer.path("model").asString()).isEqualTo("up/two\r\nx: y");
      assertThat(told.headers().firstValue("x-sluice-model")).contains("up/two??x:?y");
      assertThat(told.headers().firstValue("x")).isEmpty();
    }
  }
}
