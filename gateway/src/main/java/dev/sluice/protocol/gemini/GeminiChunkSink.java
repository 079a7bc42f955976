package dev.sluice.protocol.gemini;

import dev.sluice.json.JsonWriter;

/** Takes what a {@link GeminiChunkEncoder} writes, in order, on the thread that drives it. */
@FunctionalInterface
public interface GeminiChunkSink {

  /**
   * Takes the data of a frame. The protocol has no mark for the end: the last frame is the one that
   * tells why the answer ended.
   *
   * @param chunk one JSON object; valid until this method returns
   */
  void chunk(JsonWriter chunk);
}
