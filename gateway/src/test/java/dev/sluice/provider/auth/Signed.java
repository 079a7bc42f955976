package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;

/** What an authenticator puts on a request. */
final class Signed {

  private static final Origin ORIGIN = new Origin(true, "up.example", 443, null, null);

  private Signed() {}

  /** Waits for the first token. */
  static HttpHeaders by(Authenticator authenticator) throws InterruptedException {
    TokenKeeper<?> keeper = authenticator.keeper();
    if (keeper != null) {
      assertThat(keeper.awaitFirst(Duration.ofSeconds(20))).isTrue();
    }
    return now(authenticator, new DefaultHttpHeaders());
  }

  static HttpHeaders now(Authenticator authenticator, HttpHeaders headers) {
    authenticator.sign(
        new UpstreamRequest(HttpMethod.POST, "/m", headers, Unpooled.EMPTY_BUFFER), ORIGIN);
    return headers;
  }
}
