package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One cause at all five doors: the status that each documents, in its own content type. */
class OneCauseTest {

  private static final String ECHO = "11111111-1111-4111-8111-111111111111";
  private static final String BUSY = "22222222-2222-4222-8222-222222222222";
  private static final String DOWN = "33333333-3333-4333-8333-333333333333";
  private static final String UNKNOWN = "99999999-9999-4999-8999-999999999999";
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final int BODY_BYTES_MAX = 64 * 1024;

  private static final String SETTINGS =
      """
      server:
        port: 0
        limits: { body: 64KB, requests: 1 }
        timeouts: { body: 500ms }
      admin: { port: 0 }
      models:
        echo: { targets: [ { to: demo/echo } ], id: %s }
        busy: { targets: [ { to: demo/fail-429 } ], id: %s }
        down: { targets: [ { to: demo/fail-503 } ], id: %s }
      """
          .formatted(ECHO, BUSY, DOWN);

  private static final String KEYS =
      """
      access:
        mode: keys
        keys:
          alice: { key: alice-key }
          mallory: { key: mallory-key, state: blocked }
          carol: { key: carol-key, state: out_of_credit }
      """;

  private static RunningGateway gateway;

  /** A door. */
  private enum Door {
    BIFROST("/v1/chat/completions"),
    YOMO("/yomo/v1/chat/completions"),
    ASSEMBLYAI("/assemblyai/v1/chat/completions"),
    POOLSIDE("/openai/v1/chat/completions"),
    JYLO("/inference/completions/");

    private final String path;

    Door(String path) {
      this.path = path;
    }

    private String path(String model) {
      if (this != JYLO) {
        return path;
      }
      return path
          + switch (model) {
            case "echo" -> ECHO;
            case "busy" -> BUSY;
            case "down" -> DOWN;
            default -> UNKNOWN;
          };
    }

    /** The members of a request, with the model where it stands in the body. */
    private String members(String model) {
      return (this == JYLO ? "" : "\"model\":\"" + model + "\",") + MESSAGES;
    }
  }

