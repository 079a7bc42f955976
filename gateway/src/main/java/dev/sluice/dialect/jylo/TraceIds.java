package dev.sluice.dialect.jylo;

import dev.sluice.dialect.RequestHead;
import dev.sluice.routing.ModelIds;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ids under which problems are told, as W3C Trace Context writes them: of the caller's trace
 * where it is in one, else of the request itself, so that its id leads to the same line in the log.
 */
final class TraceIds {

  /** Version, trace, parent and flags of version 00, with dashes between them. */
  private static final int LENGTH = 55;

  private static final int TRACE_FROM = 3;
  private static final int TRACE_TO = 35;
  private static final int PARENT_TO = 52;
  private static final String NO_TRACE = "0".repeat(TRACE_TO - TRACE_FROM);
  private static final String NO_PARENT = "0".repeat(PARENT_TO - TRACE_TO - 1);

  private TraceIds() {}

  /** The trace, a span that stands for this request, and the caller's flags. */
  static String of(RequestHead head) {
    String parent = head.headers().get("traceparent");
    String requestId = head.requestId();
    UUID named = UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8));
    String span = HexFormat.of().toHexDigits(named.getLeastSignificantBits());
    if (parent != null && isValid(parent)) {
      return "00-"
          + parent.substring(TRACE_FROM, TRACE_TO)
          + "-"
          + span
          + parent.substring(PARENT_TO, LENGTH);
    }
    UUID own = uuid(requestId);
    UUID trace = own == null ? named : own;
    return "00-"
        + HexFormat.of().toHexDigits(trace.getMostSignificantBits())
        + HexFormat.of().toHexDigits(trace.getLeastSignificantBits())
        + "-"
        + span
        + "-00";
  }

  private static @Nullable UUID uuid(String text) {
    return ModelIds.parse(text);
  }

  /** Whether the header can be trusted to be what it should; see Trace Context, section 3.2. */
  private static boolean isValid(String parent) {
    // Later versions may hold more behind the flags.
    boolean later = parent.length() > LENGTH && parent.charAt(LENGTH) == '-';
    if (parent.length() != LENGTH && !later) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = parent.charAt(i);
      boolean dash = i == 2 || i == TRACE_TO || i == PARENT_TO;
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (dash ? c != '-' : !hex) {
        return false;
      }
    }
    return !parent.startsWith("ff")
        && (parent.length() == LENGTH || !parent.startsWith("00"))
        && !parent.regionMatches(TRACE_FROM, NO_TRACE, 0, NO_TRACE.length())
        && !parent.regionMatches(TRACE_TO + 1, NO_PARENT, 0, NO_PARENT.length());
  }
}
