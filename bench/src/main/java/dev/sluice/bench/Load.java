package dev.sluice.bench;

/** How requests come where one target is loaded; {@link LatencySlices} has its own way. */
sealed interface Load {

  /** Each connection asks again as soon as it is answered: as many requests as go through. */
  record Closed(int connections) implements Load {}

  /** Streams that are all open at once; latency is that of a frame from upstream to client. */
  record Streams(int streams, int framesPerSecond) implements Load {}
}