  /**
   * A request.
   *
   * @param key whose; empty for nobody's
   * @param more what follows the path
   */
  private record Asked(
      String method, String model, String key, String type, String more, byte[] body) {

    private HttpResponse<String> send(Door door) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(gateway.uri(door.path(model) + more))
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      if (!key.isEmpty()) {
        request.header("authorization", "Bearer " + key);
      }
      if (!type.isEmpty()) {
        request.header("content-type", type);
      }
      return gateway.send(request);
    }
  }

  @BeforeAll
  static void start() {
    gateway = RunningGateway.with(SETTINGS + KEYS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static Asked asked(Door door, String cause) {
    String right = "{" + door.members("echo") + "}";
    return switch (cause) {
      case "nothing" -> json(right);
      case "malformed" -> json("{" + MESSAGES + ",");
      case "empty" -> json("");
      case "comment" -> json(right.replace("{", "{/* no */"));
      case "trailing comma" -> json("{" + door.members("echo") + ",}");
      case "not a number" -> json("{" + door.members("echo") + ",\"temperature\":NaN}");
      case "control character" -> json(right.replace("hi", "h\u0001i"));
      case "no UTF-8" ->
          bytes(right.replace("hi", "h\u00ffi").getBytes(StandardCharsets.ISO_8859_1));
      case "brackets" -> json("{" + door.members("echo") + ",\"x\":" + "[".repeat(10_000) + "}");
      case "wrong type" -> json("{" + door.members("echo") + ",\"stream\":\"yes\"}");
      case "model twice" -> json("{\"model\":\"demo/echo\"," + door.members("echo") + "}");
      case "model null" -> json("{" + door.members("echo").replace("\"echo\"", "null") + "}");
      case "optional null" -> json("{" + door.members("echo") + ",\"temperature\":null}");
      case "unknown member" -> json("{" + door.members("echo") + ",\"x_y\":{\"z\":[1e2]}}");
      case "unknown model" -> of("nobody/x", "alice-key", door);
      case "no credentials" -> of("echo", "", door);
      case "unknown key" -> of("echo", "nobody-key", door);
      case "no permission" -> of("echo", "mallory-key", door);
      case "no credit" -> of("echo", "carol-key", door);
      case "rate limit" -> of("busy", "alice-key", door);
      case "provider down" -> of("down", "alice-key", door);
      case "unknown path" ->
          new Asked("POST", "echo", "alice-key", "application/json", "/x", utf8(right));
      case "wrong method" ->
          new Asked("PUT", "echo", "alice-key", "application/json", "", utf8(right));
      case "other type" -> new Asked("POST", "echo", "alice-key", "text/plain", "", utf8(right));
      case "too large" ->
          json("{" + door.members("echo").replace("hi", "x".repeat(BODY_BYTES_MAX)) + "}");
      case "slash" -> new Asked("POST", "echo", "alice-key", "application/json", "/", utf8(right));
      case "query" ->
          new Asked("POST", "echo", "alice-key", "application/json", "?a=b&c", utf8(right));
      case "no credentials, other type" ->
          new Asked("POST", "echo", "", "text/plain", "", utf8("{"));
      case "no credentials, malformed" ->
          new Asked("POST", "echo", "", "application/json", "", utf8("{"));
      case "other type, malformed" ->
          new Asked("POST", "echo", "alice-key", "text/plain", "", utf8("{"));
      case "wrong type, unknown model, no credit" ->
          new Asked(
              "POST",
              "nobody/x",
              "carol-key",
              "application/json",
              "",
              utf8("{" + door.members("nobody/x") + ",\"stream\":\"yes\"}"));
      case "unknown model, no credit" -> of("nobody/x", "carol-key", door);
      default -> throw new IllegalArgumentException("no cause: " + cause);
    };
  }

  private static Asked json(String body) {
    return bytes(utf8(body));
  }

  private static Asked bytes(byte[] body) {
    return new Asked("POST", "echo", "alice-key", "application/json", "", body);
  }

  private static Asked of(String model, String key, Door door) {
    return new Asked(
        "POST", model, key, "application/json", "", utf8("{" + door.members(model) + "}"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross §5.8: one cause has each door's own status")
  @CsvSource({
    "nothing, 200, 200, 200, 200, 200",
    "malformed, 400, 400, 400, 400, 400",
    "empty, 400, 400, 400, 400, 400",
    "wrong type, 400, 400, 400, 422, 400",
    "unknown model, 400, 400, 400, 400, 404",
    "no credentials, 401, 401, 401, 401, 401",
    "unknown key, 401, 401, 401, 401, 401",
    "no permission, 403, 403, 403, 403, 403",
    "no credit, 402, 402, 402, 402, 402",
    "rate limit, 429, 429, 429, 429, 429",
    "provider down, 503, 503, 500, 500, 500",
    "unknown path, 404, 404, 404, 404, 404",
    "wrong method, 405, 405, 405, 405, 405",
    "other type, 415, 200, 415, 415, 415",
    "too large, 413, 413, 413, 413, 413",
    "slash, 200, 200, 200, 200, 200",
    "query, 200, 200, 200, 200, 200",
  })
  void eachDoorHasItsStatus(
      String cause, int bifrost, int yomo, int assemblyai, int poolside, int jylo) {
    assertStatuses(cause, List.of(bifrost, yomo, assemblyai, poolside, jylo));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName(
      "cross trap 3: credentials, content type, JSON, schema, model, money: the first counts")
  @CsvSource(
      delimiter = '|',
      value = {
        "no credentials, other type|401|401|401|401|401",
        "no credentials, malformed|401|401|401|401|401",
        "other type, malformed|415|400|415|415|415",
        "wrong type, unknown model, no credit|400|400|400|422|400",
        "unknown model, no credit|400|400|400|400|404",
      })
  void theFirstOfTwoCausesCounts(
      String cause, int bifrost, int yomo, int assemblyai, int poolside, int jylo) {
    assertStatuses(cause, List.of(bifrost, yomo, assemblyai, poolside, jylo));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 25: what is no strict JSON is a 400 at every door")
  @CsvSource({
    "comment",
    "trailing comma",
    "not a number",
    "control character",
    "no UTF-8",
    "brackets"
  })
  void whatIsNoStrictJsonIsRefused(String cause) {
    assertStatuses(cause, List.of(400, 400, 400, 400, 400));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 22: a model is named once and is text, where it stands in the body")
  @CsvSource({"model twice, 400, 400, 400, 422, 200", "model null, 400, 400, 400, 422, 200"})
  void aModelIsNamedOnce(
      String cause, int bifrost, int yomo, int assemblyai, int poolside, int jylo) {
    assertStatuses(cause, List.of(bifrost, yomo, assemblyai, poolside, jylo));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("cross trap 29: an optional member may be null, and unknown ones do no harm")
  @CsvSource({"optional null", "unknown member"})
  void whatIsOptionalMayBeNull(String cause) {
    assertStatuses(cause, List.of(200, 200, 200, 200, 200));
  }

  private static void assertStatuses(String cause, List<Integer> statuses) {
    for (Door door : Door.values()) {
      HttpResponse<String> answer = asked(door, cause).send(door);

      assertThat(answer.statusCode())
          .as("%s: %s", door, answer.body())
          .isEqualTo(statuses.get(door.ordinal()));
      switch (answer.statusCode()) {
        case 405 -> assertThat(answer.headers().firstValue("allow")).contains("POST");
        case 429 -> assertThat(answer.headers().firstValue("retry-after")).isPresent();
        default -> {}
      }
    }
  }

  @ParameterizedTest
  @DisplayName("cross §5.8: a body that stalls is a 408 at every door")
  @EnumSource
  void aBodyThatStallsIsNotWaitedFor(Door door) {
    assertThat(gateway.raw(headOf(door) + "{\"mess")).startsWith("HTTP/1.1 408 ");
  }

  @ParameterizedTest
  @DisplayName("cross §5.8: a client that leaves within its body leaves nothing behind")
  @EnumSource
  void aClientMayLeaveWithinItsBody(Door door) throws IOException {
    String settings = SETTINGS.replace("body: 500ms", "body: 60s");
    try (RunningGateway patient = RunningGateway.with(settings)) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(patient.uri(door.path("echo")))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{" + door.members("echo") + "}"));
      try (Socket socket = patient.open()) {
        socket.getOutputStream().write(utf8(headOf(door) + "{\"mess"));
        // The only request that may be under way is this one.
        await().until(() -> patient.send(request).statusCode() == 503);
      }

      await().until(() -> patient.send(request).statusCode() == 200);
    }
  }

  private static String headOf(Door door) {
    return "POST "
        + door.path("echo")
        + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice-key\r\n"
        + "content-type: application/json\r\ncontent-length: 500\r\n\r\n";
  }

  @ParameterizedTest
  @DisplayName("cross §5.8: HEAD of what is posted to is a 405 without a body at every door")
  @EnumSource
  void headIsNotAllowedWhereOneMustPost(Door door) {
    String answer =
        gateway.raw(
            "HEAD "
                + door.path("echo")
                + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice-key\r\n"
                + "connection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 405 ").endsWith("\r\n\r\n");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("allow: post");
  }
}
