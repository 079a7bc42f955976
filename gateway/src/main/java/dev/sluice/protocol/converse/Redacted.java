package dev.sluice.protocol.converse;

import dev.sluice.chat.Signature;
import dev.sluice.protocol.rewording.Seals;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Sealed thoughts as the wire has them: base 64. Those of other providers carry their issuer's name
 * within, so that a client of this protocol can give them back and they find their way home.
 */
final class Redacted {

  private Redacted() {}

  /**
   * The seal that the text says; {@code null} where it says none.
   *
   * @param home who made it where the text does not say
   */
  static @Nullable Signature read(String base64, String home) {
    if (base64.isEmpty()) {
      return null;
    }
    byte[] bytes = decoded(base64);
    if (bytes == null) {
      return new Signature(base64, home);
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    Signature named = Seals.read(text, home);
    // Whatever else the bytes are, they are the provider's own business.
    return named == null || named.text().length() == text.length() || !isTextual(bytes)
        ? new Signature(base64, home)
        : named;
  }

  private static boolean isTextual(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8).length
        == bytes.length;
  }

  private static byte @Nullable [] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** The text that says {@code sealed} to a client. */
  static String write(Signature sealed) {
    if (sealed.issuer().equals(Signature.CLAUDE) && decoded(sealed.text()) != null) {
      return sealed.text();
    }
    byte[] named = Seals.named(sealed).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(named);
  }
}
