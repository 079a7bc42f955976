package dev.sluice.dialect.yomo;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.Statuses;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Faults in YoMo's own shapes: nested JSON, and plain text for what never reaches a handler. */
final class YomoFaults {

  private static final String INVALID = "invalid_request_error";

  private YomoFaults() {}

  static Rendered render(Fault fault) {
    HttpHeaders headers = new DefaultHttpHeaders();
    HttpResponseStatus status = HttpResponseStatus.valueOf(Statuses.usual(fault));
    if (fault instanceof Fault.UnknownPath) {
      headers.set("x-content-type-options", "nosniff");
      return text(status, headers, "404 page not found\n");
    }
    if (fault instanceof Fault.Unauthenticated unauthenticated) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      return text(status, headers, unauthenticated(unauthenticated.reason()));
    }
    if (fault instanceof Fault.MethodNotAllowed wrong) {
      headers.set(HttpHeaderNames.ALLOW, String.join(", ", wrong.allowed()));
    }
    Duration retryAfter = fault.retryAfter();
    if (retryAfter != null) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString((retryAfter.toMillis() + 999) / 1000));
    }
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(status, headers, body(fault));
  }

  private static Rendered text(HttpResponseStatus status, HttpHeaders headers, String text) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    return new Rendered(status, headers, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String unauthenticated(Fault.Unauthenticated.Reason reason) {
    return switch (reason) {
      case MISSING -> "missing Authorization header";
      case MALFORMED -> "invalid Authorization format, expected 'Bearer <token>'";
      case UNKNOWN -> "invalid bearer token";
    };
  }

  /** The error as JSON text in one line, with the line end that YoMo's encoder writes. */
  static byte[] body(Fault fault) {
    StringBuilder text = new StringBuilder(128);
    text.append("{\"error\":{\"code\":");
    JsonText.quote(code(fault), text);
    text.append(",\"message\":");
    JsonText.quote(message(fault), text);
    return text.append("}}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String code(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody _,
          Fault.InvalidRequest _,
          Fault.BadHttp _,
          Fault.UnknownModel _,
          Fault.MethodNotAllowed _,
          Fault.UnsupportedMediaType _,
          Fault.BodyTooLarge _,
          Fault.UriTooLong _,
          Fault.HeadersTooLarge _,
          Fault.RequestTooSlow _,
          Fault.ExpectationFailed _ ->
          INVALID;
      case Fault.ContextTooLong _ -> "context_length_exceeded";
      case Fault.ContentFiltered _ -> "content_filter";
      case Fault.InsufficientCredits _, Fault.BudgetSpent _ -> "outstanding_balance";
      case Fault.UpstreamFailed failed -> failed.code() == null ? phrase(failed) : failed.code();
      case Fault.Unauthenticated _,
          Fault.Forbidden _,
          Fault.UnknownPath _,
          Fault.RateLimited _,
          Fault.Internal _,
          Fault.UpstreamUnreachable _,
          Fault.Overloaded _,
          Fault.TimedOut _ ->
          phrase(fault);
    };
  }

  /** The status in words, as YoMo gives it where there is no better code. */
  private static String phrase(Fault fault) {
    return HttpResponseStatus.valueOf(Statuses.usual(fault)).reasonPhrase();
  }

  private static String message(Fault fault) {
    if (fault instanceof Fault.InvalidRequest invalid) {
      return joined(invalid.violations());
    }
    return fault instanceof Fault.UnknownModel unknown
        ? "model " + unknown.model() + " is not supported" + nearest(unknown.nearest())
        : fault.message();
  }

  private static String nearest(List<String> names) {
    return names.isEmpty() ? "" : "; did you mean " + String.join(", ", names) + "?";
  }

  private static String joined(List<Fault.Violation> violations) {
    StringBuilder text = new StringBuilder(violations.getFirst().message());
    for (int i = 1; i < violations.size(); i++) {
      text.append("; ").append(violations.get(i).message());
    }
    return text.toString();
  }
}
