package dev.sluice.dialect.bifrost;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.Served;
import dev.sluice.dialect.Statuses;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Faults in Bifrost's own error shape and statuses. */
final class BifrostFaults {

  private BifrostFaults() {}

  static Rendered render(Fault fault, FaultContext context) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    if (fault instanceof Fault.MethodNotAllowed wrong) {
      headers.set(HttpHeaderNames.ALLOW, String.join(", ", wrong.allowed()));
    }
    Duration retryAfter = fault.retryAfter();
    if (retryAfter != null) {
      long seconds = (retryAfter.toMillis() + 999) / 1000;
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
    }
    return new Rendered(
        HttpResponseStatus.valueOf(Statuses.usual(fault)), headers, body(fault, context));
  }

  /** The error as JSON text in one line. */
  static byte[] body(Fault fault, FaultContext context) {
    StringBuilder text = new StringBuilder(256);
    text.append("{\"is_bifrost_error\":").append(!isProviders(fault));
    text.append(",\"status_code\":").append(Statuses.usual(fault));
    text.append(",\"error\":{\"type\":");
    JsonText.quote(type(fault), text);
    member("code", code(fault), text);
    text.append(",\"message\":");
    JsonText.quote(message(fault), text);
    member("param", param(fault), text);
    text.append("},\"extra_fields\":{\"request_type\":\"chat_completion\"");
    Served served = context.served();
    member("provider", served == null ? null : served.provider(), text);
    member("model_requested", context.model(), text);
    return text.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isProviders(Fault fault) {
    return fault instanceof Fault.UpstreamFailed
        || fault instanceof Fault.ContextTooLong
        || fault instanceof Fault.ContentFiltered;
  }

  private static String type(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody _,
          Fault.InvalidRequest _,
          Fault.BadHttp _,
          Fault.UnknownModel _,
          Fault.UnknownPath _,
          Fault.MethodNotAllowed _,
          Fault.UnsupportedMediaType _,
          Fault.BodyTooLarge _,
          Fault.UriTooLong _,
          Fault.HeadersTooLarge _,
          Fault.RequestTooSlow _,
          Fault.ExpectationFailed _,
          Fault.ContextTooLong _,
          Fault.ContentFiltered _ ->
          "invalid_request_error";
      case Fault.Unauthenticated _ -> "virtual_key_required";
      case Fault.Forbidden _ -> "virtual_key_blocked";
      case Fault.InsufficientCredits _, Fault.BudgetSpent _ -> "budget_exceeded";
      case Fault.RateLimited _ -> "rate_limited";
      case Fault.Overloaded _ -> "overloaded";
      case Fault.TimedOut _ -> "request_timeout";
      case Fault.UpstreamUnreachable _ -> "provider_connection_failed";
      case Fault.UpstreamFailed failed -> failed.type() == null ? "provider_error" : failed.type();
      case Fault.Internal _ -> "internal_error";
    };
  }

  private static @Nullable String code(Fault fault) {
    if (fault instanceof Fault.UpstreamFailed failed) {
      return failed.code();
    }
    if (fault instanceof Fault.UnknownModel) {
      return "model_not_found";
    }
    if (fault instanceof Fault.ContextTooLong) {
      return "context_length_exceeded";
    }
    return fault instanceof Fault.ContentFiltered ? "content_filter" : null;
  }

  private static @Nullable String param(Fault fault) {
    if (fault instanceof Fault.UpstreamFailed failed) {
      return failed.param();
    }
    if (fault instanceof Fault.InvalidRequest invalid) {
      String path = invalid.violations().getFirst().path();
      return path.isEmpty() ? null : path;
    }
    return fault instanceof Fault.UnknownModel ? "model" : null;
  }

  private static String message(Fault fault) {
    if (fault instanceof Fault.MalformedBody malformed) {
      return "invalid request format: " + malformed.message() + " at byte " + malformed.offset();
    }
    if (fault instanceof Fault.InvalidRequest invalid) {
      return String.join(
          "; ", invalid.violations().stream().map(Fault.Violation::message).toList());
    }
    return fault.message();
  }

  private static void member(String name, @Nullable String value, StringBuilder to) {
    if (value != null) {
      to.append(",\"").append(name).append("\":");
      JsonText.quote(value, to);
    }
  }
}
