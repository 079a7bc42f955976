package dev.sluice.dialect;

import dev.sluice.chat.Fault;

/** The HTTP statuses that most dialects give faults; a dialect that differs says so for itself. */
public final class Statuses {

  private static final int BAD_GATEWAY = 502;
  private static final int INTERNAL_ERROR = 500;

  private Statuses() {}

  /** The status that {@code fault} has where no page says otherwise. */
  public static int usual(Fault fault) {
    return switch (fault) {
      case Fault.MalformedBody _,
          Fault.InvalidRequest _,
          Fault.BadHttp _,
          Fault.UnknownModel _,
          Fault.ContextTooLong _,
          Fault.ContentFiltered _ ->
          400;
      case Fault.Unauthenticated _ -> 401;
      case Fault.InsufficientCredits _, Fault.BudgetSpent _ -> 402;
      case Fault.Forbidden _ -> 403;
      case Fault.UnknownPath _ -> 404;
      case Fault.MethodNotAllowed _ -> 405;
      case Fault.RequestTooSlow _ -> 408;
      case Fault.BodyTooLarge _ -> 413;
      case Fault.UriTooLong _ -> 414;
      case Fault.UnsupportedMediaType _ -> 415;
      case Fault.ExpectationFailed _ -> 417;
      case Fault.RateLimited _ -> 429;
      case Fault.HeadersTooLarge _ -> 431;
      case Fault.Internal _ -> INTERNAL_ERROR;
      case Fault.UpstreamUnreachable _ -> BAD_GATEWAY;
      case Fault.Overloaded _ -> 503;
      case Fault.TimedOut _ -> 504;
      case Fault.UpstreamFailed failed -> relayed(failed.status());
    };
  }

  /** A provider's status as the client's: the same, but for what speaks of our own credential. */
  private static int relayed(int status) {
    return switch (status) {
      // It is the gateway that is refused, or has not paid; the client has its own account here.
      case 401, 402, 403, 407 -> BAD_GATEWAY;
      // Not in HTTP's registry; its users mean that the service is overloaded.
      case 529 -> 503;
      default -> status >= 400 && status <= 599 ? status : BAD_GATEWAY;
    };
  }

  /**
   * A provider's status as the client's, where a page knows 500 alone for what is not the client's
   * doing.
   */
  public static int relayedOr500(int status) {
    return switch (status) {
      case 401, 402, 403, 407 -> INTERNAL_ERROR;
      default -> status >= 400 && status <= 499 ? status : INTERNAL_ERROR;
    };
  }
}
