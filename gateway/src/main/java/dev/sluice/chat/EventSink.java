package dev.sluice.chat;

/** Takes the events of one stream, in order, on the thread that makes them. */
@FunctionalInterface
public interface EventSink {

  /** Takes the next event. */
  void accept(ChatEvent event);
}
