package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RenewedCredentialTest {

  private static final String SECRET = "a-secret-of-ours";
  private static final String COMPLETION =
      """
      {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
      "message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],
      "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}\
      """;

  private final AtomicBoolean gives = new AtomicBoolean(true);
  private final AtomicInteger given = new AtomicInteger();
  private final CountDownLatch slow = new CountDownLatch(1);
  private boolean numbered;
  private boolean waits;

  @Test
  void azureIsConvincedByATokenOfEntra() throws Exception {
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", COMPLETION);
        RunningGateway gateway = gateway(up, entra)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> chat(gateway).statusCode() == 200);

      String asked = up.request();
      assertThat(asked).contains("authorization: Bearer given-token").doesNotContain("api-key");
    } finally {
      entra.stop(0);
    }
  }

  @Test
  void aTokenThatCannotBeHadIsNeverTheClientsFaultAndIsRecoveredFrom() throws Exception {
    gives.set(false);
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", COMPLETION);
        RunningGateway gateway = gateway(up, entra)) {
      HttpResponse<String> refused = chat(gateway);
      assertThat(refused.statusCode()).isEqualTo(502);
      assertThat(refused.body())
          .contains("the gateway has no valid credential for the provider")
          .doesNotContain(SECRET)
          .doesNotContain("invalid_client");

      gives.set(true);
      await().atMost(Duration.ofSeconds(20)).until(() -> chat(gateway).statusCode() == 200);
      assertThat(up.request()).contains("authorization: Bearer given-token");
    } finally {
      entra.stop(0);
    }
  }

  @Test
  void aRequestWaitsForTheFirstTokenAndSoDoesReadiness() throws Exception {
    waits = true;
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", COMPLETION);
        RunningGateway gateway = gateway(up, entra);
        ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> early = client.submit(() -> chat(gateway));
      HttpResponse<String> unready = gateway.get("/readyz");
      HttpResponse<String> live = gateway.get("/livez");
      slow.countDown();

      assertThat(unready.statusCode()).isEqualTo(503);
      assertThat(unready.body()).contains("starting");
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(early.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(up.request()).contains("authorization: Bearer given-token");
      assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
    } finally {
      slow.countDown();
      entra.stop(0);
    }
  }

  @Test
  void aClientDoesNotWaitLongerForATokenThanForAConnection() throws Exception {
    waits = true;
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(200, "content-type: application/json\r\n", COMPLETION);
        RunningGateway gateway =
            gateway(up, entra, ", timeouts: { connect: 100ms, first_byte: 10s }")) {
      assertThat(chat(gateway).statusCode()).isEqualTo(502);
      assertThat(up.requestsWaiting()).isZero();
    } finally {
      slow.countDown();
      entra.stop(0);
    }
  }

  @Test
  void aRefusedTokenIsRenewedAtOnceAndTheRequestAskedAgain() throws Exception {
    numbered = true;
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              boolean first = request.contains("Bearer given-1\r\n");
              out.write(
                  ScriptedUpstream.answer(
                      first ? 401 : 200,
                      "content-type: application/json\r\n",
                      first ? "{\"error\":{\"message\":\"expired\"}}" : COMPLETION));
              return true;
            });
        RunningGateway gateway = gateway(up, entra)) {
      assertThat(chat(gateway).statusCode()).isEqualTo(200);

      assertThat(up.request()).contains("authorization: Bearer given-1\r\n");
      assertThat(up.request()).contains("authorization: Bearer given-2\r\n");
      assertThat(given).hasValue(2);
    } finally {
      entra.stop(0);
    }
  }

  @Test
  void whatIsWrongWithTheNewTokenIsToldAndNotThatTheOldOneWas() throws Exception {
    numbered = true;
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              boolean first = request.contains("Bearer given-1\r\n");
              out.write(
                  ScriptedUpstream.answer(
                      first ? 401 : 400,
                      "content-type: application/json\r\n",
                      "{\"error\":{\"message\":\""
                          + (first ? "expired" : "bad temperature")
                          + "\"}}"));
              return true;
            });
        RunningGateway gateway = gateway(up, entra)) {
      HttpResponse<String> refused = chat(gateway);

      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("bad temperature").doesNotContain("expired");
      assertThat(up.requestsWaiting()).isEqualTo(2);
    } finally {
      entra.stop(0);
    }
  }

  @Test
  void aTokenThatIsAlwaysRefusedIsNotRenewedOverAndOver() throws Exception {
    numbered = true;
    HttpServer entra = entra();
    try (ScriptedUpstream up =
            ScriptedUpstream.whole(401, "content-type: application/json\r\n", "{}");
        RunningGateway gateway = gateway(up, entra)) {
      for (int i = 0; i < 5; i++) {
        assertThat(chat(gateway).statusCode()).isEqualTo(502);
      }

      assertThat(given).hasValue(2);
      // Each was asked once, and the first one once more with the new token.
      assertThat(up.requestsWaiting()).isEqualTo(6);
    } finally {
      entra.stop(0);
    }
  }

  private static HttpResponse<String> chat(RunningGateway gateway) throws Exception {
    return gateway.chat(RunningGateway.body("azure/m", "hi", ""));
  }

  private HttpServer entra() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (waits) {
              slow.await();
            }
            String token = numbered ? "given-" + given.incrementAndGet() : "given-token";
            byte[] answer =
                (gives.get()
                        ? "{\"access_token\":\"" + token + "\",\"expires_in\":3600}"
                        : "{\"error\":\"invalid_client\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(gives.get() ? 200 : 401, answer.length);
            exchange.getResponseBody().write(answer);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    return server;
  }

  private static RunningGateway gateway(ScriptedUpstream up, HttpServer entra) throws Exception {
    return gateway(up, entra, "");
  }

  private static RunningGateway gateway(ScriptedUpstream up, HttpServer entra, String more)
      throws Exception {
    String yaml =
        RunningGateway.PORTS
            + "providers:\n  azure: { base_url: \"http://127.0.0.1:"
            + up.port()
            + "\", tenant_id: t, client_id: c, client_secret: "
            + SECRET
            + more
            + " }\n";
    Map<String, String> environment =
        Map.of("AZURE_AUTHORITY_HOST", "http://127.0.0.1:" + entra.getAddress().getPort());
    var loaded = RunningGateway.loaded(yaml);
    return RunningGateway.of(Gateway.open(loaded, environment::get), loaded.settings());
  }
}
