package dev.sluice.provider;

import dev.sluice.chat.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hides a credential in what its provider says: errors repeat keys, whatever these look like. */
public final class Secrets {

  private static final String HIDDEN = "***";

  /** A shorter one may be part of any word. */
  private static final int SHORTEST = 4;

  private Secrets() {}

  /** The fault as it may be shown. */
  public static Fault hidden(Fault fault, Credential credential) {
    List<String> secrets = credential.authenticator().secrets();
    if (secrets.isEmpty()) {
      return fault;
    }
    return switch (fault) {
      case Fault.UpstreamFailed failed ->
          new Fault.UpstreamFailed(
              shown(failed.message(), secrets),
              failed.status(),
              hidden(failed.type(), secrets),
              hidden(failed.code(), secrets),
              hidden(failed.param(), secrets),
              failed.retryAfter());
      case Fault.ContextTooLong tooLong ->
          new Fault.ContextTooLong(shown(tooLong.message(), secrets));
      case Fault.ContentFiltered filtered ->
          new Fault.ContentFiltered(shown(filtered.message(), secrets));
      case Fault.UpstreamUnreachable unreachable ->
          new Fault.UpstreamUnreachable(shown(unreachable.message(), secrets));
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
          Fault.RateLimited _,
          Fault.TimedOut _,
          Fault.Overloaded _,
          Fault.Internal _ ->
          fault;
    };
  }

  private static @Nullable String hidden(@Nullable String text, List<String> secrets) {
    return text == null ? null : shown(text, secrets);
  }

  private static String shown(String text, List<String> secrets) {
    String shown = text;
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST) {
        shown = shown.replace(secret, HIDDEN);
      }
    }
    return shown;
  }
}
