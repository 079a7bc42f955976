package dev.sluice.app;

import static dev.sluice.app.AssemblyAiDoor.answered;
import static dev.sluice.app.AssemblyAiDoor.chat;
import static dev.sluice.app.AssemblyAiDoor.denied;
import static dev.sluice.app.AssemblyAiDoor.invalid;
import static dev.sluice.app.AssemblyAiDoor.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rate windows of the AssemblyAI door, and the headers that tell of them. */
class AssemblyAiRateTest {

  private static final String YAML =
      RunningGateway.PORTS
          + """
          dialects: { assemblyai: { rate_limit: { requests: 2, per: 24h } } }
          access:
            mode: keys
            keys:
              alice: { key: alice-key }
              bob: { key: bob-key, models: [ demo/echo ] }
          """;
  private static final String ASKED = "{\"model\":\"demo/echo\",\"prompt\":\"q\"}";

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  @DisplayName("assemblyai §7: a 429 has Retry-After and the rate headers")
  void aCallerBeyondItsWindowIsTold() {
    try (RunningGateway gateway = RunningGateway.with(YAML)) {
      HttpResponse<String> first = chat(gateway, "alice-key", ASKED);
      HttpResponse<String> second =
          chat(gateway, "Bearer alice-key", ASKED.replace("}", ",\"stream\":true}"));
      HttpResponse<String> third = chat(gateway, "alice-key", ASKED);

      answered(first);
      assertThat(header(first, "X-RateLimit-Limit")).isEqualTo("2");
      assertThat(header(first, "X-RateLimit-Remaining")).isEqualTo("1");
      assertThat(Long.parseLong(header(first, "X-RateLimit-Reset"))).isBetween(86_000L, 86_400L);
      assertThat(header(first, "X-RateLimit-Model")).isEqualTo("demo/echo");
      assertThat(header(first, "X-RateLimit-Service")).isEqualTo("llmgw");
      assertThat(second.body()).endsWith("data: [DONE]\n\n");
      assertThat(header(second, "X-RateLimit-Remaining")).isEqualTo("0");
      assertThat(refused(third, 429).get("message").stringValue())
          .isEqualTo("too many requests for this action");
      assertThat(third.body()).startsWith("{\"request_id\":").doesNotContain("metadata");
      assertThat(header(third, "retry-after")).isEqualTo(header(third, "X-RateLimit-Reset"));
      assertThat(header(third, "X-RateLimit-Limit")).isEqualTo("2");
      assertThat(header(third, "X-RateLimit-Remaining")).isEqualTo("0");
      assertThat(header(third, "X-RateLimit-Model")).isEqualTo("demo/echo");
      assertThat(header(third, "X-RateLimit-Service")).isEqualTo("llmgw");
    }
  }

  @Test
  void callersAndModelsAreCountedApart() {
    try (RunningGateway gateway = RunningGateway.with(YAML)) {
      chat(gateway, "alice-key", ASKED);
      chat(gateway, "alice-key", ASKED);

      refused(chat(gateway, "alice-key", ASKED), 429);
      answered(chat(gateway, "alice-key", ASKED.replace("echo", "lorem-3")));
      answered(chat(gateway, "bob-key", ASKED));
    }
  }

  @Test
  @DisplayName("assemblyai page: validation and access denials carry no rate headers")
  void whatIsRefusedBeforeIsNotCounted() {
    try (RunningGateway gateway = RunningGateway.with(YAML)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> wrong = chat(gateway, "bob-key", "{\"model\":\"demo/echo\"}");
        HttpResponse<String> notHis = chat(gateway, "bob-key", ASKED.replace("echo", "lorem"));
        HttpResponse<String> unknown = chat(gateway, "nobody", ASKED);
        invalid(wrong, "one of messages or prompt required");
        invalid(notHis, "does not have access");
        denied(unknown, 401);
        for (HttpResponse<String> refusal : java.util.List.of(wrong, notHis, unknown)) {
          assertThat(header(refusal, "X-RateLimit-Limit")).isEmpty();
        }
      }

      assertThat(header(chat(gateway, "bob-key", ASKED), "X-RateLimit-Remaining")).isEqualTo("1");
    }
  }

  @Test
  void aModelsNameThatIsNoHeaderIsLeftOut() {
    try (RunningGateway gateway = RunningGateway.with(YAML)) {
      HttpResponse<String> response =
          chat(gateway, "alice-key", ASKED.replace("demo/echo", "demo/echo\\r\\nx-evil: 1"));

      assertThat(header(response, "x-evil")).isEmpty();
      assertThat(header(response, "X-RateLimit-Model")).isEmpty();
    }
  }

  @Test
  void withoutTheSettingThereIsNoLimit() {
    try (RunningGateway gateway = RunningGateway.plain()) {
      assertThat(header(chat(gateway, ASKED), "X-RateLimit-Limit")).isEmpty();
    }
  }
}
