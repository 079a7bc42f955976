package dev.sluice.app;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** The five doors, a gateway that has them all, and the same cause of trouble at each of them. */
final class CauseAtDoor {

  private static final String ECHO = "11111111-1111-4111-8111-111111111111";
  private static final String BUSY = "22222222-2222-4222-8222-222222222222";
  private static final String DOWN = "33333333-3333-4333-8333-333333333333";
  private static final String LONG = "44444444-4444-4444-8444-444444444444";
  private static final String UNKNOWN = "99999999-9999-4999-8999-999999999999";
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final int BODY_BYTES_MAX = 64 * 1024;

  /** Whose web pages may call the gateway. */
  static final String PAGE = "https://app.example";

  private static final String SETTINGS =
      """
      server:
        port: 0
        limits: { body: 64KB, requests: 1 }
        timeouts: { body: 500ms }
        cors: { origins: [ "https://app.example" ] }
      admin: { port: 0 }
      models:
        echo: { targets: [ { to: demo/echo } ], id: %s }
        busy: { targets: [ { to: demo/fail-429 } ], id: %s }
        down: { targets: [ { to: demo/fail-503 } ], id: %s }
        long: { targets: [ { to: up/m } ], id: %s }
      providers:
        up: { kind: openai, base_url: "http://127.0.0.1:UP/v1", api_key: sk-ours }
      """
          .formatted(ECHO, BUSY, DOWN, LONG);

  private static final String KEYS =
      """
      access:
        mode: keys
        keys:
          alice: { key: alice-key }
          mallory: { key: mallory-key, state: blocked }
          carol: { key: carol-key, state: out_of_credit }
      """;

  private CauseAtDoor() {}

  /** Refuses every request as longer than its model's context. */
  static ScriptedUpstream provider() throws IOException {
    return ScriptedUpstream.whole(
        400,
        "content-type: application/json\r\n",
        "{\"error\":{\"message\":\"9 tokens are too many\",\"code\":\"context_length_exceeded\"}}");
  }

  /** A gateway with all causes of trouble, before such a {@link #provider()}. */
  static RunningGateway gateway(ScriptedUpstream up) {
    return RunningGateway.with(settings(up));
  }

  static String settings(ScriptedUpstream up) {
    return SETTINGS.replace("UP", Integer.toString(up.port())) + KEYS;
  }

  /** A door. */
  enum Door {
    BIFROST("/v1/chat/completions"),
    YOMO("/yomo/v1/chat/completions"),
    ASSEMBLYAI("/assemblyai/v1/chat/completions"),
    POOLSIDE("/openai/v1/chat/completions"),
    JYLO("/inference/completions/");

    private final String path;

    Door(String path) {
      this.path = path;
    }

    String path(String model) {
      if (this != JYLO) {
        return path;
      }
      return path
          + switch (model) {
            case "echo" -> ECHO;
            case "busy" -> BUSY;
            case "down" -> DOWN;
            case "long" -> LONG;
            default -> UNKNOWN;
          };
    }

    /** The members of a request, with the model where it stands in the body. */
    String members(String model) {
      return (this == JYLO ? "" : "\"model\":\"" + model + "\",") + MESSAGES;
    }
  }

  /**
   * A request.
   *
   * @param key whose; empty for nobody's
   * @param more what follows the path
   */
  record Asked(String method, String model, String key, String type, String more, byte[] body) {

    HttpResponse<String> send(RunningGateway gateway, Door door) {
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

  static Asked asked(Door door, String cause) {
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
      case "context too long" -> of("long", "alice-key", door);
      case "stream" -> json(right.replace("}]", "}],\"stream\":true"));
      case "missing messages" -> json(right.replace("\"messages\"", "\"letters\""));
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

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
