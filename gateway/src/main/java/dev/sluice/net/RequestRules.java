package dev.sluice.net;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What of a request's head is checked beyond its syntax. */
final class RequestRules {

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
    int hosts = count(headers, HttpHeaderNames.HOST);
    if (hosts > 1 || (http11 && hosts == 0)) {
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

  /** Path and query of a target that may also be written with its origin (RFC 9112, 3.2.2). */
  static String path(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    int scheme = target.indexOf("://");
    if (scheme < 0) {
      return "/" + target;
    }
    int path = target.indexOf('/', scheme + 3);
    return path < 0 ? "/" : target.substring(path);
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
}
