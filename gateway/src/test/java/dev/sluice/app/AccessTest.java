package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call, through the default front door. */
class AccessTest {

  private static final String KEYS =
      RunningGateway.PORTS
          + """
          access:
            mode: keys
            keys:
              alice: { key: alice-key }
              bob: { key: bob-key, models: [ demo/echo ] }
              mallory: { key: mallory-key, state: blocked }
              carol: { key: carol-key, state: out_of_credit }
          """;

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.with(KEYS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @DisplayName("bifrost §5.8: credentials, permission and credit, each with its own status")
  @CsvSource({
    "authorization, Bearer alice-key, demo/echo, 200",
    "authorization, bearer alice-key, demo/lorem, 200",
    "x-bf-vk, alice-key, demo/echo, 200",
    "x-api-key, alice-key, demo/echo, 200",
    "authorization, Bearer bob-key, demo/echo, 200",
    "authorization, Bearer bob-key, demo/lorem, 403",
    "authorization, Bearer mallory-key, demo/echo, 403",
    "authorization, Bearer carol-key, demo/echo, 402",
    "authorization, Bearer nobody, demo/echo, 401",
    "authorization, Basic YTpi, demo/echo, 401",
    "x-other, alice-key, demo/echo, 401",
  })
  void aCallerIsKnownByTheKey(String header, String value, String model, int status) {
    assertThat(chat(header, value, RunningGateway.body(model, "hi", "")).statusCode())
        .isEqualTo(status);
  }

  @Test
  @DisplayName("bifrost trap 3: credentials come before everything else")
  void credentialsComeBeforeEverythingElse() {
    assertThat(chat("x-other", "x", "{not json").statusCode()).isEqualTo(401);
    assertThat(chat("authorization", "Bearer alice-key", "{not json").statusCode()).isEqualTo(400);
  }

  @Test
  @DisplayName("bifrost trap 3: an unknown model comes before money")
  void anUnknownModelComesBeforeMoney() {
    HttpResponse<String> answer =
        chat("authorization", "Bearer carol-key", RunningGateway.body("nobody/x", "hi", ""));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("model_not_found");
  }

  @Test
  void theListOfModelsIsForCallers() {
    assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(401);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri("/v1/models"))
            .header("authorization", "Bearer alice-key");
    assertThat(gateway.send(request).statusCode()).isEqualTo(200);
  }

  @Test
  void aKeyIsNeverRepeated() {
    assertThat(chat("authorization", "Bearer nobody-key-1234", "{}").body())
        .doesNotContain("nobody-key-1234");
  }

  private static HttpResponse<String> chat(String header, String value, String body) {
    return gateway.send(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("content-type", "application/json")
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }
}
