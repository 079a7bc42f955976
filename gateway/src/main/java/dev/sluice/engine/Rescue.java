package dev.sluice.engine;

import dev.sluice.chat.Fault;
import dev.sluice.routing.Plan;

/** Which failures a target of a plan may rescue. */
final class Rescue {

  private Rescue() {}

  /**
   * Whether a target in {@code role} is called after {@code fault}. A client that lists fallbacks
   * gets the next one on every failure; otherwise a request that is itself wrong is not sent
   * around.
   */
  static boolean by(Plan.Role role, Fault fault) {
    return switch (role) {
      case REQUESTED_FALLBACK -> true;
      case CHOICE, CONFIGURED_FALLBACK -> isTheTargets(fault);
    };
  }

  /** Whether the same target may do better with a second call: it failed, or did not answer. */
  static boolean byTheSame(Fault fault) {
    return fault instanceof Fault.UpstreamUnreachable
        || (fault instanceof Fault.UpstreamFailed failed && failed.status() >= 500);
  }

  /** The word by which the figures know why another call was made. */
  static String reason(Fault fault) {
    return switch (fault) {
      case Fault.UpstreamFailed _ -> "upstream_failed";
      case Fault.UpstreamUnreachable _ -> "upstream_unreachable";
      case Fault.TimedOut _ -> "timed_out";
      case Fault.Overloaded _ -> "overloaded";
      case Fault.RateLimited _ -> "rate_limited";
      case Fault.ContextTooLong _ -> "context_too_long";
      case Fault.ContentFiltered _ -> "content_filtered";
      case Fault.InsufficientCredits _ -> "insufficient_credits";
      case Fault.BudgetSpent _ -> "budget_spent";
      case Fault.Unauthenticated _ -> "unauthenticated";
      case Fault.Forbidden _ -> "forbidden";
      case Fault.UnknownModel _ -> "unknown_model";
      case Fault.MalformedBody _ -> "malformed_body";
      case Fault.InvalidRequest _ -> "invalid_request";
      case Fault.BadHttp _ -> "bad_http";
      case Fault.UnknownPath _ -> "unknown_path";
      case Fault.MethodNotAllowed _ -> "method_not_allowed";
      case Fault.UnsupportedMediaType _ -> "unsupported_media_type";
      case Fault.BodyTooLarge _ -> "body_too_large";
      case Fault.UriTooLong _ -> "uri_too_long";
      case Fault.HeadersTooLarge _ -> "headers_too_large";
      case Fault.RequestTooSlow _ -> "request_too_slow";
      case Fault.ExpectationFailed _ -> "expectation_failed";
      case Fault.Internal _ -> "internal";
    };
  }

  private static boolean isTheTargets(Fault fault) {
    return switch (fault) {
      case Fault.UpstreamFailed failed -> isTheTargets(failed.status());
      case Fault.UpstreamUnreachable _,
          Fault.TimedOut _,
          Fault.Overloaded _,
          Fault.RateLimited _,
          Fault.ContextTooLong _ ->
          true;
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
          Fault.UnknownModel _,
          Fault.InsufficientCredits _,
          Fault.BudgetSpent _,
          Fault.ContentFiltered _,
          Fault.Internal _ ->
          false;
    };
  }

  /**
   * Whether a provider's status speaks of the provider and not of the request. An account that is
   * not paid for is the gateway's, as a key is.
   */
  private static boolean isTheTargets(int status) {
    return status >= 500
        || status == 401
        || status == 402
        || status == 403
        || status == 404
        || status == 408
        || status == 409
        || status == 429;
  }
}
