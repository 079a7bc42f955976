package dev.sluice.provider;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.ProviderSettings.KeySettings;
import dev.sluice.config.Secret;
import dev.sluice.provider.auth.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a provider is to be convinced: by what is configured, else by what the environment
 * holds. Keys come before tokens and signatures.
 */
final class Accounts {

  private static final String DEFAULT = "default";

  /** A key in the environment goes to nobody but the provider that it is named after. */
  enum Keys {
    /** Keys in the environment are looked at. */
    OF_ENVIRONMENT,
    /** Only what is configured counts. */
    CONFIGURED
  }

  /** Accounts, or what is missing: exactly one of the two. */
  sealed interface Result {

    /** At least one. */
    record Found(List<Account> accounts) implements Result {
      public Found {
        accounts = List.copyOf(accounts);
      }
    }

    /**
     * There is none.
     *
     * @param key the setting that would help
     * @param message what was expected, for the operator
     */
    record Missing(String key, String message) implements Result {}
  }

  private final KnownProvider known;
  private final ProviderSettings settings;
  private final UnaryOperator<@Nullable String> environment;

  private Accounts(
      KnownProvider known, ProviderSettings settings, UnaryOperator<@Nullable String> environment) {
    this.known = known;
    this.settings = settings;
    this.environment = environment;
  }

  static Result find(
      KnownProvider known,
      ProviderSettings settings,
      UnaryOperator<@Nullable String> environment,
      Keys keys) {
    return new Accounts(known, settings, environment).find(keys);
  }

  private Result find(Keys keys) {
    List<Account> accounts = new ArrayList<>();
    for (KeySettings key : settings.keys()) {
      String name = key.name() == null ? "key-" + (accounts.size() + 1) : key.name();
      accounts.add(new Account(name, key(key.key().value()), key.weight()));
    }
    if (!accounts.isEmpty()) {
      return new Result.Found(accounts);
    }
    Secret single = settings.apiKey();
    if (single != null) {
      boolean keyless = single.value().equals(ProviderDefinition.NO_KEY);
      return found(keyless ? new Login.None() : key(single.value()));
    }
    String variable =
        keys == Keys.OF_ENVIRONMENT && !choosesOtherThanKey()
            ? ProviderDefinition.keyFrom(known, environment)
            : null;
    if (variable != null) {
      return found(key(variable));
    }
    return switch (known.authentication()) {
      case AWS -> aws();
      case GOOGLE -> found(new Login.Google(settings.credentialsFile(), settings.quotaProject()));
      case API_KEY -> entra();
      case BEARER, X_API_KEY, X_GOOG_API_KEY -> keyless();
    };
  }

  private Result keyless() {
    if (known.keyVariables().isEmpty()) {
      return new Result.Found(List.of(new Account("none", new Login.None(), 1)));
    }
    return new Result.Missing(
        "api_key",
        "expected a key, such as ${"
            + known.keyVariables().getFirst()
            + "}, or none where the server wants no key");
  }

  /** What is configured is stronger than a key that happens to be in the environment. */
  private boolean choosesOtherThanKey() {
    return settings.accessKeyId() != null
        || settings.profile() != null
        || settings.credentialsFile() != null
        || settings.clientSecret() != null
        || settings.federatedTokenFile() != null
        || Boolean.TRUE.equals(settings.managedIdentity());
  }

  private Result aws() {
    String region = either(settings.region(), "AWS_REGION");
    if (region == null) {
      region = variable("AWS_DEFAULT_REGION");
    }
    if (region == null) {
      return new Result.Missing("region", "expected an AWS region, such as us-east-1");
    }
    Secret secret = settings.secretAccessKey();
    if (settings.accessKeyId() != null && secret != null) {
      return found(
          new Login.AwsKeyPair(region, settings.accessKeyId(), secret, settings.sessionToken()));
    }
    String id = variable("AWS_ACCESS_KEY_ID");
    String secretVariable = variable("AWS_SECRET_ACCESS_KEY");
    if (settings.profile() == null && id != null && secretVariable != null) {
      String session = variable("AWS_SESSION_TOKEN");
      return found(
          new Login.AwsKeyPair(
              region,
              id,
              new Secret(secretVariable),
              session == null ? null : new Secret(session)));
    }
    return found(new Login.AwsMachine(region, settings.profile()));
  }

  private Result entra() {
    if (Boolean.TRUE.equals(settings.managedIdentity())) {
      return found(new Login.EntraMachine(either(settings.clientId(), "AZURE_CLIENT_ID")));
    }
    String tenant = either(settings.tenantId(), "AZURE_TENANT_ID");
    String client = either(settings.clientId(), "AZURE_CLIENT_ID");
    Login.Proof proof = proof();
    if (tenant != null && client != null && proof != null) {
      String authority = variable("AZURE_AUTHORITY_HOST");
      return found(new Login.EntraClient(authority(authority), tenant, client, proof));
    }
    if (settings.tenantId() != null || settings.clientId() != null || proof != null) {
      String missing = proof == null ? "client_secret" : tenant == null ? "tenant_id" : "client_id";
      return new Result.Missing(
          missing,
          "expected, for a token of Microsoft Entra, tenant_id, client_id, and client_secret or"
              + " federated_token_file; or managed_identity: true");
    }
    return keyless();
  }

  private Login.@Nullable Proof proof() {
    if (settings.clientSecret() != null) {
      return new Login.Proof.ByClientSecret(settings.clientSecret());
    }
    if (settings.federatedTokenFile() != null) {
      return new Login.Proof.ByTokenFile(settings.federatedTokenFile());
    }
    String secret = variable("AZURE_CLIENT_SECRET");
    if (secret != null) {
      return new Login.Proof.ByClientSecret(new Secret(secret));
    }
    String file = variable("AZURE_FEDERATED_TOKEN_FILE");
    return file == null ? null : new Login.Proof.ByTokenFile(file);
  }

  private static String authority(@Nullable String configured) {
    if (configured == null) {
      return "https://login.microsoftonline.com";
    }
    return configured.endsWith("/") ? configured.substring(0, configured.length() - 1) : configured;
  }

  private Login key(String key) {
    return switch (known.authentication()) {
      case BEARER, AWS -> new Login.Key("authorization", new Secret("Bearer " + key));
      case API_KEY -> new Login.Key("api-key", new Secret(key));
      case X_API_KEY -> new Login.Key("x-api-key", new Secret(key));
      case X_GOOG_API_KEY, GOOGLE -> new Login.Key("x-goog-api-key", new Secret(key));
    };
  }

  private @Nullable String either(@Nullable String configured, String variable) {
    return configured == null ? variable(variable) : configured;
  }

  private @Nullable String variable(String name) {
    String value = environment.apply(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static Result found(Login login) {
    return new Result.Found(List.of(new Account(DEFAULT, login, 1)));
  }
}
