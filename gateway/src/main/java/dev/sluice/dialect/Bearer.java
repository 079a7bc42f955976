package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Credentials in the {@code authorization} header, as RFC 6750 writes them. */
public final class Bearer {

  private static final String SCHEME = "Bearer ";

  private Bearer() {}

  /** The bearer token of {@code headers}; another scheme is {@link Presented.Unusable}. */
  public static Presented presented(HttpHeaders headers) {
    String value = headers.get(HttpHeaderNames.AUTHORIZATION);
    if (value == null) {
      return new Presented.Nothing();
    }
    String token = token(value);
    return token == null ? new Presented.Unusable() : new Presented.Key(token);
  }

  /** The token in an {@code authorization} header's value; {@code null} where it holds none. */
  public static @Nullable String token(String value) {
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String token = value.substring(SCHEME.length()).strip();
    return token.isEmpty() ? null : token;
  }
}
