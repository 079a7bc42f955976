package dev.sluice.net;

/**
 * What stands behind a listener. One instance serves all connections and loops, so it holds no
 * state of a request. Its methods run on the connection's event loop and must not block.
 */
public interface ServerHandler {

  /**
   * Takes a request whose head has arrived and is well-formed HTTP.
   *
   * @param exchange the request and the means to answer it; lives until its response has ended or
   *     its client is gone
   * @return who receives the request's body and the exchange's later events
   */
  RequestReceiver request(ServerExchange exchange);

  /**
   * Answers a request that HTTP itself refuses. Whatever is answered, the connection (or, over
   * HTTP/2, the stream) closes afterwards. The head may be missing: then the exchange has method
   * {@code GET}, no header but perhaps {@code host}, and as much of the path as was read, or {@code
   * /bad-request}.
   *
   * @param exchange the means to answer
   * @param refusal why it was refused
   */
  void refused(ServerExchange exchange, Refusal refusal);
}
