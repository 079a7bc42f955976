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
