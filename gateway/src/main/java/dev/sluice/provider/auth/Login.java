package dev.sluice.provider.auth;

import dev.sluice.config.Secret;
import org.jspecify.annotations.Nullable;

/**
 * How a provider is to be convinced, as configured: a value that {@link Authenticators} opens. Two
 * that are equal convince the same way, so that a reload need not open them anew.
 */
public sealed interface Login {

  /** The provider wants nothing. */
  record None() implements Login {}

  /**
   * A key in a header.
   *
   * @param header the header's name, in lower case
   * @param value what it says
   */
  record Key(String header, Secret value) implements Login {}

  /**
   * AWS signatures by keys that are configured.
   *
   * @param sessionToken {@code null} for lasting keys
   */
  record AwsKeyPair(
      String region, String accessKeyId, Secret secretAccessKey, @Nullable Secret sessionToken)
      implements Login {}

  /**
   * AWS signatures by keys that the machine has: of its profile files, a web identity, its
   * container or its instance.
   *
   * @param profile whose profile is used, and nothing else; {@code null} for what is found first
   */
  record AwsMachine(String region, @Nullable String profile) implements Login {}

  /**
   * A token of Google's.
   *
   * @param credentialsFile a service account's key or a workload's identity; {@code null} for the
   *     application's default
   * @param quotaProject whose quota is used; {@code null} for the one that the credentials name
   */
  record Google(@Nullable String credentialsFile, @Nullable String quotaProject) implements Login {}

  /**
   * A token of Microsoft Entra for an application.
   *
   * @param authority the URL of who gives tokens, without a slash at its end
   * @param proof what the application proves itself with
   */
  record EntraClient(String authority, String tenantId, String clientId, Proof proof)
      implements Login {}

  /** What an application proves itself with. */
  sealed interface Proof {

    /** A secret that both sides know. */
    record ByClientSecret(Secret value) implements Proof {}

    /**
     * A token that somebody else gave, whom Entra trusts.
     *
     * @param path the file that holds it, written anew from time to time
     */
    record ByTokenFile(String path) implements Proof {}
  }

  /**
   * A token of Microsoft Entra for the machine.
   *
   * @param clientId which of the machine's identities; {@code null} where it has one
   */
  record EntraMachine(@Nullable String clientId) implements Login {}
}
