package dev.sluice.dialect.poolside;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.Statuses;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Faults as RFC 9457's problem documents. Status 400 is the page's own {@code V1PromptModelError}
 * in {@code application/json}, with a {@code code} for its two documented causes; every other
 * status is an {@code ErrorModel} in {@code application/problem+json}. What breaks the page's
 * schema of a request is a 422; of members that the page does not name its schema knows nothing, so
 * what is wrong with these is the page's 400.
 */
final class PoolsideFaults {

  /** What is wrong with a body of no bytes. */
  static final String BODY_REQUIRED = "request body is required";

  private static final String INVALID = "validation failed";
  private static final String UNEXPECTED = "unexpected error occurred";
  private static final String BODY = "body";
  private static final String MODEL_ERROR = PoolsideFields.name(PoolsideFields.MODEL_ERROR);
  private static final String ERROR = PoolsideFields.name(PoolsideFields.ERROR);

  /** What providers call a model that they do not have. */
  private static final String PROVIDERS_NO_MODEL = "model_not_found";

  private PoolsideFaults() {}

  static Rendered render(Fault fault, RequestHead head) {
    int status = status(fault);
    String schema = SchemaLink.schema(head, status == 400 ? MODEL_ERROR : ERROR);
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(
        HttpHeaderNames.CONTENT_TYPE,
        status == 400 ? "application/json" : "application/problem+json");
    headers.set(SchemaLink.HEADER, SchemaLink.value(schema));
    if (fault instanceof Fault.MethodNotAllowed wrong) {
      headers.set(HttpHeaderNames.ALLOW, String.join(", ", wrong.allowed()));
    }
    if (fault instanceof Fault.Unauthenticated unauthenticated) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenge(unauthenticated.reason()));
    }
    Duration retryAfter = fault.retryAfter();
    if (retryAfter != null) {
      long seconds = (retryAfter.toMillis() + 999) / 1000;
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds));
    }
    StringBuilder text = new StringBuilder(256).append("{\"$schema\":");
    JsonText.quote(schema, text);
    problem(fault, text.append(','));
    return new Rendered(
        HttpResponseStatus.valueOf(status),
        headers,
        text.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What a broken stream ends with: the problem below {@code error}, the member by which client
   * libraries of OpenAI's protocol know an event that is no chunk.
   */
  static byte[] event(Fault fault) {
    StringBuilder text = new StringBuilder(256).append("{\"error\":{");
    problem(fault, text);
    return text.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void problem(Fault fault, StringBuilder to) {
    HttpResponseStatus status = HttpResponseStatus.valueOf(status(fault));
    to.append("\"title\":");
    JsonText.quote(status.reasonPhrase(), to);
    to.append(",\"status\":").append(status.code()).append(",\"detail\":");
    JsonText.quote(detail(fault), to);
    errors(fault, to);
    String code = code(fault);
    if (code != null) {
      to.append(",\"code\":\"").append(code).append('"');
    }
  }

  private static int status(Fault fault) {
    if (fault instanceof Fault.InvalidRequest invalid) {
      return breaksSchema(invalid) ? 422 : 400;
    }
    if (fault instanceof Fault.UpstreamUnreachable) {
      return 500;
    }
    return fault instanceof Fault.UpstreamFailed failed ? providers(failed) : Statuses.usual(fault);
  }

  /** Whether holding the body against the schema found this: then it is known where it stands. */
  private static boolean breaksSchema(Fault.InvalidRequest invalid) {
    return invalid.violations().getFirst().offset() >= 0;
  }

  private static int providers(Fault.UpstreamFailed failed) {
    return PROVIDERS_NO_MODEL.equals(failed.code()) ? 400 : Statuses.relayedOr500(failed.status());
  }

  private static @Nullable String code(Fault fault) {
    return switch (fault) {
      case Fault.UnknownModel _ -> "model-not-found";
      case Fault.ContextTooLong _ -> "max-tokens-exceeded";
      case Fault.UpstreamFailed failed ->
          PROVIDERS_NO_MODEL.equals(failed.code()) ? "model-not-found" : null;
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
          Fault.ContentFiltered _,
          Fault.UpstreamUnreachable _,
          Fault.TimedOut _,
          Fault.Overloaded _,
          Fault.Internal _ ->
          null;
    };
  }

  private static String detail(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody malformed ->
          isBodyRequired(malformed) ? malformed.message() : INVALID;
      case Fault.InvalidRequest _, Fault.UnsupportedMediaType _ -> INVALID;
      case Fault.BodyTooLarge large ->
          "request body is too large limit=" + large.bytesMax() + " bytes";
      case Fault.RequestTooSlow _ -> "request body read timeout";
      case Fault.UpstreamFailed failed -> status(failed) == 500 ? UNEXPECTED : failed.message();
      case Fault.UpstreamUnreachable _, Fault.Internal _ -> UNEXPECTED;
      case Fault.BadHttp _,
          Fault.UnknownPath _,
          Fault.MethodNotAllowed _,
          Fault.UriTooLong _,
          Fault.HeadersTooLarge _,
          Fault.ExpectationFailed _,
          Fault.Unauthenticated _,
          Fault.Forbidden _,
          Fault.UnknownModel _,
          Fault.InsufficientCredits _,
          Fault.BudgetSpent _,
          Fault.RateLimited _,
          Fault.ContextTooLong _,
          Fault.ContentFiltered _,
          Fault.TimedOut _,
          Fault.Overloaded _ ->
          fault.message();
    };
  }

  /** The single causes, where the detail is not the cause itself. */
  private static void errors(Fault fault, StringBuilder to) {
    if (fault instanceof Fault.InvalidRequest invalid) {
      List<Fault.Violation> violations = invalid.violations();
      for (int i = 0; i < violations.size(); i++) {
        Fault.Violation violation = violations.get(i);
        String path = violation.path();
        to.append(i == 0 ? ",\"errors\":[" : ",");
        error(
            violation.message(), path.isEmpty() ? BODY : BODY + "." + path, violation.value(), to);
      }
      to.append(']');
    } else if (fault instanceof Fault.MalformedBody malformed && !isBodyRequired(malformed)) {
      to.append(",\"errors\":[");
      error(malformed.message() + " at byte " + malformed.offset(), BODY, null, to);
      to.append(']');
    } else if (fault instanceof Fault.UnsupportedMediaType) {
      to.append(",\"errors\":[");
      error(fault.message(), BODY, null, to);
      to.append(']');
    } else if (detail(fault).equals(UNEXPECTED)) {
      to.append(",\"errors\":[");
      error(fault.message(), null, null, to);
      to.append(']');
    }
  }

  private static void error(
      String message, @Nullable String location, @Nullable String value, StringBuilder to) {
    to.append("{\"message\":");
    JsonText.quote(message, to);
    if (location != null) {
      to.append(",\"location\":");
      JsonText.quote(location, to);
    }
    if (value != null) {
      to.append(",\"value\":").append(value);
    }
    to.append('}');
  }

  private static boolean isBodyRequired(Fault.MalformedBody malformed) {
    return malformed.message().equals(BODY_REQUIRED);
  }

  /** See RFC 6750, section 3. */
  private static String challenge(Fault.Unauthenticated.Reason reason) {
    return switch (reason) {
      case MISSING, MALFORMED -> "Bearer";
      case UNKNOWN -> "Bearer error=\"invalid_token\"";
    };
  }
}
