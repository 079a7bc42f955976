package dev.sluice.net;

import io.netty.util.NetUtil;
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
    return new OutgoingProxy(withoutBrackets(uri.getHost()), port, user, password);
  }

  /**
   * The proxy that leads to a host; {@code null} where none does.
   *
   * @param setting the provider's own: a URL, {@value #DIRECT}, or {@code null} for what {@code
   *     HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} say
   */
  public static @Nullable OutgoingProxy choose(
      @Nullable String setting,
      boolean secure,
      String host,
      int port,
      UnaryOperator<@Nullable String> environment) {
    if (setting != null) {
      return setting.equals(DIRECT) ? null : of(setting);
    }
    String url = variable(secure ? "https_proxy" : "http_proxy", environment);
    if (url == null || isExempt(withoutBrackets(host), port, variable("no_proxy", environment))) {
      return null;
    }
    return of(url);
  }

  private static boolean isExempt(String host, int port, @Nullable String exempt) {
    String name = host.toLowerCase(Locale.ROOT);
    boolean address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    if (name.equals("localhost") || (address && (name.startsWith("127.") || name.equals("::1")))) {
      return true;
    }
    if (exempt == null) {
      return false;
    }
    for (String entry : exempt.split(",", -1)) {
      String rule = entry.strip().toLowerCase(Locale.ROOT);
      if (rule.equals("*") || (isForPort(rule, port) && covers(hostOf(rule), name, address))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a rule is for this name, or for the domain that it is in. */
  private static boolean covers(String rule, String name, boolean address) {
    if (rule.isEmpty() || address) {
      return name.equals(rule);
    }
    String suffix = rule.startsWith("*.") ? rule.substring(1) : rule;
    return name.equals(suffix) || name.endsWith(suffix.startsWith(".") ? suffix : "." + suffix);
  }

  private static boolean isForPort(String rule, int port) {
    int colon = portColon(rule);
    return colon < 0 || rule.substring(colon + 1).equals(Integer.toString(port));
  }

  private static String hostOf(String rule) {
    int colon = portColon(rule);
    return withoutBrackets(colon < 0 ? rule : rule.substring(0, colon));
  }

  /** Where a rule's port begins; a bare IPv6 address has none. */
  private static int portColon(String rule) {
    int last = rule.lastIndexOf(':');
    boolean only = last >= 0 && rule.indexOf(':') == last;
    return only || (last > 0 && rule.charAt(last - 1) == ']') ? last : -1;
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
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
