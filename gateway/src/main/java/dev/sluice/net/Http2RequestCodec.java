package dev.sluice.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;

/**
 * Netty's codec of a stream's frames, without what it forgives: it takes a first header block
 * without a method for trailers, and lets requests through that lack what they must have (RFC 9113,
 * section 8.3.1). One for each stream.
 */
final class Http2RequestCodec extends Http2StreamFrameToHttpObjectCodec {

  private boolean begun;

  Http2RequestCodec() {
    super(true);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, Http2StreamFrame frame, List<Object> out)
      throws Exception {
    if (frame instanceof Http2HeadersFrame headers && !begun) {
      begun = true;
      if (!isRequest(headers.headers())) {
        throw Http2Exception.streamError(
            headers.stream().id(), Http2Error.PROTOCOL_ERROR, "a malformed request");
      }
    }
    super.decode(ctx, frame, out);
  }

  private static boolean isRequest(Http2Headers headers) {
    CharSequence method = headers.method();
    CharSequence authority = headers.authority();
    if (method == null
        || !isToken(method)
        || (authority != null && !RequestRules.isHost(authority))) {
      return false;
    }
    if (AsciiString.contentEquals(HttpMethod.CONNECT.asciiName(), method)) {
      // Nothing is tunnelled here, and Netty's conversion throws where there is no path.
      return false;
    }
    CharSequence path = headers.path();
    if (headers.scheme() == null || path == null || !isPath(path)) {
      return false;
    }
    Iterator<CharSequence> hosts = headers.valueIterator(HttpHeaderNames.HOST);
    if (!hosts.hasNext()) {
      return true;
    }
    CharSequence host = hosts.next();
    return !hosts.hasNext()
        && RequestRules.isHost(host)
        && (authority == null || AsciiString.contentEqualsIgnoreCase(authority, host));
  }

  /** Whether it may be a method at all (RFC 9110, section 5.6.2). */
  private static boolean isToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Netty's conversion throws on other characters, and forgets a buffer as it does. */
  private static boolean isPath(CharSequence path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return !path.isEmpty()
        && (path.charAt(0) == '/' || (path.length() == 1 && path.charAt(0) == '*'));
  }
}
