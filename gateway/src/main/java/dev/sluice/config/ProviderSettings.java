package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One provider. What is {@code null} takes the known provider's value.
 *
 * @param kind the known provider or protocol it behaves like; by default its own name
 * @param baseUrl what the provider's own SDK takes
 * @param apiKey one key; {@code none} where the provider wants no key
 * @param keys several keys with weights, in place of {@code api_key}
 * @param headers sent with every request
 * @param forwardHeaders the client's headers that are passed on
 * @param apiVersion Azure's {@code api-version}
 * @param region AWS's region
 * @param accessKeyId AWS's key to sign with
 * @param secretAccessKey its secret
 * @param sessionToken where the key is a temporary one
 * @param bedrockApi how Bedrock is asked
 * @param profile AWS's profile to take keys from
 * @param project Google's project that is called
 * @param location Google's location that is called
 * @param credentialsFile Google's file with a service account's key or a workload's identity
 * @param quotaProject Google's project whose quota is used
 * @param tenantId Microsoft Entra's tenant
 * @param clientId Microsoft Entra's application, or a machine's identity
 * @param clientSecret what the application proves itself with
 * @param federatedTokenFile what the application proves itself with in its place
 * @param managedIdentity whether the machine's own identity in Azure is used
 * @param proxy URL of an HTTP proxy; {@code none} goes direct even if the environment names one
 * @param tls how the provider's certificate is checked
 * @param http which HTTP is spoken
 * @param doneMarker whether a stream without {@code [DONE]} counts as broken
 * @param translation what is done where a request becomes another protocol's
 * @param pool bounds on connections
 * @param timeouts how long the provider may take
 * @param abandoned what becomes of an answer whose client has left
 * @param modelName whose name for the model an answer carries
 */
