package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginRulesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{ access_key_id: AKID } | secret_access_key: access_key_id needs it",
        "{ secret_access_key: s } | access_key_id: secret_access_key needs it",
        "{ session_token: s } | access_key_id: session_token needs it",
        "{ api_key: k, profile: p } | profile: give only one of api_key, profile",
        "{ access_key_id: A, secret_access_key: s, profile: p } | profile: give only one of access_key_id, profile",
        "{ client_secret: s, federated_token_file: f } | federated_token_file: give only one of client_secret, federated_token_file",
        "{ api_key: k, managed_identity: true } | managed_identity: give only one of api_key, managed_identity",
        "{ region: \"us-east-1.evil.example/\" } | region: expected letters and digits and any of -",
        "{ project: \"../x\" } | project: expected letters and digits and any of -.:_",
        "{ location: \"a b\" } | location: expected letters and digits and any of -",
        "{ access_key_id: \"A\\r\\nx: y\", secret_access_key: s } | access_key_id: expected letters and digits",
        "{ access_key_id: A, secret_access_key: s, session_token: \"a b\" } | session_token: expected letters and digits and any of +/=-_.",
        "{ tenant_id: \"a/b\" } | tenant_id: expected letters and digits and any of -.",
        "{ credentials_file: /does/not/exist } | credentials_file: the file /does/not/exist cannot be read"
      })
  void refuses(String provider, String problem) throws Exception {
    ConfigException thrown =
        catchThrowableOfType(ConfigException.class, () -> load("{ up: " + provider + " }"));

    assertThat(thrown.problems()).hasSize(1);
    assertThat(thrown.problems().getFirst().toString().replace("'", ""))
        .contains("providers.up." + problem.substring(0, problem.indexOf(':')))
        .contains(problem.substring(problem.indexOf(':') + 2));
  }

  @Test
  void takesWhatGoesTogether() throws Exception {
    ProviderSettings provider =
        load("{ up: { region: us-gov-west-1, access_key_id: ASIA1, secret_access_key: \"s/+\","
                + " session_token: \"IQoJ/+=\", project: \"example.com:p-1\", location: us-central1 } }")
            .settings()
            .providers()
            .get("up");

    assertThat(provider.region()).isEqualTo("us-gov-west-1");
    assertThat(provider.toString()).doesNotContain("s/+").doesNotContain("IQoJ");
  }

  private SettingsLoader.Loaded load(String providers) throws Exception {
    Path file = Files.writeString(directory.resolve("sluice.yaml"), "providers: " + providers);
    return new SettingsLoader(name -> null, List.of("bifrost")).load(file);
  }
}
