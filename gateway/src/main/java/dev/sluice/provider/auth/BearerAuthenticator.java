package dev.sluice.provider.auth;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a token that a keeper renews. A header that was configured overrides it. */
final class BearerAuthenticator implements Authenticator {

  private static final AsciiString QUOTA_PROJECT = AsciiString.cached("x-goog-user-project");

  private final TokenKeeper<BearerToken> keeper;

  BearerAuthenticator(TokenKeeper<BearerToken> keeper) {
    this.keeper = keeper;
  }

  @Override
  public void sign(UpstreamRequest request, Origin origin) {
    if (request.headers().contains(HttpHeaderNames.AUTHORIZATION)) {
      return;
    }
    BearerToken token = keeper.current();
    request.headers().set(HttpHeaderNames.AUTHORIZATION, token.authorization());
    String project = token.quotaProject();
    if (project != null && !request.headers().contains(QUOTA_PROJECT)) {
      request.headers().set(QUOTA_PROJECT, project);
    }
  }

  @Override
  public List<String> secrets() {
    BearerToken token = keeper.held();
    return token == null ? List.of() : List.of(token.text());
  }

  @Override
  public @Nullable TokenKeeper<?> keeper() {
    return keeper;
  }

  @Override
  public String toString() {
    return "BearerAuthenticator[" + keeper + "]";
  }
}
