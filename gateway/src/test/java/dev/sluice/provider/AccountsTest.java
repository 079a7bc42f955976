package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.Secret;
import dev.sluice.config.SettingsLoader;
import dev.sluice.provider.KnownProvider.Authentication;
import dev.sluice.provider.auth.Login;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {

  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path directory;

  @Test
  void bedrockSignsWithWhatIsConfigured() throws Exception {
    environment.put("AWS_ACCESS_KEY_ID", "AKIDENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "e");
    environment.put("BEDROCK_KEY", "bearer");

    assertThat(
            login(
                Authentication.AWS,
                "{ region: eu-west-1, access_key_id: AKIDCONFIG, secret_access_key: s }"))
        .isEqualTo(new Login.AwsKeyPair("eu-west-1", "AKIDCONFIG", new Secret("s"), null));
    assertThat(login(Authentication.AWS, "{ region: eu-west-1, profile: work }"))
        .isEqualTo(new Login.AwsMachine("eu-west-1", "work"));
    assertThat(login(Authentication.AWS, "{ api_key: mine }"))
        .isEqualTo(new Login.Key("authorization", new Secret("Bearer mine")));
  }

  @Test
  void bedrockTakesWhatTheEnvironmentHas() throws Exception {
    environment.put("AWS_DEFAULT_REGION", "eu-north-1");
    assertThat(login(Authentication.AWS, "{}")).isEqualTo(new Login.AwsMachine("eu-north-1", null));

    environment.put("AWS_REGION", "eu-west-3");
    environment.put("AWS_ACCESS_KEY_ID", "AKIDENV");
    environment.put("AWS_SECRET_ACCESS_KEY", "e");
    environment.put("AWS_SESSION_TOKEN", "t");
    assertThat(login(Authentication.AWS, "{}"))
        .isEqualTo(new Login.AwsKeyPair("eu-west-3", "AKIDENV", new Secret("e"), new Secret("t")));

    environment.put("BEDROCK_KEY", "bearer");
    assertThat(login(Authentication.AWS, "{}"))
        .isEqualTo(new Login.Key("authorization", new Secret("Bearer bearer")));
  }

  @Test
  void aKeyOfTheEnvironmentGoesOnlyToItsOwnProvider() throws Exception {
    environment.put("BEDROCK_KEY", "bearer");

    assertThat(
            found(Authentication.AWS, "{ region: r }", Accounts.Keys.CONFIGURED).getFirst().login())
        .isEqualTo(new Login.AwsMachine("r", null));
  }

  @Test
  void bedrockNeedsARegion() throws Exception {
    assertThat(find(Authentication.AWS, "{}", Accounts.Keys.OF_ENVIRONMENT))
        .isEqualTo(
            new Accounts.Result.Missing("region", "expected an AWS region, such as us-east-1"));
  }

  @Test
  void vertexTakesAKeyElseGooglesCredentials() throws Exception {
    assertThat(login(Authentication.GOOGLE, "{ api_key: k }"))
        .isEqualTo(new Login.Key("x-goog-api-key", new Secret("k")));
    assertThat(login(Authentication.GOOGLE, "{ quota_project: q }"))
        .isEqualTo(new Login.Google(null, "q"));
  }

  @Test
  void azureTakesAKeyElseAnApplicationElseItsMachine() throws Exception {
    environment.put("BEDROCK_KEY", "k");
    assertThat(login(Authentication.API_KEY, "{}"))
        .isEqualTo(new Login.Key("api-key", new Secret("k")));
    assertThat(login(Authentication.API_KEY, "{ managed_identity: true, client_id: c }"))
        .isEqualTo(new Login.EntraMachine("c"));
    assertThat(login(Authentication.API_KEY, "{ tenant_id: t, client_id: c, client_secret: s }"))
        .isEqualTo(
            new Login.EntraClient(
                "https://login.microsoftonline.com",
                "t",
                "c",
                new Login.Proof.ByClientSecret(new Secret("s"))));
  }

  @Test
  void azureTakesAnApplicationOfTheEnvironment() throws Exception {
    environment.put("AZURE_TENANT_ID", "t");
    environment.put("AZURE_CLIENT_ID", "c");
    environment.put("AZURE_FEDERATED_TOKEN_FILE", "/var/run/token");
    environment.put("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/");

    assertThat(login(Authentication.API_KEY, "{}"))
        .isEqualTo(
            new Login.EntraClient(
                "https://login.microsoftonline.us",
                "t",
                "c",
                new Login.Proof.ByTokenFile("/var/run/token")));
  }

  @Test
  void anApplicationThatIsHalfConfiguredIsMissingTheRest() throws Exception {
    assertThat(find(Authentication.API_KEY, "{ client_id: c }", Accounts.Keys.OF_ENVIRONMENT))
        .isInstanceOfSatisfying(
            Accounts.Result.Missing.class, m -> assertThat(m.key()).isEqualTo("client_secret"));
    assertThat(find(Authentication.API_KEY, "{ client_secret: s }", Accounts.Keys.OF_ENVIRONMENT))
        .isInstanceOfSatisfying(
            Accounts.Result.Missing.class, m -> assertThat(m.key()).isEqualTo("tenant_id"));
    assertThat(find(Authentication.API_KEY, "{}", Accounts.Keys.OF_ENVIRONMENT))
        .isInstanceOfSatisfying(
            Accounts.Result.Missing.class, m -> assertThat(m.key()).isEqualTo("api_key"));
  }

  @Test
  void severalKeysShareTheLoad() throws Exception {
    assertThat(
            found(
                Authentication.X_API_KEY,
                "{ keys: [ { key: a, weight: 3 }, { name: b, key: b } ] }",
                Accounts.Keys.OF_ENVIRONMENT))
        .containsExactly(
            new Account("key-1", new Login.Key("x-api-key", new Secret("a")), 3),
            new Account("b", new Login.Key("x-api-key", new Secret("b")), 1));
    assertThat(login(Authentication.BEARER, "{ api_key: none }")).isEqualTo(new Login.None());
  }

  private Login login(Authentication authentication, String yaml) throws Exception {
    return found(authentication, yaml, Accounts.Keys.OF_ENVIRONMENT).getFirst().login();
  }

  private List<Account> found(Authentication authentication, String yaml, Accounts.Keys keys)
      throws Exception {
    return ((Accounts.Result.Found) find(authentication, yaml, keys)).accounts();
  }

  private Accounts.Result find(Authentication authentication, String yaml, Accounts.Keys keys)
      throws Exception {
    KnownProvider known =
        new KnownProvider(
            "up",
            "https://up.example",
            null,
            List.of("BEDROCK_KEY"),
            KnownProvider.Protocol.OPENAI,
            authentication,
            KnownProvider.Paths.PLAIN,
            KnownProvider.StreamEnding.DONE_MARKER);
    return Accounts.find(known, settings(yaml), environment::get, keys);
  }

  private ProviderSettings settings(String yaml) throws Exception {
    Path file =
        Files.writeString(directory.resolve("sluice.yaml"), "providers: { up: " + yaml + " }");
    return new SettingsLoader(name -> null, List.of("bifrost"))
        .load(file)
        .settings()
        .providers()
        .get("up");
  }
}
