package dev.sluice.dialect.jylo;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Rendered;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Faults as the framework behind Jylo's API writes them: problem details (RFC 9457) with the
 * request's trace, validation problems with their keys, and nothing at all for a 500.
 */
final class JyloFaults {

  private static final int INTERNAL = 500;
  private static final String SECTION = "https://tools.ietf.org/html/rfc9110#section-";
  private static final byte[] EMPTY = {};

  private JyloFaults() {}

  static Rendered render(Fault fault, FaultContext context) {
    HttpHeaders headers = new DefaultHttpHeaders();
    int status = status(fault);
    if (fault instanceof Fault.MethodNotAllowed wrong) {
      headers.set(HttpHeaderNames.ALLOW, String.join(", ", wrong.allowed()));
    }
    if (fault instanceof Fault.Unauthenticated unauthenticated) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge(unauthenticated.reason()));
    }
    Duration retryAfter = fault.retryAfter();
    if (retryAfter != null && status != INTERNAL) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString((retryAfter.toMillis() + 999) / 1000));
    }
    if (status == INTERNAL) {
      // The page documents no content for it.
      return new Rendered(HttpResponseStatus.INTERNAL_SERVER_ERROR, headers, EMPTY);
    }
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(
        HttpResponseStatus.valueOf(status),
        headers,
        problem(fault, context).getBytes(StandardCharsets.UTF_8));
  }

  private static String challenge(Fault.Unauthenticated.Reason reason) {
    return switch (reason) {
      case MISSING, MALFORMED -> "Bearer";
      case UNKNOWN -> "Bearer error=\"invalid_token\"";
    };
  }

  /** The problem as JSON text in one line, its members in the framework's order. */
  static String problem(Fault fault, FaultContext context) {
    int status = status(fault);
    Map<String, List<String>> errors = errors(fault);
    StringBuilder text = new StringBuilder(256);
    text.append('{');
    String type = type(status);
    if (type != null) {
      text.append("\"type\":\"").append(type).append("\",");
    }
    text.append("\"title\":");
    JsonText.quote(
        errors.isEmpty() ? title(status) : "One or more validation errors occurred.", text);
    text.append(",\"status\":").append(status);
    if (errors.isEmpty()) {
      String detail = detail(fault, status);
      if (detail != null) {
        text.append(",\"detail\":");
        JsonText.quote(detail, text);
      }
    } else {
      errors(errors, text);
    }
    text.append(",\"traceId\":\"").append(TraceIds.of(context.head()));
    return text.append("\"}").toString();
  }

  private static void errors(Map<String, List<String>> errors, StringBuilder text) {
    text.append(",\"errors\":{");
    String comma = "";
    for (Map.Entry<String, List<String>> entry : errors.entrySet()) {
      text.append(comma);
      comma = ",";
      JsonText.quote(entry.getKey(), text);
      text.append(":[");
      for (int i = 0; i < entry.getValue().size(); i++) {
        text.append(i == 0 ? "" : ",");
        JsonText.quote(entry.getValue().get(i), text);
      }
      text.append(']');
    }
    text.append('}');
  }

  /** What is wrong with the request, by key; empty where the fault is another one. */
  private static Map<String, List<String>> errors(Fault fault) {
    Map<String, List<String>> errors = new LinkedHashMap<>();
    if (fault instanceof Fault.InvalidRequest invalid) {
      for (Fault.Violation violation : invalid.violations()) {
        errors.computeIfAbsent(violation.path(), _ -> new ArrayList<>()).add(violation.message());
      }
    } else if (fault instanceof Fault.MalformedBody malformed) {
      errors.put("$", List.of(malformed.message()));
    }
    return errors;
  }

  static int status(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody _,
          Fault.InvalidRequest _,
          Fault.BadHttp _,
          Fault.ContextTooLong _,
          Fault.ContentFiltered _ ->
          400;
      case Fault.Unauthenticated _ -> 401;
      case Fault.InsufficientCredits _, Fault.BudgetSpent _ -> 402;
      case Fault.Forbidden _ -> 403;
      case Fault.UnknownPath _, Fault.UnknownModel _ -> 404;
      case Fault.MethodNotAllowed _ -> 405;
      case Fault.RequestTooSlow _ -> 408;
      case Fault.BodyTooLarge _ -> 413;
      case Fault.UriTooLong _ -> 414;
      case Fault.UnsupportedMediaType _ -> 415;
      case Fault.ExpectationFailed _ -> 417;
      case Fault.RateLimited _ -> 429;
      case Fault.HeadersTooLarge _ -> 431;
      case Fault.Overloaded _ -> 503;
      case Fault.Internal _, Fault.UpstreamUnreachable _, Fault.TimedOut _ -> INTERNAL;
      case Fault.UpstreamFailed failed -> providers(failed.status());
    };
  }

  /** A provider's refusal of the request is the client's; all else of it is our own trouble. */
  private static int providers(int status) {
    return switch (status) {
      // These speak of our credential and our account.
      case 401, 402, 403, 407 -> INTERNAL;
      default -> status >= 400 && status < INTERNAL ? status : INTERNAL;
    };
  }

  private static @Nullable String detail(Fault fault, int status) {
    return switch (fault) {
      case Fault.UnknownModel _ -> "Specified model not found";
      case Fault.UpstreamFailed failed ->
          status == 404
              ? "Specified model not found"
              : status == INTERNAL ? null : failed.message();
      // Of what went wrong within, nobody outside is told.
      case Fault.Internal _, Fault.UpstreamUnreachable _, Fault.TimedOut _ -> null;
      case Fault.MalformedBody _,
          Fault.InvalidRequest _,
          Fault.BadHttp _,
          Fault.UnknownPath _,
          Fault.MethodNotAllowed _,
          Fault.UnsupportedMediaType _,
          Fault.BodyTooLarge _,
          Fault.UriTooLong _,
          Fault.HeadersTooLarge _,
          Fault.RequestTooSlow _,
          Fault.ExpectationFailed _,
          Fault.Unauthenticated _,
          Fault.Forbidden _,
          Fault.InsufficientCredits _,
          Fault.BudgetSpent _,
          Fault.RateLimited _,
          Fault.ContextTooLong _,
          Fault.ContentFiltered _,
          Fault.Overloaded _ ->
          fault.message();
    };
  }

  /** The framework's own table; it has no type for other statuses. */
  private static @Nullable String type(int status) {
    return switch (status) {
      case 400 -> SECTION + "15.5.1";
      case 401 -> SECTION + "15.5.2";
      case 403 -> SECTION + "15.5.4";
      case 404 -> SECTION + "15.5.5";
      case 405 -> SECTION + "15.5.6";
      case 406 -> SECTION + "15.5.7";
      case 408 -> SECTION + "15.5.9";
      case 409 -> SECTION + "15.5.10";
      case 412 -> SECTION + "15.5.13";
      case 415 -> SECTION + "15.5.16";
      case 422 -> "https://tools.ietf.org/html/rfc4918#section-11.2";
      case 426 -> SECTION + "15.5.22";
      case 500 -> SECTION + "15.6.1";
      case 503 -> SECTION + "15.6.4";
      default -> null;
    };
  }

  private static String title(int status) {
    return switch (status) {
      case 413 -> "Payload Too Large";
      case 414 -> "URI Too Long";
      case 500 -> "An error occurred while processing your request.";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }
}
