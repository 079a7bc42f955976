package dev.sluice.dialect.jylo;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.MediaTypes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The media types that the page takes, in the two encodings that its framework reads. */
final class BodyTypes {

  private static final String CHARSET = "charset=";

  private BodyTypes() {}

  /**
   * In what a request's body is written.
   *
   * @throws GatewayException with {@link Fault.UnsupportedMediaType} where it cannot be read
   */
  static Charset charset(HttpHeaders headers) {
    MediaTypes.requireUncompressed(headers);
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null) {
      throw refused();
    }
    if (type.equals("application/json")) {
      return StandardCharsets.UTF_8;
    }
    String lower = type.toLowerCase(Locale.ROOT);
    int semicolon = lower.indexOf(';');
    String essence = (semicolon < 0 ? lower : lower.substring(0, semicolon)).strip();
    if (!isJson(essence)) {
      throw refused();
    }
    int at = lower.indexOf(CHARSET, Math.max(semicolon, 0));
    if (at < 0) {
      return StandardCharsets.UTF_8;
    }
    int next = lower.indexOf(';', at);
    String name = lower.substring(at + CHARSET.length(), next < 0 ? lower.length() : next);
    return switch (name.replace("\"", "").strip()) {
      case "utf-8", "utf8", "us-ascii" -> StandardCharsets.UTF_8;
      case "utf-16", "utf-16le" -> StandardCharsets.UTF_16LE;
      default -> throw refused();
    };
  }

  private static boolean isJson(String essence) {
    return essence.equals("application/json")
        || essence.equals("text/json")
        || (essence.startsWith("application/")
            && essence.endsWith("+json")
            && essence.length() > "application/+json".length());
  }

  private static GatewayException refused() {
    return new GatewayException(
        new Fault.UnsupportedMediaType(
            "the body must be application/json, text/json or application/*+json"));
  }
}
