package dev.sluice.provider.auth;

import dev.sluice.net.Origin;
import dev.sluice.net.UpstreamRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a provider's credential on requests. Safe to call from every event loop. */
public interface Authenticator extends AutoCloseable {

  /**
   * Adds the headers that convince the provider. The last thing done to a request: a signature
   * covers its path, its body and some of its headers. Never blocks.
   *
   * @param request its headers are added to, its body is read and left as it is
   * @param origin where the request goes
   * @throws dev.sluice.chat.GatewayException where there is no valid credential at the moment
   */
  void sign(UpstreamRequest request, Origin origin);

  /**
   * The texts that nobody may be shown, whoever repeats them: providers put keys into their errors.
   */
  default List<String> secrets() {
    return List.of();
  }

  /** What holds the token that is renewed; {@code null} where nothing has to be. */
  default @Nullable TokenKeeper<?> keeper() {
    return null;
  }

  /** Stops renewing. Requests signed before stay valid. */
  @Override
  default void close() {
    TokenKeeper<?> keeper = keeper();
    if (keeper != null) {
      keeper.close();
    }
  }
}
