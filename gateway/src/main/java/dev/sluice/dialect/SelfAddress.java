package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the gateway is for the client of a request, so that the addresses in answers resolve from
 * there: by what proxies in front say ({@code x-forwarded-*}, then RFC 7239's {@code forwarded}),
 * else by the host that the request names. A host is taken only where it is spelled like one, since
 * it is repeated in a header and a body.
 */
public final class SelfAddress {

  private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

  /** The longest host name of DNS, and a port. */
  private static final int HOST_LENGTH_MAX = 253 + 6;

  private SelfAddress() {}

  /** Where the dialect is, prefix included and without a slash at the end. */
  public static String of(RequestHead head) {
    HttpHeaders headers = head.headers();
    String forwarded = headers.get(FORWARDED);
    String host = firstOf(headers.get(X_FORWARDED_HOST));
    if (!isHost(host)) {
      host = parameter(forwarded, "host");
    }
    if (!isHost(host)) {
      host = headers.get(HttpHeaderNames.HOST);
    }
    if (!isHost(host)) {
      host = "localhost";
    }
    String scheme = scheme(firstOf(headers.get(X_FORWARDED_PROTO)));
    if (scheme == null) {
      scheme = scheme(parameter(forwarded, "proto"));
    }
    if (scheme == null) {
      scheme = head.scheme();
    }
    return scheme + "://" + host + head.entrance().prefix();
  }

  /** The first of a list, which the proxy next to the client has written. */
  private static @Nullable String firstOf(@Nullable String list) {
    if (list == null) {
      return null;
    }
    int comma = list.indexOf(',');
    return (comma < 0 ? list : list.substring(0, comma)).strip();
  }

  /** A parameter of the first element of {@code forwarded}. */
  private static @Nullable String parameter(@Nullable String forwarded, String name) {
    String element = firstOf(forwarded);
    if (element == null) {
      return null;
    }
    int from = 0;
    while (from < element.length()) {
      int semicolon = element.indexOf(';', from);
      int to = semicolon < 0 ? element.length() : semicolon;
      int equals = element.indexOf('=', from);
      if (equals > 0
          && equals < to
          && element.substring(from, equals).strip().equalsIgnoreCase(name)) {
        return unquoted(element.substring(equals + 1, to).strip());
      }
      from = to + 1;
    }
    return null;
  }

  private static String unquoted(String value) {
    int length = value.length();
    return length >= 2 && value.charAt(0) == '"' && value.charAt(length - 1) == '"'
        ? value.substring(1, length - 1)
        : value;
  }

  private static @Nullable String scheme(@Nullable String told) {
    if (told == null) {
      return null;
    }
    String scheme = told.toLowerCase(Locale.ROOT);
    return scheme.equals("http") || scheme.equals("https") ? scheme : null;
  }

  private static boolean isHost(@Nullable String host) {
    if (host == null || host.isEmpty() || host.length() > HOST_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean other = c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
      if (!letter && !other && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }
}
