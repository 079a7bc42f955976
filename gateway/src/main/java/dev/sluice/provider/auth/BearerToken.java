package dev.sluice.provider.auth;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * A token for the {@code authorization} header. Prints without it.
 *
 * @param authorization the whole header's value
 * @param quotaProject the Google project whose quota is used; {@code null} where none is named
 */
record BearerToken(AsciiString authorization, @Nullable String quotaProject) {

  private static final String SCHEME = "Bearer ";

  static BearerToken of(String token, @Nullable String quotaProject) {
    return new BearerToken(AsciiString.of(SCHEME + token), quotaProject);
  }

  /** The token alone. */
  String text() {
    return authorization.toString().substring(SCHEME.length());
  }

  @Override
  public String toString() {
    return "BearerToken[***]";
  }
}
