package dev.sluice.protocol.jylo;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.json.MalformedJson;
import java.util.List;

/**
 * Requests of Jylo's inference API into the model. They are read as the service's own framework
 * reads them: names in any case, numbers also as strings, the last of two equal names counts,
 * unknown members are passed over; and what is wrong is said in that framework's words, with the
 * path, the line and the byte.
 */
public final class JyloRequests {

  static final String BODY_REQUIRED = "A non-empty request body is required.";
  static final String REQUEST_REQUIRED = "The request field is required.";

  /** The parameter that the framework could not fill. */
  private static final String PARAMETER = "request";

  private JyloRequests() {}

  /**
   * How requests are read.
   *
   * @param depthMax how deep arrays and objects may nest, from 3
   * @param schemaDepthMax how deep they may nest within a schema, which is a text of its own
   * @param unknownMembers what becomes of members that the page does not have
   */
  public record Options(int depthMax, int schemaDepthMax, UnknownMembers unknownMembers) {}

  /** What becomes of members that the page does not have. */
  public enum UnknownMembers {
    IGNORED,
    REFUSED
  }

  /** What was read. */
  public sealed interface Decoded {

    /**
     * A request.
     *
     * @param request without a model, which Jylo names in the path
     */
    record Accepted(ChatRequest request) implements Decoded {}

    /**
     * No request.
     *
     * @param violations all that is wrong, at least one; their paths are the keys under which the
     *     framework tells them, of which several may be equal
     */
    record Refused(List<Fault.Violation> violations) implements Decoded {
      public Refused {
        violations = List.copyOf(violations);
      }
    }
  }

  /** Reads {@code bytes[from, to)}; a byte order mark before the text is passed over. */
  public static Decoded decode(byte[] bytes, int from, int to, Options options) {
    int start = hasMark(bytes, from, to) ? from + 3 : from;
    if (start == to) {
      return nothing();
    }
    try {
      return new RequestReader(bytes, start, to, options).read();
    } catch (MalformedJson e) {
      Fault.Violation found = new SyntaxErrors(bytes, start, to, options.depthMax()).find(e);
      return new Decoded.Refused(List.of(found, requestRequired()));
    }
  }

  /** What is said where there is no value at all. */
  static Decoded nothing() {
    return new Decoded.Refused(
        List.of(new Fault.Violation("", BODY_REQUIRED, 0, null), requestRequired()));
  }

  private static Fault.Violation requestRequired() {
    return new Fault.Violation(PARAMETER, REQUEST_REQUIRED, 0, null);
  }

  private static boolean hasMark(byte[] bytes, int from, int to) {
    return to - from >= 3
        && bytes[from] == (byte) 0xef
        && bytes[from + 1] == (byte) 0xbb
        && bytes[from + 2] == (byte) 0xbf;
  }
}
