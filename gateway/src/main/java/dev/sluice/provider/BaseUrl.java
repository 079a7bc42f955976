package dev.sluice.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a provider is: an origin and the path in front of every request.
 *
 * @param secure whether TLS is spoken
 * @param host name or address, IPv6 without brackets
 * @param port TCP port
 * @param pathPrefix empty, or a path that starts with a slash and ends without one
 */
public record BaseUrl(boolean secure, String host, int port, String pathPrefix) {

  /**
   * Reads a base URL.
   *
   * @throws IllegalArgumentException with a sentence for the operator, where the text is no
   *     absolute http or https URL, or holds a user, a query or a fragment
   */
  public static BaseUrl of(String text) {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected an http or https URL", e);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("expected an http or https URL");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("expected a URL with a host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("expected a URL without user, query and fragment");
    }
    boolean secure = scheme.equals("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    return new BaseUrl(secure, host, port, withoutTrailingSlash(uri.getRawPath()));
  }

  private static String withoutTrailingSlash(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return (secure ? "https://" : "http://") + shown + ":" + port + pathPrefix;
  }
}
