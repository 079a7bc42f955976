package dev.sluice.provider.auth;

import dev.sluice.net.OutgoingProxy;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * By which proxy tokens are fetched: as for requests, but what the machine itself offers is always
 * asked directly. A proxy that wants a password cannot be used: the JDK's client gives none to a
 * tunnel.
 *
 * @param setting the provider's own proxy; {@code null} for what the environment says
 */
record Proxies(@Nullable String setting, UnaryOperator<@Nullable String> environment) {

  private static final String GOOGLE_METADATA = "metadata.google.internal";

  /** Opens a connection that has not been made yet. */
  HttpURLConnection open(URL url) throws IOException {
    if (!(url.openConnection(proxy(url)) instanceof HttpURLConnection connection)) {
      throw new IOException("expected an http or https URL");
    }
    connection.setInstanceFollowRedirects(false);
    return connection;
  }

  /** The proxy's URL for {@code url}; {@code null} where there is none. */
  @Nullable URI uri(URI url) throws IOException {
    OutgoingProxy chosen = choose(url.toURL());
    return chosen == null ? null : URI.create("http://" + chosen.host() + ":" + chosen.port());
  }

  private Proxy proxy(URL url) {
    OutgoingProxy chosen = choose(url);
    return chosen == null
        ? Proxy.NO_PROXY
        : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(chosen.host(), chosen.port()));
  }

  private @Nullable OutgoingProxy choose(URL url) {
    String host = url.getHost();
    if (isTheMachines(host)) {
      return null;
    }
    int port = url.getPort() < 0 ? url.getDefaultPort() : url.getPort();
    return OutgoingProxy.choose(
        setting, url.getProtocol().equals("https"), host, port, environment);
  }

  private static boolean isTheMachines(String host) {
    return host.startsWith("169.254.")
        || host.startsWith("127.")
        || host.equals("localhost")
        || host.equals(GOOGLE_METADATA);
  }
}
