package dev.sluice.engine;

import dev.sluice.chat.Losses;
import io.netty.util.AsciiString;

/** Header names that every door and provider shares. */
public final class Headers {

  /** The request's id, in and out. */
  public static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

  /** The fields of the request and of the answer that could not be carried. */
  public static final AsciiString DROPPED = AsciiString.cached("x-sluice-dropped");

  private static final int DROPPED_CHARS_MAX = 1024;

  private Headers() {}

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
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        value.append(c > ' ' && c < 0x7f && c != ',' ? c : '?');
      }
    }
    return value.toString();
  }
}
