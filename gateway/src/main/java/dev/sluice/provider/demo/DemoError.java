package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import org.jspecify.annotations.Nullable;

/** A request that the demo refuses, in OpenAI's error shape. */
final class DemoError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;

  DemoError(
      int status, String type, String message, @Nullable String param, @Nullable String code) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
  }

  static DemoError invalid(String param, String message) {
    return new DemoError(400, "invalid_request_error", message, param, null);
  }

  int status() {
    return status;
  }

  String body() {
    StringBuilder text = new StringBuilder("{\"error\":{\"message\":");
    JsonText.quote(String.valueOf(getMessage()), text);
    text.append(",\"type\":");
    JsonText.quote(type, text);
    text.append(",\"param\":").append(param == null ? "null" : JsonText.quote(param));
    text.append(",\"code\":").append(code == null ? "null" : JsonText.quote(code));
    return text.append("}}").toString();
  }
}
