package dev.sluice.net;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy through which upstreams are reached by {@code CONNECT}.
 *
 * @param host name or address
 * @param port TCP port
 * @param user {@code null} where the proxy asks for none
 * @param password {@code null} where the proxy asks for none
 */
public record OutgoingProxy(
    String host, int port, @Nullable String user, @Nullable String password) {

  /** What a setting says to go direct, whatever the environment names. */
  public static final String DIRECT = "none";

  private static final int PORT_BY_DEFAULT = 3128;

  /**
   * Reads a proxy's URL.
   *
   * @throws IllegalArgumentException where it is no http URL with a host
   */
  public static OutgoingProxy of(String url) {
    URI uri;
    try {
      uri = new URI(url.contains("://") ? url : "http://" + url);
    } catch (URISyntaxException _) {
      // Its text, and so the cause's message, may hold a password.
      throw new IllegalArgumentException("expected the http URL of a proxy");
    }
    if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("expected the http URL of a proxy");
    }
    String user = null;
    String password = null;
    String info = uri.getRawUserInfo();
    if (info != null) {
      int colon = info.indexOf(':');
      user = decoded(colon < 0 ? info : info.substring(0, colon));
      password = colon < 0 ? "" : decoded(info.substring(colon + 1));
    }
    int port = uri.getPort() < 0 ? PORT_BY_DEFAULT : uri.getPort();
    return new OutgoingProxy(uri.getHost(), port, user, password);
  }

  /**
   * The proxy that leads to {@code host}; {@code null} where none does.
   *
   * @param setting the provider's own: a URL, {@value #DIRECT}, or {@code null} for what {@code
   *     HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} say
   */
  public static @Nullable OutgoingProxy choose(
      @Nullable String setting,
      boolean secure,
      String host,
      UnaryOperator<@Nullable String> environment) {
    if (setting != null) {
      return setting.equals(DIRECT) ? null : of(setting);
    }
    String url = variable(secure ? "https_proxy" : "http_proxy", environment);
    if (url == null || isExempt(host, variable("no_proxy", environment))) {
      return null;
    }
    return of(url);
  }

  private static boolean isExempt(String host, @Nullable String exempt) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return true;
    }
    if (exempt == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    for (String entry : exempt.split(",", -1)) {
      String rule = entry.strip().toLowerCase(Locale.ROOT);
      if (rule.equals("*")) {
        return true;
      }
      String suffix = rule.startsWith("*.") ? rule.substring(1) : rule;
      if (!suffix.isEmpty()
          && (name.equals(suffix)
              || name.endsWith(suffix.startsWith(".") ? suffix : "." + suffix))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String variable(
      String name, UnaryOperator<@Nullable String> environment) {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      value = environment.apply(name.toUpperCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "OutgoingProxy[" + host + ":" + port + "]";
  }
}
