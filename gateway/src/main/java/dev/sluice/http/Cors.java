package dev.sluice.http;

import dev.sluice.dialect.Rendered;
import dev.sluice.net.ServerExchange;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets web pages of the configured origins call, by the Fetch standard's CORS protocol. Credentials
 * of the browser's own (cookies) are never asked for; keys travel in headers that scripts set.
 */
final class Cors {

  private static final String METHODS = "GET, HEAD, POST";
  private static final String MAX_AGE_SECONDS = "600";
  private static final byte[] NOTHING = {};

  private final List<String> origins;
  private final boolean all;

  Cors(List<String> origins) {
    this.origins = List.copyOf(origins);
    this.all = origins.contains("*");
  }

  /** The origin that {@code exchange} comes from, where it may call; {@code null} otherwise. */
  @Nullable String origin(ServerExchange exchange) {
    if (origins.isEmpty()) {
      return null;
    }
    String origin = exchange.headers().get(HttpHeaderNames.ORIGIN);
    return origin != null && (all || origins.contains(origin)) ? origin : null;
  }

  /** Whether a browser asks before it sends the request proper. */
  static boolean isPreflight(ServerExchange exchange) {
    return exchange.method().equals(HttpMethod.OPTIONS)
        && exchange.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** The answer to a preflight request. */
  static Rendered preflight(ServerExchange exchange) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, MAX_AGE_SECONDS);
    String asked = exchange.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (asked != null) {
      headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
    return new Rendered(HttpResponseStatus.NO_CONTENT, headers, NOTHING);
  }
}
