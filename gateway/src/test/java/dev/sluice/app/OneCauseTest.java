package dev.sluice.app;

import static dev.sluice.app.CauseAtDoor.asked;
import static dev.sluice.app.CauseAtDoor.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.app.CauseAtDoor.Door;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

  private static ScriptedUpstream up;
  private static RunningGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    up = CauseAtDoor.provider();
    gateway = CauseAtDoor.gateway(up);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    up.close();
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
  @DisplayName("cross trap 7: bad syntax, bad shape, no such model, too long: each door's status")
  @CsvSource({
    "malformed, 400, 400, 400, 400, 400",
    "wrong type, 400, 400, 400, 422, 400",
    "unknown model, 400, 400, 400, 400, 404",
    "context too long, 400, 400, 400, 400, 400",
  })
  void badInputHasEachDoorsStatus(
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
      HttpResponse<String> answer = asked(door, cause).send(gateway, door);

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
    String settings =
        CauseAtDoor.settings(up)
            .replace("body: 500ms", "body: 60s")
            .replace("mode: keys", "mode: open");
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

  @ParameterizedTest
  @DisplayName("cross trap 30: OPTIONS without CORS is a 405 that says what is allowed")
  @EnumSource
  void optionsAreNotAllowedWithoutCors(Door door) {
    for (String origin : new String[] {"", "https://evil.example"}) {
      HttpResponse<String> answer = options(door, origin);

      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).contains("POST");
      assertThat(answer.headers().map().keySet())
          .noneMatch(name -> name.startsWith("access-control"));
    }
  }

  @ParameterizedTest
  @DisplayName("cross trap 30: a preflight of a configured page is answered alike, without a key")
  @EnumSource
  void aPreflightIsAnsweredAtEveryDoor(Door door) {
    HttpResponse<String> answer = options(door, CauseAtDoor.PAGE);

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .contains(CauseAtDoor.PAGE);
    assertThat(answer.headers().firstValue("access-control-allow-headers"))
        .contains("authorization, content-type");
    assertThat(answer.headers().firstValue("access-control-allow-methods")).isPresent();
  }

  private static HttpResponse<String> options(Door door, String origin) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri(door.path("echo")))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    if (!origin.isEmpty()) {
      request
          .header("origin", origin)
          .header("access-control-request-method", "POST")
          .header("access-control-request-headers", "authorization, content-type");
    }
    return gateway.send(request);
  }
}
