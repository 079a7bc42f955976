package dev.sluice.provider.auth;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * AWS keys that the machine has, by AWS's own library, which is loaded with the first keys. Looked
 * for in the library's own order: the environment, a web identity, the profile files, the
 * container, the instance.
 */
final class AwsSource implements TokenSource<AwsKeys> {

  private static final Duration CALL_MAX = Duration.ofSeconds(15);

  private final Login.AwsMachine login;
  private final UnaryOperator<@Nullable String> environment;
  private final Proxies proxies;

  AwsSource(Login.AwsMachine login, UnaryOperator<@Nullable String> environment, Proxies proxies) {
    this.login = login;
    this.environment = environment;
    this.proxies = proxies;
  }

  @Override
  public Token<AwsKeys> fetch() throws IOException {
    // Made anew each time: the library would keep keys for as long as it thinks fit.
    AwsCredentialsProvider provider = provider();
    try {
      AwsCredentials found = provider.resolveCredentials();
      String session =
          found instanceof AwsSessionCredentials temporary ? temporary.sessionToken() : null;
      Instant expires = found.expirationTime().orElse(null);
      return new Token<>(
          new AwsKeys(found.accessKeyId(), found.secretAccessKey(), session), expires);
    } finally {
      if (provider instanceof SdkAutoCloseable closeable) {
        closeable.close();
      }
    }
  }

  private AwsCredentialsProvider provider() throws IOException {
    if (login.profile() != null) {
      return profile(login.profile());
    }
    String tokenFile = environment.apply("AWS_WEB_IDENTITY_TOKEN_FILE");
    String role = environment.apply("AWS_ROLE_ARN");
    if (tokenFile != null && role != null) {
      return webIdentity(tokenFile, role);
    }
    String named = environment.apply("AWS_PROFILE");
    ProfileFile files = profileFiles();
    if (named != null || files.profile("default").isPresent()) {
      return profile(named == null ? "default" : named);
    }
    if (environment.apply("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != null
        || environment.apply("AWS_CONTAINER_CREDENTIALS_FULL_URI") != null) {
      return ContainerCredentialsProvider.builder().build();
    }
    if ("true".equalsIgnoreCase(environment.apply("AWS_EC2_METADATA_DISABLED"))) {
      throw new TokenException(
          "neither the environment nor a profile holds AWS keys, and instance metadata is off");
    }
    return InstanceProfileCredentialsProvider.builder()
        .endpoint(environment.apply("AWS_EC2_METADATA_SERVICE_ENDPOINT"))
        .build();
  }

  private ProfileCredentialsProvider profile(String name) {
    return ProfileCredentialsProvider.builder()
        .profileName(name)
        .profileFile(profileFiles())
        .build();
  }

  private ProfileFile profileFiles() {
    ProfileFile.Aggregator files = ProfileFile.aggregator();
    add(files, file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), ProfileFile.Type.CREDENTIALS);
    add(files, file("AWS_CONFIG_FILE", "config"), ProfileFile.Type.CONFIGURATION);
    return files.build();
  }

  private static void add(ProfileFile.Aggregator files, Path path, ProfileFile.Type type) {
    if (Files.isReadable(path)) {
      files.addFile(ProfileFile.builder().content(path).type(type).build());
    }
  }

  private Path file(String variable, String name) {
    String configured = environment.apply(variable);
    String home = environment.apply("HOME");
    return configured != null
        ? Path.of(configured)
        : Path.of(home == null ? "." : home, ".aws", name);
  }

  private AwsCredentialsProvider webIdentity(String tokenFile, String role) throws IOException {
    String session = environment.apply("AWS_ROLE_SESSION_NAME");
    URI endpoint = endpoint();
    ProxyConfiguration.Builder proxy =
        ProxyConfiguration.builder().useEnvironmentVariablesValues(false);
    proxy.endpoint(proxies.uri(endpoint));
    StsClientBuilder sts =
        StsClient.builder()
            .region(Region.of(login.region()))
            .endpointOverride(endpoint)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .overrideConfiguration(call -> call.apiCallTimeout(CALL_MAX))
            .httpClientBuilder(UrlConnectionHttpClient.builder().proxyConfiguration(proxy.build()));
    StsClient client = sts.build();
    StsWebIdentityTokenFileCredentialsProvider provider =
        StsWebIdentityTokenFileCredentialsProvider.builder()
            .stsClient(client)
            .roleArn(role)
            .roleSessionName(session == null ? "sluice" : session)
            .webIdentityTokenFile(Path.of(tokenFile))
            .build();
    return new ClosingBoth(provider, client);
  }

  private URI endpoint() {
    String configured = environment.apply("AWS_ENDPOINT_URL_STS");
    if (configured != null) {
      return URI.create(configured);
    }
    String suffix = login.region().startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return URI.create("https://sts." + login.region() + suffix);
  }

  /** The library does not close a client that it was given. */
  private record ClosingBoth(StsWebIdentityTokenFileCredentialsProvider provider, StsClient client)
      implements AwsCredentialsProvider, SdkAutoCloseable {
    @Override
    public AwsCredentials resolveCredentials() {
      return provider.resolveCredentials();
    }

    @Override
    public void close() {
      provider.close();
      client.close();
    }
  }
}
