package dev.sluice.dialect;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.RequestHead.Entrance;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;

/**
 * A front door: its paths, what it accepts, and how its answers and errors look. Stateless and
 * shared by all loops; it owns everything that a client sees below its paths.
 */
public interface Dialect {

  /** The name in configuration, in metrics and as path prefix. */
  String name();

  /**
   * The paths that no other dialect has, each whole segments such as {@code /inference}: they
   * select this dialect without a prefix.
   */
  default List<String> ownPaths() {
    return List.of();
  }

  /**
   * Host names that select this dialect beside those of the settings, written as they are there.
   */
  default List<String> ownHosts() {
    return List.of();
  }

  /**
   * How {@code path} enters below the dialect's own prefix.
   *
   * @param prefix the dialect's name with a slash before it
   * @param path what follows it; {@code /} where nothing does
   */
  default Entrance entrance(String prefix, String path) {
    return new Entrance(prefix, path, Map.of());
  }

  /**
   * What {@code path} means here.
   *
   * @param path the native path, without prefix and query
   */
  Operation operation(HttpMethod method, String path);

  /**
   * The credentials that a request carries, in whatever header this dialect takes them from. Asked
   * before everything else of a request.
   *
   * @throws GatewayException with {@link Fault.Unauthenticated} where the dialect itself asks for
   *     credentials, whatever the gateway's access says
   */
  Presented presented(RequestHead head);

  /**
   * Checks what stands before a chat completion's body.
   *
   * @throws GatewayException with the fault, before the body is taken
   */
  void checkHead(RequestHead head);

  /**
   * Reads a chat completion.
   *
   * @param body array-backed; stays the caller's, and must live as long as the result is used
   * @throws GatewayException with the fault, all violations at once
   */
  Inquiry read(RequestHead head, ByteBuf body);

  /**
   * Whether a client may choose {@code id} as its request's; if not, a random UUID takes its place.
   */
  default boolean takesRequestId(String id) {
    return true;
  }

  /**
   * Told that nothing stands in a request's way any more; a dialect that counts its callers'
   * requests counts here.
   *
   * @param caller the caller's name; empty where callers are not told apart
   * @throws GatewayException with {@link Fault.RateLimited}
   */
  default void admitted(Inquiry inquiry, String caller) {}

  /**
   * Who writes the answer to {@code inquiry}; of a streamed one, without referring to that any
   * more. Called while the request's bytes are still there.
   */
  ReplyWriter reply(RequestHead head, Inquiry inquiry, Served served);

  /** A fault as a whole answer. */
  Rendered fault(Fault fault, FaultContext context);

  /**
   * The end of a broken stream: an event in the dialect's error shape, and no sign of success.
   *
   * @return owned by the caller
   */
  ByteBuf broken(Fault fault, FaultContext context, ByteBufAllocator alloc);

  /**
   * The list of models.
   *
   * @param models all that are served, in no special order
   * @throws GatewayException where the query asks for what cannot be
   */
  Rendered models(RequestHead head, List<ModelEntry> models);

  /** The page that an {@link Operation.Page} asked for. */
  Rendered page(RequestHead head);
}
