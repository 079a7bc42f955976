package dev.sluice.provider.auth;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signs as AWS asks, with keys that last or keys that a keeper renews. */
final class AwsAuthenticator implements Authenticator {

  private final AwsSignature signature;
  private final InstantSource clock;
  private final @Nullable AwsKeys lasting;
  private final @Nullable TokenKeeper<AwsKeys> keeper;

  private AwsAuthenticator(
      AwsSignature signature,
      InstantSource clock,
      @Nullable AwsKeys lasting,
      @Nullable TokenKeeper<AwsKeys> keeper) {
    this.signature = signature;
    this.clock = clock;
    this.lasting = lasting;
    this.keeper = keeper;
  }

  static AwsAuthenticator lasting(AwsSignature signature, InstantSource clock, AwsKeys keys) {
    return new AwsAuthenticator(signature, clock, keys, null);
  }

  static AwsAuthenticator renewed(
      AwsSignature signature, InstantSource clock, TokenKeeper<AwsKeys> keeper) {
    return new AwsAuthenticator(signature, clock, null, keeper);
  }

  @Override
  public void sign(UpstreamRequest request, Origin origin) {
    TokenKeeper<AwsKeys> renewing = keeper;
    AwsKeys keys = renewing == null ? lasting : renewing.current();
    if (keys == null) {
      throw new IllegalStateException("neither keys nor a keeper of them");
    }
    signature.sign(request, origin.hostHeader(), keys, clock.instant());
  }

  @Override
  public List<String> secrets() {
    TokenKeeper<AwsKeys> renewing = keeper;
    AwsKeys keys = renewing == null ? lasting : renewing.held();
    if (keys == null) {
      return List.of();
    }
    String session = keys.sessionToken();
    return session == null
        ? List.of(keys.accessKeyId(), keys.secretAccessKey())
        : List.of(keys.accessKeyId(), keys.secretAccessKey(), session);
  }

  @Override
  public @Nullable TokenKeeper<?> keeper() {
    return keeper;
  }

  @Override
  public String toString() {
    return "AwsAuthenticator[" + keeper + "]";
  }
}
