package dev.sluice.access;

import dev.sluice.chat.Fault;
import dev.sluice.chat.Fault.Unauthenticated.Reason;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.AccessSettings;
import dev.sluice.dialect.Presented;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Finds the caller behind credentials. Immutable: a new configuration makes a new one.
 *
 * <p>Keys are kept and looked up by their SHA-256 alone, so that neither a memory dump shows them
 * nor the time of a lookup tells how much of a guess was right.
 */
public final class Access {

  private final AccessSettings.Mode mode;
  private final Map<String, Caller> callers = new HashMap<>();

  /** What {@code settings} say. */
  public Access(AccessSettings settings) {
    this.mode = settings.mode();
    settings
        .keys()
        .forEach((name, key) ->
            callers.put(
                digest(key.key().value()),
                new Caller(name, Set.copyOf(key.models()), key.state())));
  }

  /**
   * Who presents this.
   *
   * @throws GatewayException with {@link Fault.Unauthenticated} or {@link Fault.Forbidden}
   */
  public Caller admit(Presented presented) {
    return switch (mode) {
      case OPEN -> Caller.ANYBODY;
      case KEYS ->
          switch (presented) {
            case Presented.Accepted _ -> Caller.ANYBODY;
            case Presented.Nothing _ ->
                throw refused("no credentials are given; a key is needed", Reason.MISSING);
            case Presented.Unusable _ ->
                throw refused("the credentials are not in the form asked for", Reason.MALFORMED);
            case Presented.Key key -> known(key);
          };
    };
  }

  private Caller known(Presented.Key key) {
    Caller caller = callers.get(digest(key.text()));
    if (caller == null) {
      throw refused("the key is not known", Reason.UNKNOWN);
    }
    if (caller.state() == AccessSettings.KeySettings.State.BLOCKED) {
      throw new GatewayException(new Fault.Forbidden("the key is blocked"));
    }
    return caller;
  }

  private static GatewayException refused(String message, Reason reason) {
    return new GatewayException(new Fault.Unauthenticated(message, reason));
  }

  private static String digest(String key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
