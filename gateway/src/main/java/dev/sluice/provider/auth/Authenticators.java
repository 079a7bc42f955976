package dev.sluice.provider.auth;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import io.netty.util.AsciiString;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens logins. What is opened has fetched nothing yet. */
public final class Authenticators {

  /** The name that Bedrock's requests are signed for. */
  private static final String BEDROCK = "bedrock";

  /** Of a provider that wants nothing. */
  public static final Authenticator NONE = new Nothing();

  private final UnaryOperator<@Nullable String> environment;
  private final TokenKeeper.Timing timing;

  /**
   * Opens logins by the machine's clock.
   *
   * @param environment looks up an environment variable; {@code null} where it is unset
   */
  public Authenticators(UnaryOperator<@Nullable String> environment) {
    this(environment, TokenKeeper.Timing.real());
  }

  Authenticators(UnaryOperator<@Nullable String> environment, TokenKeeper.Timing timing) {
    // A variable that is set to nothing is one that is not set, as in AWS's and Google's libraries.
    this.environment =
        name -> {
          String value = environment.apply(name);
          return value == null || value.isBlank() ? null : value.strip();
        };
    this.timing = timing;
  }

  /**
   * Opens a login.
   *
   * @param name whose it is, for the log
   * @param proxy the provider's own proxy, by which tokens are fetched too; {@code null} for what
   *     the environment says
   */
  public Authenticator open(String name, Login login, @Nullable String proxy) {
    Proxies proxies = new Proxies(proxy, environment);
    InstantSource clock = timing.clock();
    return switch (login) {
      case Login.None _ -> NONE;
      case Login.Key key ->
          new KeyHeader(AsciiString.cached(key.header()), AsciiString.of(key.value().value()));
      case Login.AwsKeyPair pair ->
          AwsAuthenticator.lasting(
              new AwsSignature(pair.region(), BEDROCK),
              clock,
              new AwsKeys(
                  pair.accessKeyId(),
                  pair.secretAccessKey().value(),
                  pair.sessionToken() == null ? null : pair.sessionToken().value()));
      case Login.AwsMachine machine ->
          AwsAuthenticator.renewed(
              new AwsSignature(machine.region(), BEDROCK),
              clock,
              keeper(name, () -> new AwsSource(machine, environment, proxies)));
      case Login.Google google ->
          bearer(name, () -> new GoogleSource(google, environment, proxies::open));
      case Login.EntraClient client ->
          bearer(name, () -> EntraSource.client(client, new TokenHttp(proxies), clock));
      case Login.EntraMachine machine ->
          bearer(
              name, () -> EntraSource.machine(machine, new TokenHttp(proxies), environment, clock));
    };
  }

  /** Makes a source once it is needed, so that no library is loaded before. */
  private interface Late<T> {
    TokenSource<T> source();
  }

  private Authenticator bearer(String name, Late<BearerToken> source) {
    return new BearerAuthenticator(keeper(name, source));
  }

  private <T> TokenKeeper<T> keeper(String name, Late<T> late) {
    return new TokenKeeper<>(name, () -> late.source().fetch(), timing);
  }

  private static final class Nothing implements Authenticator {
    @Override
    public void sign(UpstreamRequest request, Origin origin) {
      // The provider wants nothing.
    }

    @Override
    public String toString() {
      return "Nothing";
    }
  }
}
