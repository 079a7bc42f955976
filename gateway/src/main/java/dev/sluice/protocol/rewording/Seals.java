package dev.sluice.protocol.rewording;

import dev.sluice.chat.Signature;
import org.jspecify.annotations.Nullable;

/**
 * Seals on thoughts as the wire has them. The protocol knows Claude's only; those of other
 * providers carry their issuer's name in front, so that a client of this protocol can give them
 * back and they find their way home.
 */
public final class Seals {

  private static final int ISSUER_MAX = 64;

  private Seals() {}

  /** The seal that the text says, of Claude where it says no more; {@code null} for none. */
  public static @Nullable Signature read(@Nullable String text) {
    return read(text, Signature.CLAUDE);
  }

  /**
   * The seal that the text says; {@code null} for none.
   *
   * @param home who made it where the text does not say
   */
  public static @Nullable Signature read(@Nullable String text, String home) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    int colon = text.indexOf(':');
    if (colon > 0 && colon < text.length() - 1 && isIssuer(text.substring(0, colon))) {
      return new Signature(text.substring(colon + 1), text.substring(0, colon));
    }
    return new Signature(text, home);
  }

  /** The text that says {@code signature} to a client. */
  public static String write(Signature signature) {
    return signature.issuer().equals(Signature.CLAUDE) ? signature.text() : named(signature);
  }

  /** The text that says {@code signature} with its issuer. */
  public static String named(Signature signature) {
    String issuer = signature.issuer();
    return (isIssuer(issuer) ? issuer : Signature.UNKNOWN) + ':' + signature.text();
  }

  /** Whether it looks like {@code google-gemini-v1}, which no seal of Claude's begins with. */
  private static boolean isIssuer(String text) {
    if (text.equals(Signature.UNKNOWN)) {
      return true;
    }
    if (text.length() > ISSUER_MAX || text.lastIndexOf("-v") < 1) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }
}
