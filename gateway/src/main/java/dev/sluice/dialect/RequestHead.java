package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/**
 * What stands before a request's body.
 *
 * @param entrance how the dialect was reached
 * @param query the query without its question mark; empty where there is none
 * @param scheme {@code http} or {@code https}, as the client's connection has it
 * @param headers the client's headers
 * @param requestId the request's id, the client's own or ours
 */
public record RequestHead(
    Entrance entrance, String query, String scheme, HttpHeaders headers, String requestId) {

  /** The path as the dialect itself names it. */
  public String path() {
    return entrance.path();
  }

  /**
   * How a dialect was reached.
   *
   * @param prefix what stands before {@code path} in the path that the client sent; empty where the
   *     dialect was chosen by listener, host, native path or default
   * @param path the path as the dialect itself names it; begins with a slash, and ends without one
   * @param captured what the host or the prefix told, such as {@code tenant}
   */
  public record Entrance(String prefix, String path, Map<String, String> captured) {

    /** An entrance that tells nothing but the path. */
    public static Entrance of(String path) {
      return new Entrance("", path, Map.of());
    }
  }
}
