package dev.sluice.dialect;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/** What a request's body is said to be. */
public final class MediaTypes {

  private static final String JSON = "application/json";

  private MediaTypes() {}

  /**
   * Accepts JSON in UTF-8, sent plainly; a body without a type counts as JSON.
   *
   * @throws GatewayException with {@link Fault.UnsupportedMediaType} otherwise
   */
  public static void requireJson(HttpHeaders headers) {
    requireUncompressed(headers);
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null || type.equals(JSON)) {
      return;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    int semicolon = lower.indexOf(';');
    String essence = (semicolon < 0 ? lower : lower.substring(0, semicolon)).strip();
    boolean json =
        essence.equals(JSON)
            || essence.equals("text/json")
            || (essence.startsWith("application/") && essence.endsWith("+json"));
    if (!json) {
      throw refused("`content-type` must be application/json");
    }
    int charset = lower.indexOf("charset=", Math.max(semicolon, 0));
    if (charset >= 0) {
      String name = lower.substring(charset + "charset=".length()).replace("\"", "").strip();
      if (!name.startsWith("utf-8") && !name.startsWith("utf8") && !name.startsWith("us-ascii")) {
        throw refused("`content-type` must have the charset utf-8");
      }
    }
  }

  /**
   * Accepts a body that is sent plainly.
   *
   * @throws GatewayException with {@link Fault.UnsupportedMediaType} otherwise
   */
  public static void requireUncompressed(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw refused("`content-encoding` must be absent: compressed bodies are not taken");
    }
  }

  private static GatewayException refused(String message) {
    return new GatewayException(new Fault.UnsupportedMediaType(message));
  }
}
