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
 * @param proxy URL of an HTTP proxy; {@code none} goes direct even if the environment names one
 * @param tls how the provider's certificate is checked
 * @param http which HTTP is spoken
 * @param doneMarker whether a stream without {@code [DONE]} counts as broken
 * @param pool bounds on connections
 * @param timeouts how long the provider may take
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
    @Doc("Bounds on connections.") PoolSettings pool,
    @Doc("How long the provider may take.") @Nullable TimeoutSettings timeouts) {
  public ProviderSettings {
    keys = List.copyOf(keys);
    headers = Map.copyOf(headers);
    forwardHeaders = List.copyOf(forwardHeaders);
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
