package dev.sluice.protocol.cohere;

import dev.sluice.json.JsonWriter;

/**
 * Takes what a {@link CohereEventEncoder} writes, in order, on the thread that drives it. Behind
 * the last event, {@code message-end}, the wire has a frame with the data {@code [DONE]} alone,
 * which is the taker's to write.
 */
@FunctionalInterface
public interface CohereFrameSink {

  /**
   * Takes an event.
   *
   * @param event its name, for the frame's {@code event} line; the data repeats it
   * @param data one JSON object; valid until this method returns
   */
  void frame(String event, JsonWriter data);
}
