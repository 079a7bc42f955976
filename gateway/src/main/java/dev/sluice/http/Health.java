package dev.sluice.http;

import dev.sluice.dialect.Rendered;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the paths that load balancers and orchestrators ask: {@code /livez} as long as the
 * process works, {@code /readyz} and {@code /health} as long as it wants new requests, {@code
 * /readyz} not before it can serve them.
 */
public final class Health {

  private static final byte[] OK = "{\"status\":\"ok\"}\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DRAINING =
      "{\"status\":\"draining\"}\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] READ_ONLY =
      "{\"status\":\"use GET or HEAD\"}\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] STARTING =
      "{\"status\":\"starting\"}\n".getBytes(StandardCharsets.US_ASCII);

  private final BooleanSupplier ready;
  private volatile boolean draining;

  /**
   * Health of a gateway.
   *
   * @param ready whether it can serve what it was configured for; asked by event loops
   */
  public Health(BooleanSupplier ready) {
    this.ready = ready;
  }

  /** Tells that the gateway shuts down and wants no new requests. */
  public void drain() {
    draining = true;
  }

  /** The answer to a health check; {@code null} where the path is none. */
  @Nullable Rendered answer(HttpMethod method, String path) {
    boolean live = path.equals("/livez");
    if (!live && !path.equals("/readyz") && !path.equals("/health")) {
      return null;
    }
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
      return new Rendered(HttpResponseStatus.METHOD_NOT_ALLOWED, headers, READ_ONLY);
    }
    if (!live && draining) {
      return new Rendered(HttpResponseStatus.SERVICE_UNAVAILABLE, headers, DRAINING);
    }
    if (path.equals("/readyz") && !ready.getAsBoolean()) {
      return new Rendered(HttpResponseStatus.SERVICE_UNAVAILABLE, headers, STARTING);
    }
    return new Rendered(HttpResponseStatus.OK, headers, OK);
  }
}
