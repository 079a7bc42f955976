package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Secret;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsLoginTest {

  private static final String FULL_URI = "aws.containerCredentialsFullUri";

  private final ManualTime time = new ManualTime();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path directory;

  @AfterEach
  void forget() {
    System.clearProperty(FULL_URI);
  }

  @Test
  void configuredKeysSignAtOnce() throws Exception {
    Login pair =
        new Login.AwsKeyPair("eu-west-1", "AKIDCONFIG", new Secret("s"), new Secret("tok"));

    HttpHeaders headers = Signed.by(open(pair));

    assertThat(headers.get("authorization"))
        .startsWith(
            "AWS4-HMAC-SHA256 Credential=AKIDCONFIG/20261121/eu-west-1/bedrock/aws4_request, "
                + "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=");
    assertThat(headers.get("x-amz-security-token")).isEqualTo("tok");
    assertThat(headers.get("x-amz-date")).isEqualTo("20261121T120000Z");
  }

  @Test
  void aProfileGivesItsKeys() throws Exception {
    profiles(
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n"
            + "[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n"
            + "aws_session_token = worktoken\n");

    try (Authenticator byDefault = open(new Login.AwsMachine("us-east-1", null));
        Authenticator work = open(new Login.AwsMachine("us-east-1", "work"))) {
      assertThat(Signed.by(byDefault).get("authorization")).contains("AKIDDEFAULT/");
      assertThat(Signed.by(work).get("authorization")).contains("AKIDWORK/");
      assertThat(Signed.by(work).get("x-amz-security-token")).isEqualTo("worktoken");
      // Whoever repeats them, nobody is shown them.
      assertThat(work.secrets()).containsExactly("AKIDWORK", "s", "worktoken");
    }
  }

  @Test
  void theEnvironmentNamesAProfile() throws Exception {
    profiles("[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n");
    environment.put("AWS_PROFILE", "work");

    try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", null))) {
      assertThat(Signed.by(authenticator).get("authorization")).contains("AKIDWORK/");
    }
  }

  @Test
  void aProfileThatIsNotThereIsAFailureWithoutSecrets() throws Exception {
    profiles("[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = verysecret\n");

    try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", "absent"))) {
      assertThat(authenticator.keeper().awaitFirst(Duration.ofSeconds(20))).isFalse();
      assertThat(authenticator.keeper().failures()).isEqualTo(1);
    }
  }

  @Test
  void anInstanceGivesItsKeysBySessionOnly() throws Exception {
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    try (TokenEndpoint metadata = new TokenEndpoint(this::instance)) {
      environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
      try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", null))) {
        HttpHeaders headers = Signed.by(authenticator);

        assertThat(headers.get("authorization")).contains("Credential=AKIDINSTANCE/");
        assertThat(headers.get("x-amz-security-token")).isEqualTo("instancetoken");
        assertThat(authenticator.keeper().secondsLeft()).isPositive();
        assertThat(metadata.asked().getFirst().method()).isEqualTo("PUT");
        assertThat(metadata.asked().getLast().headers())
            .contains("x-aws-ec2-metadata-token: session");
      }
    }
  }

  @Test
  void instanceMetadataCanBeSwitchedOff() throws Exception {
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    environment.put("AWS_EC2_METADATA_DISABLED", "true");

    try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", null))) {
      assertThat(authenticator.keeper().awaitFirst(Duration.ofSeconds(20))).isFalse();
    }
  }

  @Test
  void aContainerGivesItsKeys() throws Exception {
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("none").toString());
    try (TokenEndpoint container =
        new TokenEndpoint(asked -> new TokenEndpoint.Answer(200, keys("AKIDCONTAINER", "ct")))) {
      // The library reads its own environment; a property says the same.
      environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url() + "/keys");
      System.setProperty(FULL_URI, container.url() + "/keys");
      try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", null))) {
        assertThat(Signed.by(authenticator).get("authorization")).contains("AKIDCONTAINER/");
        assertThat(container.asked().getFirst().target()).isEqualTo("/keys");
      }
    }
  }

  @Test
  void aWebIdentityIsExchangedForKeys() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "an.oidc.token");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/gateway");
    try (TokenEndpoint sts = new TokenEndpoint(asked -> new TokenEndpoint.Answer(200, assumed()))) {
      environment.put("AWS_ENDPOINT_URL_STS", sts.url());
      try (Authenticator authenticator = open(new Login.AwsMachine("us-east-1", null))) {
        assertThat(Signed.by(authenticator).get("authorization")).contains("AKIDROLE/");
        assertThat(Signed.by(authenticator).get("x-amz-security-token")).isEqualTo("roletoken");
        assertThat(sts.asked().getFirst().body())
            .contains("Action=AssumeRoleWithWebIdentity")
            .contains("WebIdentityToken=an.oidc.token")
            .contains("RoleSessionName=sluice");
        assertThat(sts.asked().getFirst().headers()).noneMatch(h -> h.startsWith("authorization"));
      }
    }
  }

  private TokenEndpoint.Answer instance(TokenEndpoint.Asked asked) {
    if (asked.method().equals("PUT")) {
      return new TokenEndpoint.Answer(200, "session");
    }
    return new TokenEndpoint.Answer(
        200,
        asked.target().endsWith("/gateway-role")
            ? keys("AKIDINSTANCE", "instancetoken")
            : "gateway-role");
  }

  private static String keys(String id, String token) {
    return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\""
        + id
        + "\",\"SecretAccessKey\":\"s\",\"Token\":\""
        + token
        + "\",\"Expiration\":\"2040-01-01T00:00:00Z\"}";
  }

  private static String assumed() {
    return "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
        + "<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>"
        + "<SecretAccessKey>s</SecretAccessKey><SessionToken>roletoken</SessionToken>"
        + "<Expiration>2040-01-01T00:00:00Z</Expiration></Credentials>"
        + "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
  }

  private void profiles(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("credentials"), text);
    environment.put("AWS_SHARED_CREDENTIALS_FILE", file.toString());
    environment.put("AWS_CONFIG_FILE", directory.resolve("none").toString());
  }

  private Authenticator open(Login login) {
    return new Authenticators(environment::get, time.timing())
        .open("bedrock/default", login, "none");
  }
}
