package dev.sluice.bench;

/** How requests come. */
sealed interface Load {

  /** Each connection asks again as soon as it is answered: as many requests as go through. */
  record Closed(int connections) implements Load {}

  /**
   * So many requests a second whether answers come or not, over connections that are kept. Latency
   * counts from when a request was due, so that waiting for a slow server is counted, too.
   */
  record Rate(int requestsPerSecond, int connections) implements Load {}

  /** Streams that are all open at once; latency is that of a frame from upstream to client. */
  record Streams(int streams, int framesPerSecond) implements Load {}
}
