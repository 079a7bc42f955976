package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Signature;
import org.jspecify.annotations.Nullable;

/**
 * Seals on thoughts as the wire has them. The protocol knows Claude's only; those of other
 * providers carry their issuer's name in front, so that a client of this protocol can give them
 * back and they find their way home.
 */
final class Seals {

  private static final int ISSUER_MAX = 64;

  private Seals() {}

  /** The seal that the text says; {@code null} for none. */
  static @Nullable Signature read(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    int colon = text.indexOf(':');
    if (colon > 0 && colon < text.length() - 1 && isIssuer(text.substring(0, colon))) {
      return new Signature(text.substring(colon + 1), text.substring(0, colon));
    }
    return new Signature(text, Signature.CLAUDE);
  }

  /** The text that says {@code signature} to a client. */
  static String write(Signature signature) {
    String issuer = signature.issuer();
    if (issuer.equals(Signature.CLAUDE)) {
      return signature.text();
    }
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
