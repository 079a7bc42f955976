package dev.sluice.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Which of a provider's settings that convince it go together. */
final class LoginRules {

  private final ProviderSettings provider;

  /** Told of a setting below the provider, and what is wrong with it. */
  private final BiConsumer<String, String> problems;

  private LoginRules(ProviderSettings provider, BiConsumer<String, String> problems) {
    this.provider = provider;
    this.problems = problems;
  }

  static void check(ProviderSettings provider, BiConsumer<String, String> problems) {
    LoginRules rules = new LoginRules(provider, problems);
    rules.oneWay();
    rules.pairs();
    rules.words();
  }

  /** Of several ways to convince a provider one would silently win. */
  private void oneWay() {
    List<String> ways = new ArrayList<>();
    add(ways, "api_key", provider.apiKey());
    add(ways, "keys", provider.keys().isEmpty() ? null : provider.keys());
    add(ways, "access_key_id", provider.accessKeyId());
    add(ways, "profile", provider.profile());
    add(ways, "credentials_file", provider.credentialsFile());
    add(ways, "client_secret", provider.clientSecret());
    add(ways, "federated_token_file", provider.federatedTokenFile());
    add(ways, "managed_identity", Boolean.TRUE.equals(provider.managedIdentity()) ? true : null);
    boolean onlyKeys = provider.apiKey() != null && !provider.keys().isEmpty();
    if (ways.size() > (onlyKeys ? 2 : 1)) {
      problems.accept(ways.getLast(), "give only one of " + String.join(", ", ways));
    }
  }

  private void pairs() {
    if (provider.accessKeyId() != null && provider.secretAccessKey() == null) {
      problems.accept("secret_access_key", "access_key_id needs it");
    }
    if (provider.secretAccessKey() != null && provider.accessKeyId() == null) {
      problems.accept("access_key_id", "secret_access_key needs it");
    }
    if (provider.sessionToken() != null && provider.accessKeyId() == null) {
      problems.accept("access_key_id", "session_token needs it");
    }
  }

  /** What becomes part of a URL or a header must not be able to be more than that part. */
  private void words() {
    word("region", provider.region(), "-");
    word("access_key_id", provider.accessKeyId(), "");
    word("project", provider.project(), "-.:_");
    word("location", provider.location(), "-");
    word("quota_project", provider.quotaProject(), "-.:_");
    word("tenant_id", provider.tenantId(), "-.");
    Secret session = provider.sessionToken();
    if (session != null) {
      word("session_token", session.value(), "+/=-_.");
    }
  }

  private void word(String key, @Nullable String value, String marks) {
    if (value == null) {
      return;
    }
    boolean plain =
        !value.isEmpty()
            && value
                .chars()
                .allMatch(c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || marks.indexOf(c) >= 0);
    if (!plain) {
      problems.accept(
          key, "expected letters and digits" + (marks.isEmpty() ? "" : " and any of " + marks));
    }
  }

  private static void add(List<String> ways, String key, @Nullable Object value) {
    if (value != null) {
      ways.add(key);
    }
  }
}
