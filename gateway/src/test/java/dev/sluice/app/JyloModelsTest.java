package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.routing.ModelIds;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** By which UUIDs models are known at Jylo's front door, and where clients find them. */
class JyloModelsTest {

  private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String LIST = "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}";

  @Test
  @DisplayName("jylo §6: the list of models has the settings service's members")
  void modelsAreListed() {
    try (RunningGateway gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models: { aaa: { targets: [ demo/echo ], id: "
                + JyloRequestTest.ID
                + " }, zzz: demo/lorem }\n")) {
      HttpResponse<String> list = gateway.get("/jylo/acme/uk/models?modelType=0");

      assertThat(list.statusCode()).isEqualTo(200);
      assertThat(list.headers().firstValue("content-type")).contains("application/json");
      assertThat(list.body())
          .startsWith("[" + entry("aaa", JyloRequestTest.ID) + ",")
          .contains(entry("demo/echo", ModelIds.of("demo/echo").toString()))
          .endsWith(entry("zzz", ModelIds.of("zzz").toString()) + "]");

      assertThat(gateway.get("/jylo/models/" + JyloRequestTest.ID).body())
          .isEqualTo(entry("aaa", JyloRequestTest.ID));
      assertThat(gateway.get("/jylo/models/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
      assertThat(gateway.get("/jylo/models/aaa").body())
          .contains("\"objectIdentifier\":[\"The value 'aaa' is not valid.\"]");
      HttpResponse<String> head =
          gateway.send(
              HttpRequest.newBuilder(gateway.uri("/jylo/models/"))
                  .method("HEAD", HttpRequest.BodyPublishers.noBody()));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
    }
  }

  @Test
  void namesWithoutAnIdHaveOneMadeOfThem() {
    try (RunningGateway gateway =
        RunningGateway.with(RunningGateway.PORTS + "models: { zzz: demo/echo }\n")) {
      assertThat(chat(gateway, ModelIds.of("zzz")).statusCode()).isEqualTo(200);
      assertThat(chat(gateway, ModelIds.of("demo/echo")).statusCode()).isEqualTo(200);
      assertThat(chat(gateway, ModelIds.of("demo/nobody")).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aUuidNobodyKnowsYetIsLookedForAtTheProviders() throws Exception {
    try (ScriptedUpstream up = provider();
        RunningGateway gateway = RunningGateway.before(up.port(), "")) {
      HttpResponse<String> answer = chat(gateway, ModelIds.of("up/b"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(up.request()).startsWith("GET /v1/models ");
      assertThat(up.request()).startsWith("POST /v1/chat/completions ").contains("\"model\":\"b\"");
      assertThat(chat(gateway, ModelIds.of("up/a")).statusCode()).isEqualTo(200);
      assertThat(up.request()).startsWith("POST ").contains("\"model\":\"a\"");
    }
  }

  @Test
  void theProvidersAreNotAskedForEveryStranger() throws Exception {
    try (ScriptedUpstream up = provider();
        RunningGateway gateway =
            RunningGateway.with(
                "server: { port: 0, threads: 1 }\nadmin: { port: 0 }\nproviders:\n  up: { kind:"
                    + " openai, base_url: \"http://127.0.0.1:"
                    + up.port()
                    + "/v1\", api_key: none }\n")) {
      assertThat(
              IntStream.range(0, 20)
                  .mapToObj(i ->
                      CompletableFuture.supplyAsync(
                          () -> chat(gateway, UUID.randomUUID()).statusCode()))
                  .toList())
          .allMatch(status -> status.join() == 404);

      assertThat(up.request()).startsWith("GET /v1/models ");
      assertThat(up.requestsWaiting()).isZero();
    }
  }

  @Test
  void aKeyThatIsForAModelIsForItsUuid() {
    try (RunningGateway gateway =
        RunningGateway.with(
            RunningGateway.PORTS
                + "models: { smart: demo/echo }\naccess: { mode: keys, keys: { bob: { key: b,"
                + " models: [ smart ] } } }\n")) {
      assertThat(
              gateway
                  .send(request(gateway, ModelIds.of("smart")).header("authorization", "Bearer b"))
                  .statusCode())
          .isEqualTo(200);
      assertThat(
              gateway
                  .send(
                      request(gateway, ModelIds.of("demo/echo"))
                          .header("authorization", "Bearer b"))
                  .statusCode())
          .isEqualTo(403);
      assertThat(gateway.get("/jylo/models").statusCode()).isEqualTo(401);
    }
  }

  private static ScriptedUpstream provider() throws Exception {
    return new ScriptedUpstream((number, request, out, socket) -> {
      String body = request.startsWith("GET ") ? LIST : JyloAnswerTest.PLAIN;
      out.write(ScriptedUpstream.answer(200, "", body));
      return true;
    });
  }

  private static String entry(String name, String id) {
    return "{\"name\":\""
        + name
        + "\",\"description\":\"served by demo\",\"objectIdentifier\":\""
        + id
        + "\",\"payoutPercentage\":0,\"maxOutputToken\":null,\"contextLength\":0}";
  }

  private static HttpResponse<String> chat(RunningGateway gateway, UUID model) {
    return gateway.send(request(gateway, model));
  }

  private static HttpRequest.Builder request(RunningGateway gateway, UUID model) {
    return HttpRequest.newBuilder(gateway.uri("/inference/completions/" + model))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY));
  }
}
