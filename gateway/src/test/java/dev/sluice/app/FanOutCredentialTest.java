package dev.sluice.app;

import static dev.sluice.app.RunningGateway.PORTS;
import static dev.sluice.app.RunningGateway.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several calls for one request whose token the provider refuses. */
class FanOutCredentialTest {

  private static final String MESSAGE =
      "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}],\"stop_reason\":\"end_turn\","
          + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";

  @TempDir Path directory;

  @Test
  @DisplayName(
      "case 40: a token that is refused is renewed once for all calls, and all are repeated")
  void aRefusedTokenIsRenewedOnceForAllCalls() throws Exception {
    AtomicInteger given = new AtomicInteger();
    HttpServer google = google(given);
    try (ScriptedUpstream up =
            new ScriptedUpstream((number, request, out, socket) -> {
              boolean stale = request.contains("Bearer given-1\r\n");
              out.write(
                  ScriptedUpstream.answer(
                      stale ? 401 : 200,
                      "content-type: application/json\r\n",
                      stale ? "{\"error\":{\"message\":\"expired\"}}" : MESSAGE));
              return true;
            });
        RunningGateway gateway = gateway(up, google)) {
      HttpResponse<String> answer = gateway.chat(body("vertex/claude-x", "hi", ",\"n\":3"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"index\":2");
      assertThat(given).hasValue(2);
      List<String> renewed = new ArrayList<>();
      while (up.requestsWaiting() > 0) {
        String request = up.request();
        if (request.contains("authorization: Bearer given-2\r\n")) {
          renewed.add(request);
        }
      }
      assertThat(renewed).hasSize(3);
    } finally {
      google.stop(0);
    }
  }

  private static HttpServer google(AtomicInteger given) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] answer =
                ("{\"access_token\":\"given-"
                        + given.incrementAndGet()
                        + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
    return server;
  }

  private RunningGateway gateway(ScriptedUpstream up, HttpServer google) throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    String pem =
        Base64.getEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded());
    Path account =
        Files.writeString(
            directory.resolve("account.json"),
            """
            {"type":"service_account","project_id":"p","private_key_id":"1","client_id":"1",
             "private_key":"-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n",
             "client_email":"g@p.iam.gserviceaccount.com","token_uri":"http://127.0.0.1:%d/token"}
            """
                .formatted(pem, google.getAddress().getPort()));
    String yaml =
        PORTS
            + "providers:\n  vertex: { project: p, location: us-east5, base_url:"
            + " \"http://127.0.0.1:"
            + up.port()
            + "\", credentials_file: \""
            + account
            + "\", translation: { several_choices: fan_out } }\n";
    var loaded = RunningGateway.loaded(yaml);
    return RunningGateway.of(
        Gateway.open(loaded, Map.<String, String>of()::get), loaded.settings());
  }
}
