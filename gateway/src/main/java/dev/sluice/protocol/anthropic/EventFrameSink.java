package dev.sluice.protocol.anthropic;

import dev.sluice.json.JsonWriter;

/**
 * Takes what an {@link AnthropicEventEncoder} writes, in order, on the thread that drives it. The
 * stream has no mark at its end: its last event is {@code message_stop}.
 */
@FunctionalInterface
public interface EventFrameSink {

  /**
   * Takes an event.
   *
   * @param event its name, for the frame's {@code event} line; the data repeats it
   * @param data one JSON object; valid until this method returns
   */
  void frame(String event, JsonWriter data);
}
