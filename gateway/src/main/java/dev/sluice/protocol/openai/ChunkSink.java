package dev.sluice.protocol.openai;

import dev.sluice.json.JsonWriter;

/** Takes what a {@link OpenAiChunkEncoder} writes, in order, on the thread that drives it. */
public interface ChunkSink {

  /**
   * Takes the data of a frame.
   *
   * @param chunk one JSON object; valid until this method returns
   */
  void chunk(JsonWriter chunk);

  /** The answer is complete: the mark {@code [DONE]} is due. */
  void done();
}