public record ProviderSettings(
    @Doc("The known provider or protocol it behaves like, such as openai; by default its own name.")
        @Nullable String kind,
    @Doc("What the provider's own SDK takes as base URL, with /v1 for OpenAI's protocol.")
        @Nullable String baseUrl,
    @Doc(value = "The key, as ${ENV} or ${file:path}; none where no key is wanted.", secret = true)
        @Nullable Secret apiKey,
    @Doc("Several keys with weights, in place of api_key.") List<KeySettings> keys,
    @Doc("Headers sent with every request.") Map<String, String> headers,
    @Doc("Names of client headers that are passed on to the provider.") List<String> forwardHeaders,
    @Doc("Azure's api-version; leave it out for the v1 API.") @Nullable String apiVersion,
    @Doc("AWS region, such as us-east-1; by default AWS_REGION or AWS_DEFAULT_REGION.")
        @Nullable String region,
    @Doc(
            "AWS access key to sign with; by default what the environment, a profile, the container or the instance has.")
        @Nullable String accessKeyId,
    @Doc(value = "The AWS access key's secret, as ${ENV} or ${file:path}.", secret = true)
        @Nullable Secret secretAccessKey,
    @Doc(value = "The session token of a temporary AWS access key.", secret = true)
        @Nullable Secret sessionToken,
    @Doc(
            value =
                "How Bedrock is asked: converse for every model, or invoke for Anthropic's, in their own protocol.",
            byDefault = "converse")
        BedrockApi bedrockApi,
    @Doc("AWS profile to take keys from; by default AWS_PROFILE, or default.")
        @Nullable String profile,
    @Doc("Google Cloud project that is called.") @Nullable String project,
    @Doc("Google Cloud location that is called, such as us-central1 or global.")
        @Nullable String location,
    @Doc(
            "Path of a Google service account's key or workload identity; by default the application's default credentials.")
        @Nullable String credentialsFile,
    @Doc("Google Cloud project whose quota is used; by default the one the credentials name.")
        @Nullable String quotaProject,
    @Doc("Microsoft Entra tenant; by default AZURE_TENANT_ID.") @Nullable String tenantId,
    @Doc("Microsoft Entra application or managed identity; by default AZURE_CLIENT_ID.")
        @Nullable String clientId,
    @Doc(value = "The Entra application's secret; by default AZURE_CLIENT_SECRET.", secret = true)
        @Nullable Secret clientSecret,
    @Doc(
            "Path of a token file that the Entra application proves itself with; by default AZURE_FEDERATED_TOKEN_FILE.")
        @Nullable String federatedTokenFile,
    @Doc("Whether the machine's managed identity in Azure is used.")
        @Nullable Boolean managedIdentity,
    @Doc(
            "URL of an outgoing HTTP proxy; by default as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say; none goes direct.")
        @Nullable String proxy,
    @Doc("How the provider's certificate is checked.") @Nullable UpstreamTls tls,
    @Doc(
            value =
                "Which HTTP is spoken: 1.1, 2 (with prior knowledge where there is no TLS), or auto by ALPN.",
            byDefault = "1.1")
        HttpVersion http,
    @Doc(
            "Whether a stream that ends without [DONE] counts as broken; by default as the known provider does.")
        @Nullable Boolean doneMarker,
    @Doc("What is done where a request is written in another protocol than the client's.")
        TranslationSettings translation,
    @Doc("Bounds on connections.") PoolSettings pool,
    @Doc("How long the provider may take.") @Nullable TimeoutSettings timeouts,
    @Doc(
            value =
                "An answer whose client has left before its end. cancelled: the provider is told to"
                    + " stop; drained: it is read to its end within the provider's timeouts, so that"
                    + " its whole usage is counted, up to server.limits.drains at once.",
            byDefault = "cancelled")
        Abandoned abandoned,
    @Doc(
            value =
                "What model says in an answer. served: what the provider says; asked: the name that"
                    + " the client used.",
            byDefault = "served")
        ModelName modelName) {
  public ProviderSettings {
    keys = List.copyOf(keys);
    headers = Map.copyOf(headers);
    forwardHeaders = List.copyOf(forwardHeaders);
  }

  /** Nothing but what is so by default: a known provider's name says the rest. */
  public static ProviderSettings plain() {
    return new ProviderSettings(
        null,
        null,
        null,
        List.of(),
        Map.of(),
        List.of(),
        null,
        null,
        null,
        null,
        null,
        BedrockApi.CONVERSE,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        HttpVersion.HTTP_1_1,
        null,
        TranslationSettings.usual(),
        new PoolSettings(16_384, 1024, Duration.ofSeconds(55)),
        null,
        Abandoned.CANCELLED,
        ModelName.SERVED);
  }

  /** How Bedrock is asked. */
  public enum BedrockApi {
    /** By Converse, whatever the model. */
    CONVERSE,
    /** Anthropic's models by InvokeModel, in their own protocol. */
    INVOKE
  }

  /** What becomes of an answer whose client has left before its end. */
  public enum Abandoned {
    /** The provider's work is ended. */
    CANCELLED,
    /** It is read to its end, and told to nobody. */
    DRAINED
  }

  /** Whose name for the model an answer carries. */
  public enum ModelName {
    /** What the provider says. */
    SERVED,
    /** The name that the client used. */
    ASKED
  }

  /** Which HTTP is spoken. */
  public enum HttpVersion {
    @Key("1.1")
    HTTP_1_1,
    @Key("2")
    HTTP_2,
    AUTO
  }

  /**
   * One of several keys.
   *
   * @param name how metrics and logs call it
   * @param key the secret
   * @param weight its share of requests
   */
  public record KeySettings(
      @Doc("How metrics and logs call it; by default its position.") @Nullable String name,
      @Doc(value = "The key, as ${ENV} or ${file:path}.", secret = true) Secret key,
      @Doc(value = "Its share of requests.", byDefault = "1", min = 0, max = 1_000_000)
          int weight) {}

  /**
   * How a provider's certificate is checked.
   *
   * @param ca path of a PEM file with the authorities to trust in place of the system's
   */
  public record UpstreamTls(
      @Doc("Path of a PEM file with the authorities to trust in place of the system's.")
          @Nullable String ca) {}

  /**
   * Bounds on connections to one provider.
   *
   * @param connections the most connections, over all event loops
   * @param waiting the most calls that wait for a connection, over all event loops
   * @param idle how long an unused connection is kept
   */
  public record PoolSettings(
      @Doc(
              value = "Most connections to the provider.",
              byDefault = "16384",
              min = 1,
              max = 1_000_000)
          int connections,
      @Doc(
              value = "Most calls that wait for a connection.",
              byDefault = "1024",
              min = 0,
              max = 1_000_000)
          int waiting,
      @Doc(
              value = "How long an unused connection is kept.",
              byDefault = "55s",
              min = 100,
              max = 3_600_000)
          Duration idle) {}
}
