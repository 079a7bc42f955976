package dev.sluice.net;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What of a request's head is checked beyond its syntax. */
final class RequestRules {

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  private RequestRules() {}

  /** Why an HTTP/1 request is refused; {@code null} where it is not. */
  static @Nullable Refusal check(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return refusal(request.decoderResult().cause());
    }
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1 || version.minorVersion() > 1) {
      return Refusal.VERSION_UNSUPPORTED;
    }
    boolean http11 = version.minorVersion() == 1;
    HttpHeaders headers = request.headers();
    String host = headers.get(HttpHeaderNames.HOST);
    if (host == null ? http11 : !isHost(host) || count(headers, HttpHeaderNames.HOST) > 1) {
      return Refusal.MALFORMED;
    }
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        && (!http11
            || count(headers, HttpHeaderNames.TRANSFER_ENCODING) > 1
            || !AsciiString.contentEqualsIgnoreCase(
                HttpHeaderValues.CHUNKED, headers.get(HttpHeaderNames.TRANSFER_ENCODING)))) {
      return Refusal.MALFORMED;
    }
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null && !isDigits(length)) {
      return Refusal.MALFORMED;
    }
    String expect = headers.get(HttpHeaderNames.EXPECT);
    if (expect != null && !AsciiString.contentEqualsIgnoreCase(HttpHeaderValues.CONTINUE, expect)) {
      return Refusal.EXPECTATION_FAILED;
    }
    return null;
  }

  /** What a failure of the decoder means. */
  static Refusal refusal(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.URI_TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Refusal.HEADERS_TOO_LARGE;
    }
    return Refusal.MALFORMED;
  }

  /**
   * Path and query of a target, which may also be written with its origin, or be an asterisk where
   * the server as a whole is meant (RFC 9112, section 3.2).
   *
   * @return {@code null} where the target means nothing here; tunnels are not built
   */
  static @Nullable String path(HttpMethod method, String target) {
    if (!isVisible(target) || method.equals(HttpMethod.CONNECT)) {
      return null;
    }
    if (target.startsWith("/")) {
      return target;
    }
    if (target.equals("*")) {
      return method.equals(HttpMethod.OPTIONS) ? target : null;
    }
    int host = afterScheme(target);
    return host < 0 ? null : withoutOrigin(target, host);
  }

  private static String withoutOrigin(String target, int host) {
    for (int i = host; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '/') {
        return target.substring(i);
      }
      if (c == '?') {
        return "/" + target.substring(i);
      }
    }
    return "/";
  }

  private static int afterScheme(String target) {
    if (target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return HTTP.length();
    }
    return target.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : -1;
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code host} can be a name or address with a port; others might read it otherwise. */
  static boolean isHost(CharSequence host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '/' || c == ',' || c == '@' || c == '?' || c == '#') {
        return false;
      }
    }
    return true;
  }

  /**
   * Of the headers of a head that is no good, the host that it is for, where that is beyond doubt.
   */
  static HttpHeaders hostAlone(HttpHeaders headers) {
    String host = headers.get(HttpHeaderNames.HOST);
    return host == null || !isHost(host) || count(headers, HttpHeaderNames.HOST) > 1
        ? EmptyHttpHeaders.INSTANCE
        : new DefaultHttpHeaders().set(HttpHeaderNames.HOST, host);
  }

  private static int count(HttpHeaders headers, AsciiString name) {
    int count = 0;
    for (Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(name);
        values.hasNext();
        values.next()) {
      count++;
    }
    return count;
  }

  private static boolean isDigits(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** How long a body is said to be; a chunked one may be of any length. */
  static long bodyBytes(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        ? Long.MAX_VALUE
        : HttpUtil.getContentLength(request, 0L);
  }
}
