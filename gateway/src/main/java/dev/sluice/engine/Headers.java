package dev.sluice.engine;

import dev.sluice.chat.Losses;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Header names that every door and provider shares. */
public final class Headers {

  /** The request's id, in and out. */
  public static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

  /** The fields of the request and of the answer that could not be carried. */
  public static final AsciiString DROPPED = AsciiString.cached("x-sluice-dropped");

  /** Who answered, where the answer itself says the name that the client used. */
  public static final AsciiString MODEL = AsciiString.cached("x-sluice-model");

  /** Whether the answer has the form that was asked for, where that was checked. */
  public static final AsciiString FORM = AsciiString.cached("x-sluice-answer-form");

  private static final int DROPPED_CHARS_MAX = 1024;

  private Headers() {}

  /** What every answer has; {@code answering} is who answers, where anybody does. */
  static HttpHeaders answer(String requestId, @Nullable Attempt answering) {
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.set(REQUEST_ID, requestId);
    if (answering == null) {
      return headers;
    }
    if (!answering.losses().isEmpty()) {
      headers.set(DROPPED, dropped(answering.losses()));
    }
    // Before the target has answered, another one may yet take its place.
    if (answering.naming() != null && answering.served().status() != 0) {
      StringBuilder target = new StringBuilder();
      append(answering.target().name(), target);
      headers.set(MODEL, target.toString());
    }
    String form = answering.form();
    if (form != null) {
      headers.set(FORM, form);
    }
    return headers;
  }

  /** The value of {@link #DROPPED}: a client's own field names may hold anything, a header not. */
  static String dropped(Losses losses) {
    StringBuilder value = new StringBuilder();
    for (String field : losses.fields()) {
      if (value.length() + field.length() > DROPPED_CHARS_MAX) {
        return value.append(value.isEmpty() ? "..." : ", ...").toString();
      }
      if (!value.isEmpty()) {
        value.append(", ");
      }
      append(field, value);
    }
    return value.toString();
  }

  private static void append(String text, StringBuilder to) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      to.append(c > ' ' && c < 0x7f && c != ',' ? c : '?');
    }
  }
}
