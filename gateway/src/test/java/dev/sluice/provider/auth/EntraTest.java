package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.Secret;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class EntraTest {

  private static final String SECRET = "a~client/secret+that=hides";

  private final ManualTime time = new ManualTime();

  @Test
  void anApplicationProvesItselfWithItsSecret() throws Exception {
    try (TokenEndpoint entra = new TokenEndpoint(asked -> token("first", "\"expires_in\":3599"));
        Authenticator authenticator = open(secret(entra), Map.of())) {
      assertThat(Signed.by(authenticator).get("authorization")).isEqualTo("Bearer first");
      assertThat(authenticator.secrets()).containsExactly("first");

      TokenEndpoint.Asked asked = entra.asked().getFirst();
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.target()).isEqualTo("/my-tenant/oauth2/v2.0/token");
      assertThat(asked.headers()).contains("content-type: application/x-www-form-urlencoded");
      assertThat(asked.body())
          .isEqualTo(
              "client_id=my-client&client_secret=a%7Eclient%2Fsecret%2Bthat%3Dhides"
                  + "&grant_type=client_credentials"
                  + "&scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default");
      assertThat(authenticator.keeper().secondsLeft()).isEqualTo(3599);
    }
  }

  @Test
  void aTokenFileIsReadAnewEachTime(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "federated-1\n");
    AtomicInteger given = new AtomicInteger();
    try (TokenEndpoint entra =
            new TokenEndpoint(
                asked -> token("t" + given.incrementAndGet(), "\"expires_in\":3600"));
        Authenticator authenticator =
            open(
                new Login.EntraClient(
                    entra.url(),
                    "my-tenant",
                    "my-client",
                    new Login.Proof.ByTokenFile(file.toString())),
                Map.of())) {
      Signed.by(authenticator);
      time.settle();
      Files.writeString(file, "federated-2");
      time.advance(Duration.ofMinutes(50));
      await().until(() -> authenticator.keeper().renewals() == 2);

      assertThat(entra.asked().getFirst().body())
          .contains("client_assertion=federated-1&")
          .contains(
              "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer");
      assertThat(entra.asked().getLast().body()).contains("client_assertion=federated-2&");
      assertThat(Signed.by(authenticator).get("authorization")).isEqualTo("Bearer t2");
    }
  }

  @Test
  void aMachineAsksItsMetadataService() throws Exception {
    long expires = time.instant().plusSeconds(86_400).getEpochSecond();
    try (TokenEndpoint metadata =
            new TokenEndpoint(asked -> token("mine", "\"expires_on\":\"" + expires + "\""));
        Authenticator authenticator =
            open(
                new Login.EntraMachine("my-identity"),
                Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", metadata.url()))) {
      assertThat(Signed.by(authenticator).get("authorization")).isEqualTo("Bearer mine");

      TokenEndpoint.Asked asked = metadata.asked().getFirst();
      assertThat(asked.target())
          .isEqualTo(
              "/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=my-identity"
                  + "&resource=https%3A%2F%2Fcognitiveservices.azure.com");
      assertThat(asked.headers()).contains("metadata: true");
      assertThat(authenticator.keeper().secondsLeft()).isEqualTo(86_400);
    }
  }

  @Test
  void anApplicationServiceAsksItsOwnEndpoint() throws Exception {
    try (TokenEndpoint service =
            new TokenEndpoint(asked -> token("mine", "\"expires_in\":\"3600\""));
        Authenticator authenticator =
            open(
                new Login.EntraMachine(null),
                Map.of("IDENTITY_ENDPOINT", service.url() + "/msi", "IDENTITY_HEADER", "h"))) {
      assertThat(Signed.by(authenticator).get("authorization")).isEqualTo("Bearer mine");

      assertThat(service.asked().getFirst().target())
          .isEqualTo(
              "/msi?api-version=2019-08-01&resource=https%3A%2F%2Fcognitiveservices.azure.com");
      assertThat(service.asked().getFirst().headers()).contains("x-identity-header: h");
    }
  }

  @Test
  void aRefusalIsLoggedByItsCodeAndThenRecoveredFrom() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Logger logger = (Logger) LoggerFactory.getLogger(TokenKeeper.class);
    logger.addAppender(logged);
    try (TokenEndpoint entra =
            new TokenEndpoint(asked ->
                calls.incrementAndGet() == 1
                    ? new TokenEndpoint.Answer(
                        401,
                        "{\"error\":\"invalid_client\",\"error_description\":\"secret "
                            + SECRET
                            + " is wrong\"}")
                    : token("later", "\"expires_in\":3600"));
        Authenticator authenticator = open(secret(entra), Map.of())) {
      assertThat(authenticator.keeper().awaitFirst(Duration.ofSeconds(20))).isFalse();

      assertThatThrownBy(() -> Signed.now(authenticator, new DefaultHttpHeaders()))
          .isInstanceOf(GatewayException.class)
          .hasMessage("the gateway has no valid credential for the provider");
      assertThat(logged.list.getFirst().getFormattedMessage())
          .contains("up/default")
          .contains("status 401 and the error invalid_client")
          .doesNotContain("hides");
      time.settle();
      time.advance(Duration.ofSeconds(2));
      await().until(() -> authenticator.keeper().isValid());
      assertThat(Signed.by(authenticator).get("authorization")).isEqualTo("Bearer later");
    } finally {
      logger.detachAppender(logged);
    }
  }

  @Test
  void anAnswerThatIsNoTokenIsAFailure() throws Exception {
    for (String answer :
        new String[] {
          "",
          "[]",
          "not json, but a-token",
          "{}",
          "{\"access_token\":\"t\"}",
          "{\"access_token\":\"t\",\"expires_in\":\"soon\"}",
          "{\"access_token\":\"t\",\"expires_in\":9223372036854775807}"
        }) {
      try (TokenEndpoint entra = new TokenEndpoint(asked -> new TokenEndpoint.Answer(200, answer));
          Authenticator authenticator = open(secret(entra), Map.of())) {
        assertThat(authenticator.keeper().awaitFirst(Duration.ofSeconds(20))).as(answer).isFalse();
      }
    }
  }

  @Test
  void aHeaderThatIsThereIsLeftAlone() throws Exception {
    try (TokenEndpoint entra = new TokenEndpoint(asked -> token("t", "\"expires_in\":3600"));
        Authenticator authenticator = open(secret(entra), Map.of())) {
      DefaultHttpHeaders headers = new DefaultHttpHeaders();
      headers.set("authorization", "Bearer configured");

      assertThat(Signed.now(authenticator, headers).getAll("authorization"))
          .containsExactly("Bearer configured");
    }
  }

  @Test
  void printsWithoutSecrets() {
    Login login =
        new Login.EntraClient(
            "https://a", "t", "c", new Login.Proof.ByClientSecret(new Secret(SECRET)));

    assertThat(login.toString()).doesNotContain(SECRET);
    assertThat(new Login.AwsKeyPair("r", "id", new Secret(SECRET), new Secret(SECRET)).toString())
        .doesNotContain(SECRET);
    assertThat(new Login.Key("api-key", new Secret(SECRET)).toString()).doesNotContain(SECRET);
    Authenticator key =
        new Authenticators(name -> null)
            .open("up", new Login.Key("api-key", new Secret(SECRET)), null);
    assertThat(key.toString()).doesNotContain(SECRET);
    assertThat(Signed.now(key, new DefaultHttpHeaders()).get("api-key")).isEqualTo(SECRET);
  }

  private Authenticator open(Login login, Map<String, String> environment) {
    return new Authenticators(environment::get, time.timing()).open("up/default", login, "none");
  }

  private static Login secret(TokenEndpoint entra) {
    return new Login.EntraClient(
        entra.url(), "my-tenant", "my-client", new Login.Proof.ByClientSecret(new Secret(SECRET)));
  }

  private static TokenEndpoint.Answer token(String token, String life) {
    return new TokenEndpoint.Answer(
        200, "{\"token_type\":\"Bearer\",\"access_token\":\"" + token + "\"," + life + "}");
  }
}
