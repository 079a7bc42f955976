package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoogleLoginTest {

  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path directory;

  @Test
  void aServiceAccountSignsForItsToken() throws Exception {
    KeyPair keys = keys();
    try (TokenEndpoint google = new TokenEndpoint(asked -> token("ya29.first"))) {
      Path file = serviceAccount(keys, google.url() + "/token");
      try (Authenticator authenticator = open(new Login.Google(file.toString(), null))) {
        HttpHeaders headers = Signed.by(authenticator);

        assertThat(headers.get("authorization")).isEqualTo("Bearer ya29.first");
        assertThat(headers.get("x-goog-user-project")).isEqualTo("billed-project");
        assertThat(authenticator.keeper().secondsLeft()).isBetween(3500L, 3600L);
      }
      String assertion = google.asked().getFirst().body();
      assertion = assertion.substring(assertion.indexOf("assertion=") + 10);
      String[] parts = assertion.split("&")[0].split("\\.");
      assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8))
          .contains("https://www.googleapis.com/auth/cloud-platform")
          .contains("gateway@my-project.iam.gserviceaccount.com");
      Signature check = Signature.getInstance("SHA256withRSA");
      check.initVerify(keys.getPublic());
      check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8));
      assertThat(check.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }
  }

  @Test
  void theEnvironmentNamesTheFileAndTheProject() throws Exception {
    try (TokenEndpoint google = new TokenEndpoint(asked -> token("ya29.first"))) {
      environment.put(
          "GOOGLE_APPLICATION_CREDENTIALS",
          serviceAccount(keys(), google.url() + "/token").toString());
      environment.put("GOOGLE_CLOUD_QUOTA_PROJECT", "other-project");
      try (Authenticator authenticator = open(new Login.Google(null, null))) {
        assertThat(Signed.by(authenticator).get("x-goog-user-project")).isEqualTo("other-project");
      }
      try (Authenticator authenticator = open(new Login.Google(null, "third-project"))) {
        assertThat(Signed.by(authenticator).get("x-goog-user-project")).isEqualTo("third-project");
      }
    }
  }

  @Test
  void aWorkloadsIdentityIsExchanged() throws Exception {
    Path subject = Files.writeString(directory.resolve("subject"), "an.oidc.token");
    try (TokenEndpoint google =
        new TokenEndpoint(asked ->
            new TokenEndpoint.Answer(
                200,
                "{\"access_token\":\"ya29.federated\",\"issued_token_type\":"
                    + "\"urn:ietf:params:oauth:token-type:access_token\","
                    + "\"token_type\":\"Bearer\",\"expires_in\":3600}"))) {
      Path file =
          Files.writeString(
              directory.resolve("workload.json"),
              """
              {"type":"external_account",
               "audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
               "subject_token_type":"urn:ietf:params:oauth:token-type:jwt",
               "token_url":"https://sts.googleapis.com/v1/token",
               "credential_source":{"file":"%s"}}
              """
                  .formatted(subject));
      // The library talks to nobody but Google's own hosts here: the connection is led elsewhere.
      GoogleSource source =
          new GoogleSource(
              new Login.Google(file.toString(), null),
              environment::get,
              url ->
                  (HttpURLConnection)
                      URI.create(google.url() + url.getPath()).toURL().openConnection());

      Token<BearerToken> token = source.fetch();

      assertThat(token.value().authorization().toString()).isEqualTo("Bearer ya29.federated");
      assertThat(token.value().quotaProject()).isNull();
      assertThat(google.asked().getFirst().body()).contains("subject_token=an.oidc.token");
    }
  }

  @Test
  void aUsersLoginIsFoundWhereGooglesToolLeavesIt() throws Exception {
    environment.put("CLOUDSDK_CONFIG", directory.toString());
    Files.writeString(
        directory.resolve("application_default_credentials.json"),
        """
        {"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r",
         "quota_project_id":"users-project"}
        """);
    try (TokenEndpoint google = new TokenEndpoint(asked -> token("ya29.user"))) {
      GoogleSource source =
          new GoogleSource(
              new Login.Google(null, null),
              environment::get,
              url ->
                  (HttpURLConnection)
                      URI.create(google.url() + url.getFile()).toURL().openConnection());

      Token<BearerToken> token = source.fetch();

      assertThat(token.value().authorization().toString()).isEqualTo("Bearer ya29.user");
      assertThat(token.value().quotaProject()).isEqualTo("users-project");
      assertThat(google.asked().getFirst().body()).contains("refresh_token=r");
    }
  }

  @Test
  void aMachineAsksItsMetadataServer() throws Exception {
    environment.put("CLOUDSDK_CONFIG", directory.resolve("absent").toString());
    try (TokenEndpoint metadata = new TokenEndpoint(asked -> token("ya29.machine"))) {
      GoogleSource source =
          new GoogleSource(
              new Login.Google(null, null),
              environment::get,
              url ->
                  (HttpURLConnection)
                      URI.create(metadata.url() + url.getFile()).toURL().openConnection());

      Token<BearerToken> token = source.fetch();

      assertThat(token.value().authorization().toString()).isEqualTo("Bearer ya29.machine");
      assertThat(metadata.asked().getLast().headers()).contains("metadata-flavor: Google");
      assertThat(metadata.asked().getLast().target())
          .contains("/computeMetadata/v1/instance/service-accounts/default/token")
          .contains("cloud-platform");
    }
  }

  @Test
  void aRefusalIsAFailureWithoutTheAnswersText() throws Exception {
    try (TokenEndpoint google =
        new TokenEndpoint(asked ->
            new TokenEndpoint.Answer(
                400, "{\"error\":\"invalid_grant\",\"x\":\"" + asked.body() + "\"}"))) {
      Path file = serviceAccount(keys(), google.url() + "/token");
      GoogleSource source =
          new GoogleSource(
              new Login.Google(file.toString(), null),
              environment::get,
              url -> (HttpURLConnection) url.openConnection());

      assertThatThrownBy(source::fetch)
          .isInstanceOf(TokenException.class)
          .hasMessage("Google answered with status 400");
    }
  }

  @Test
  void aFileThatIsMissingIsAFailure() throws Exception {
    try (Authenticator authenticator =
        open(new Login.Google(directory.resolve("absent").toString(), null))) {
      assertThat(authenticator.keeper().awaitFirst(Duration.ofSeconds(20))).isFalse();
    }
  }

  private Authenticator open(Login login) {
    return new Authenticators(environment::get).open("vertex/default", login, "none");
  }

  private static TokenEndpoint.Answer token(String token) {
    return new TokenEndpoint.Answer(
        200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private Path serviceAccount(KeyPair keys, String tokenUrl) throws Exception {
    String pem =
        "-----BEGIN PRIVATE KEY-----\\n"
            + Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\\n-----END PRIVATE KEY-----\\n";
    return Files.writeString(
        directory.resolve("account.json"),
        """
        {"type":"service_account","project_id":"my-project","private_key_id":"1",
         "private_key":"%s","client_email":"gateway@my-project.iam.gserviceaccount.com",
         "client_id":"1","token_uri":"%s","quota_project_id":"billed-project"}
        """
            .formatted(pem, tokenUrl));
  }
}
