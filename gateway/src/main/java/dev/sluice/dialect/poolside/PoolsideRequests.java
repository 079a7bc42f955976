package dev.sluice.dialect.poolside;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.json.JsonText;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.Scan;
import dev.sluice.json.ScanOptions;
import dev.sluice.json.Shape;
import dev.sluice.json.ShapeScanner;
import dev.sluice.json.Violation;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be: its content type, its syntax, and the page's schema. All violations are
 * told at once, in the words of the framework that the service is built with. Immutable and shared.
 */
final class PoolsideRequests {

  private static final String JSON = "application/json";

  /** More are not told. A body breaks more rules only by repeating names. */
  private static final int VIOLATIONS_MAX = 32;

  /** A string is repeated in an error up to this length: none of the checked ones is longer. */
  private static final int SHOWN_BYTES_MAX = 32;

  /** How much of a client's content type is repeated. */
  private static final int SHOWN_TYPE_MAX = 64;

  private final ShapeScanner scanner;

  /**
   * The rules.
   *
   * @param jsonDepthMax how deep a request may nest
   */
  PoolsideRequests(int jsonDepthMax) {
    this.scanner =
        new ShapeScanner(
            PoolsideFields.REQUEST,
            new ScanOptions(jsonDepthMax, VIOLATIONS_MAX, ScanOptions.Duplicates.REFUSED));
  }

  /**
   * Checks the content type. The page takes a body of unknown kind as it takes JSON; parameters
   * such as a charset say nothing, since JSON is UTF-8.
   *
   * @throws GatewayException with {@link Fault.UnsupportedMediaType}
   */
  static void requireJson(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupported("unknown content encoding: " + shown(encoding));
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null || type.equals(JSON)) {
      return;
    }
    int semicolon = type.indexOf(';');
    String essence =
        (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    if (!essence.equals(JSON)
        && !essence.equals("application/octet-stream")
        && !essence.endsWith("+json")
        && !essence.isEmpty()) {
      throw unsupported("unknown content type: " + shown(essence));
    }
  }

  /**
   * Scans {@code bytes[from, to)}.
   *
   * @throws GatewayException with {@link Fault.MalformedBody} or {@link Fault.InvalidRequest}
   */
  Scan scan(byte[] bytes, int from, int to) {
    if (from == to) {
      throw new GatewayException(new Fault.MalformedBody(PoolsideFaults.BODY_REQUIRED, 0));
    }
    Scan scan;
    try {
      scan = scanner.scan(bytes, from, to);
    } catch (MalformedJson e) {
      throw new GatewayException(new Fault.MalformedBody(e.reason(), e.offset()));
    }
    if (!scan.violations().isEmpty()) {
      List<Fault.Violation> told = new ArrayList<>();
      for (Violation violation : scan.violations()) {
        told.add(told(violation, bytes, from, to));
      }
      throw new GatewayException(new Fault.InvalidRequest(told));
    }
    return scan;
  }

  private static Fault.Violation told(Violation violation, byte[] bytes, int from, int to) {
    String path = violation.path();
    String name = path.substring(path.lastIndexOf('.') + 1);
    return switch (violation.kind()) {
      // What is missing is missing from its object, and that is not repeated: it is the prompt.
      case MISSING ->
          new Fault.Violation(
              path.substring(0, Math.max(0, path.length() - name.length() - 1)),
              "expected required property " + name + " to be present",
              violation.offset(),
              null);
      case DUPLICATE ->
          new Fault.Violation(path, "expected property once", violation.offset(), null);
      case WRONG_TYPE, OUT_OF_RANGE, TOO_SHORT, NOT_ONE_OF ->
          new Fault.Violation(
              path,
              expected(violation.expected()),
              violation.offset(),
              path.isEmpty() ? null : value(bytes, from + violation.offset(), to));
    };
  }

  private static String expected(Shape shape) {
    return switch (shape) {
      case Shape.Any _ -> "expected a value";
      case Shape.Text _ -> "expected string";
      case Shape.Words words ->
          "expected value to be one of \"" + String.join(", ", words.choices()) + "\"";
      case Shape.Number number -> number.whole() ? "expected integer" : "expected number";
      case Shape.Bool _ -> "expected boolean";
      case Shape.Array _ -> "expected array";
      case Shape.Object _ -> "expected object";
      case Shape.OrNull orNull -> expected(orNull.shape());
      case Shape.AnyOf anyOf -> expected(anyOf.choices().getFirst());
    };
  }

  /** The scalar that begins at {@code start}; {@code null} for what is longer or no scalar. */
  private static @Nullable String value(byte[] bytes, int start, int to) {
    byte first = bytes[start];
    if (first == '{' || first == '[') {
      return null;
    }
    int end = start + 1;
    while (end < to && end - start <= SHOWN_BYTES_MAX && !endsScalar(bytes, start, end)) {
      end++;
    }
    if (end - start > SHOWN_BYTES_MAX) {
      return null;
    }
    String value = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    return first == '"' ? JsonText.quote(JsonText.unquote(bytes, start, end)) : value;
  }

  /** Whether the scalar from {@code start} ends before the byte at {@code end}. */
  private static boolean endsScalar(byte[] bytes, int start, int end) {
    if (bytes[start] != '"') {
      byte b = bytes[end];
      return b == ',' || b == '}' || b == ']' || b <= ' ';
    }
    if (end - start < 2 || bytes[end - 1] != '"') {
      return false;
    }
    int backslashes = 0;
    while (bytes[end - 2 - backslashes] == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 0;
  }

  private static String shown(String type) {
    return type.length() <= SHOWN_TYPE_MAX ? type : type.substring(0, SHOWN_TYPE_MAX) + "…";
  }

  private static GatewayException unsupported(String message) {
    return new GatewayException(new Fault.UnsupportedMediaType(message));
  }
}
