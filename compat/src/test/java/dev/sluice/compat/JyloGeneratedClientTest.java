package dev.sluice.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.jylo.client.ApiClient;
import ai.jylo.client.ApiException;
import ai.jylo.client.api.CompletionsApi;
import ai.jylo.client.model.JyloInferenceCoreModelsChatCompletionRequest;
import ai.jylo.client.model.JyloInferenceCoreModelsChatCompletionResponse;
import ai.jylo.client.model.JyloInferenceCoreModelsMessage;
import ai.jylo.client.model.JyloInferenceCoreModelsResponseFormat;
import ai.jylo.client.model.MicrosoftAspNetCoreMvcProblemDetails;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.Gateway;
import dev.sluice.config.SettingsLoader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that is generated from Jylo's own description of its API, with nothing changed but its
 * base URL. It is strict: a member that the description does not know is an error to it.
 */
class JyloGeneratedClientTest {

  private static final UUID ECHO = UUID.fromString("11111111-1111-4111-8111-111111111111");
  private static final UUID CALLS = UUID.fromString("22222222-2222-4222-8222-222222222222");
  private static final UUID FAILS = UUID.fromString("33333333-3333-4333-8333-333333333333");
  private static final UUID NOBODY = UUID.fromString("99999999-9999-4999-8999-999999999999");
  private static final Map<String, String> KEYS =
      Map.of("ACTIVE", "token-active", "BROKE", "token-broke", "BLOCKED", "token-blocked");
  private static final String TOOL_CALL =
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
       "message":{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function",
        "function":{"name":"get_weather","arguments":"{\\"city\\":\\"Oslo\\"}"}}]},
       "finish_reason":"tool_calls"}],
       "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,
        "prompt_tokens_details":{"cached_tokens":1}}}
      """;
  private static final AtomicReference<String> ASKED = new AtomicReference<>("");

  private static HttpServer upstream;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    upstream.createContext(
        "/v1/chat/completions",
        exchange -> {
          ASKED.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] body = TOOL_CALL.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("content-type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    upstream.start();
    Path file = Files.createTempFile("sluice", ".yaml");
    try {
      Files.writeString(
          file,
          """
          server: { port: 0 }
          admin: { port: 0 }
          providers:
            up: { kind: openai, api_key: none, base_url: "http://127.0.0.1:%d/v1" }
          models:
            echo: { targets: [ { to: demo/echo } ], id: %s }
            calls: { targets: [ { to: up/m } ], id: %s }
            fails: { targets: [ { to: demo/fail-503 } ], id: %s }
          access:
            mode: keys
            keys:
              active: { key: "${ACTIVE}" }
              broke: { key: "${BROKE}", state: out_of_credit }
              blocked: { key: "${BLOCKED}", state: blocked }
          """
              .formatted(upstream.getAddress().getPort(), ECHO, CALLS, FAILS));
      gateway = Gateway.open(new SettingsLoader(KEYS::get, Gateway.DIALECTS).load(file), KEYS::get);
    } finally {
      Files.delete(file);
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.stop(0);
  }

  private static CompletionsApi client(String prefix, String token) {
    ObjectMapper strict =
        ApiClient.createDefaultObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    ApiClient client = new ApiClient().setObjectMapper(strict);
    client.updateBaseUri("http://127.0.0.1:" + gateway.address().getPort() + prefix);
    client.setRequestInterceptor(request -> {
      if (!token.isEmpty()) {
        request.header("authorization", "Bearer " + token);
      }
    });
    return new CompletionsApi(client);
  }

  private static CompletionsApi client() {
    return client("", KEYS.get("ACTIVE"));
  }

  private static JyloInferenceCoreModelsChatCompletionRequest ask(String text) {
    return new JyloInferenceCoreModelsChatCompletionRequest()
        .addMessagesItem(new JyloInferenceCoreModelsMessage().role("user").content(text));
  }

  private static ApiException refused(
      CompletionsApi client, UUID model, JyloInferenceCoreModelsChatCompletionRequest request) {
    return catchThrowableOfType(
        ApiException.class, () -> client.inferenceCompletionsModelIdentifierPost(model, request));
  }

  /** What the description calls a problem; other members than its own are allowed there. */
  private static MicrosoftAspNetCoreMvcProblemDetails problem(ApiException refusal)
      throws Exception {
    assertThat(refusal.getResponseHeaders().firstValue("content-type").orElseThrow())
        .startsWith("application/json");
    return ApiClient.createDefaultObjectMapper()
        .readValue(refusal.getResponseBody(), MicrosoftAspNetCoreMvcProblemDetails.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/jylo", "/jylo/example/uk"})
  void plainCompletions(String prefix) throws Exception {
    JyloInferenceCoreModelsChatCompletionResponse answer =
        client(prefix, KEYS.get("ACTIVE"))
            .inferenceCompletionsModelIdentifierPost(ECHO, ask("Hello, é漢😀!").maxTokens(50));

    assertThat(answer.getId()).isNotEmpty();
    assertThat(answer.getChoices()).hasSize(1);
    assertThat(answer.getChoices().getFirst().getIndex()).isZero();
    assertThat(answer.getChoices().getFirst().getMessage().getRole()).isEqualTo("assistant");
    assertThat(answer.getChoices().getFirst().getMessage().getContent()).contains("Hello, é漢😀!");
    assertThat(answer.getChoices().getFirst().getFinishReason()).isEqualTo("stop");
    assertThat(answer.getUsage().getCompletionTokens()).isPositive();
    assertThat(answer.getUsage().getTotalTokens())
        .isEqualTo(answer.getUsage().getPromptTokens() + answer.getUsage().getCompletionTokens());
  }

  @Test
  void structuredOutput() throws Exception {
    var format =
        new JyloInferenceCoreModelsResponseFormat()
            .type("json_schema")
            .schema(
                """
                {"type":"object","properties":{"city":{"type":"string"},"degrees":{"type":"integer"}},
                 "required":["city","degrees"],"additionalProperties":false}
                """);

    JyloInferenceCoreModelsChatCompletionResponse answer =
        client().inferenceCompletionsModelIdentifierPost(ECHO, ask("go").responseFormat(format));

    var content =
        new ObjectMapper().readTree(answer.getChoices().getFirst().getMessage().getContent());
    assertThat(content.get("city").isTextual()).isTrue();
    assertThat(content.get("degrees").isInt()).isTrue();
    assertThat(content.size()).isEqualTo(2);
  }

  @Test
  void aModelThatCallsToolsIsReadWithoutThem() throws Exception {
    JyloInferenceCoreModelsChatCompletionResponse answer =
        client().inferenceCompletionsModelIdentifierPost(CALLS, ask("weather?"));

    assertThat(answer.getChoices().getFirst().getMessage().getContent()).isNull();
    assertThat(answer.getChoices().getFirst().getFinishReason()).isEqualTo("tool_calls");
    assertThat(answer.getUsage().getTotalTokens()).isEqualTo(7);
    assertThat(ASKED.get()).contains("\"weather?\"").contains("\"model\":\"m\"");
  }

  @Test
  void aBadRequestIsAProblem() throws Exception {
    ApiException refusal =
        refused(
            client(),
            ECHO,
            ask("go")
                .responseFormat(
                    new JyloInferenceCoreModelsResponseFormat()
                        .type("json_schema")
                        .schema("no JSON")));

    assertThat(refusal.getCode()).isEqualTo(400);
    assertThat(problem(refusal).getStatus()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "token-unknown"})
  void whoIsNotKnownIsUnauthorized(String token) throws Exception {
    ApiException refusal = refused(client("", token), ECHO, ask("go"));

    assertThat(refusal.getCode()).isEqualTo(401);
    assertThat(refusal.getResponseHeaders().firstValue("www-authenticate").orElseThrow())
        .startsWith("Bearer");
    assertThat(problem(refusal).getTitle()).isEqualTo("Unauthorized");
  }

  @Test
  void creditPermissionAndModelHaveTheirStatuses() throws Exception {
    ApiException broke = refused(client("", KEYS.get("BROKE")), ECHO, ask("go"));
    ApiException blocked = refused(client("", KEYS.get("BLOCKED")), ECHO, ask("go"));
    ApiException unknown = refused(client(), NOBODY, ask("go"));

    assertThat(broke.getCode()).isEqualTo(402);
    assertThat(problem(broke).getTitle()).isEqualTo("Payment Required");
    assertThat(blocked.getCode()).isEqualTo(403);
    assertThat(problem(blocked).getTitle()).isEqualTo("Forbidden");
    assertThat(unknown.getCode()).isEqualTo(404);
    assertThat(problem(unknown).getTitle()).isEqualTo("Not Found");
  }

  @Test
  void aProvidersFailureHasNoBody() {
    ApiException refusal = refused(client(), FAILS, ask("go"));

    assertThat(refusal.getCode()).isEqualTo(500);
    assertThat(refusal.getResponseBody()).isEmpty();
  }
}
