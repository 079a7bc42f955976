package dev.sluice.dialect.jylo;

import dev.sluice.routing.ModelIds;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Identifiers in a path, in the forms that the framework takes. */
final class Guids {

  private static final int DIGITS = 32;

  private Guids() {}

  /** The segment without percent signs; as it is where they mean nothing. */
  static String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    try {
      // A plus sign is itself in a path.
      return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
    } catch (IllegalArgumentException _) {
      return segment;
    }
  }

  /** The identifier; {@code null} where it is none. */
  static @Nullable UUID parse(String text) {
    String bare = text;
    boolean braced = text.startsWith("{") && text.endsWith("}");
    if (braced || (text.startsWith("(") && text.endsWith(")"))) {
      bare = text.substring(1, text.length() - 1);
    }
    return ModelIds.parse(bare.length() == DIGITS ? dashed(bare) : bare);
  }

  private static String dashed(String digits) {
    return digits.substring(0, 8)
        + '-'
        + digits.substring(8, 12)
        + '-'
        + digits.substring(12, 16)
        + '-'
        + digits.substring(16, 20)
        + '-'
        + digits.substring(20);
  }
}
