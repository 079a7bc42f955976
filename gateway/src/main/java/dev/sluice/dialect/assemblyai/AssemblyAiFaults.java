package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.Fault;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.Statuses;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Faults in AssemblyAI's two envelopes: one for refused credentials, and a flat one for everything
 * else, whose {@code metadata.errors} tell what is wrong with a request.
 */
final class AssemblyAiFaults {

  /** What a refused rate is called. */
  static final String TOO_MANY = "too many requests for this action";

  private static final String INVALID = "invalid request body";
  private static final String BAD_CREDENTIALS = "Authentication error, API token missing/invalid";
  private static final String NO_ACCESS_TO_MODEL =
      "Your account does not have access to this LLM Gateway model";
  private static final int MODEL_SHOWN_MAX = 200;

  private AssemblyAiFaults() {}

  static Rendered render(Fault fault, FaultContext context) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    if (fault instanceof Fault.MethodNotAllowed wrong) {
      headers.set(HttpHeaderNames.ALLOW, String.join(", ", wrong.allowed()));
    }
    Duration retryAfter = retryAfter(fault);
    if (retryAfter != null) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds(retryAfter)));
    }
    return new Rendered(
        HttpResponseStatus.valueOf(status(fault, context)),
        headers,
        body(fault, context).getBytes(StandardCharsets.UTF_8));
  }

  /** A duration in whole seconds, rounded up. */
  static long seconds(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }

  /**
   * The event that ends a broken stream. Beside the flat envelope it has the {@code error} object
   * of AssemblyAI's earlier documents: readers of chunks look for it, and one that found none would
   * take the event for an odd chunk and the answer for complete.
   */
  static byte[] event(Fault fault, FaultContext context) {
    int status = status(fault, context);
    String message = message(fault);
    StringBuilder text = new StringBuilder(192);
    text.append("{\"request_id\":");
    JsonText.quote(context.head().requestId(), text);
    text.append(",\"message\":");
    JsonText.quote(message, text);
    text.append(",\"code\":").append(status);
    text.append(",\"error\":{\"code\":").append(status).append(",\"message\":");
    JsonText.quote(message, text);
    return text.append(",\"metadata\":{}}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String body(Fault fault, FaultContext context) {
    StringBuilder text = new StringBuilder(192);
    int status = status(fault, context);
    if (status == 401 || status == 403) {
      text.append("{\"error\":");
      JsonText.quote(
          fault instanceof Fault.Unauthenticated ? BAD_CREDENTIALS : message(fault), text);
      text.append(",\"status\":\"error\",\"request_id\":");
      JsonText.quote(context.head().requestId(), text);
      return text.append('}').toString();
    }
    List<String> errors = errors(fault);
    text.append('{');
    if (!errors.isEmpty()) {
      text.append("\"metadata\":{\"errors\":[");
      for (int i = 0; i < errors.size(); i++) {
        text.append(i == 0 ? "" : ",");
        JsonText.quote(errors.get(i), text);
      }
      text.append("]},");
    }
    text.append("\"request_id\":");
    JsonText.quote(context.head().requestId(), text);
    text.append(",\"message\":");
    JsonText.quote(errors.isEmpty() ? message(fault) : INVALID, text);
    return text.append(",\"code\":").append(status).append('}').toString();
  }

  private static int status(Fault fault, FaultContext context) {
    if (fault instanceof Fault.UpstreamFailed failed) {
      return Statuses.relayedOr500(failed.status());
    }
    if (fault instanceof Fault.UpstreamUnreachable) {
      return 500;
    }
    // Once the model is known, the caller has been let in, and it is the model that is not its.
    return fault instanceof Fault.Forbidden && context.model() != null
        ? 400
        : Statuses.usual(fault);
  }

  /** What is wrong with the request; empty where it is something else that is wrong. */
  private static List<String> errors(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody malformed ->
          List.of(malformed.message() + " at byte " + malformed.offset());
      case Fault.InvalidRequest invalid -> {
        List<String> errors = new ArrayList<>();
        for (Fault.Violation violation : invalid.violations()) {
          errors.add(violation.message());
        }
        yield errors;
      }
      case Fault.UnknownModel unknown -> unsupported(unknown);
      case Fault.Forbidden _ -> List.of(NO_ACCESS_TO_MODEL);
      case Fault.ContextTooLong _ -> List.of("model context limit exceeded");
      case Fault.BadHttp _,
          Fault.ContentFiltered _,
          Fault.Unauthenticated _,
          Fault.InsufficientCredits _,
          Fault.BudgetSpent _,
          Fault.UnknownPath _,
          Fault.MethodNotAllowed _,
          Fault.RequestTooSlow _,
          Fault.BodyTooLarge _,
          Fault.UriTooLong _,
          Fault.UnsupportedMediaType _,
          Fault.ExpectationFailed _,
          Fault.RateLimited _,
          Fault.HeadersTooLarge _,
          Fault.Internal _,
          Fault.UpstreamUnreachable _,
          Fault.Overloaded _,
          Fault.TimedOut _,
          Fault.UpstreamFailed _ ->
          List.of();
    };
  }

  private static List<String> unsupported(Fault.UnknownModel unknown) {
    String model = unknown.model();
    String shown =
        model.length() <= MODEL_SHOWN_MAX ? model : model.substring(0, MODEL_SHOWN_MAX) + "…";
    String error = "model " + shown + " is not supported";
    return unknown.nearest().isEmpty()
        ? List.of(error)
        : List.of(error, "did you mean " + String.join(", ", unknown.nearest()) + "?");
  }

  private static String message(Fault fault) {
    return fault instanceof Fault.RateLimited ? TOO_MANY : fault.message();
  }

  private static @Nullable Duration retryAfter(Fault fault) {
    if (fault instanceof Fault.RateLimited limited) {
      return limited.retryAfter();
    }
    if (fault instanceof Fault.Overloaded overloaded) {
      return overloaded.retryAfter();
    }
    return fault instanceof Fault.UpstreamFailed failed ? failed.retryAfter() : null;
  }
}
