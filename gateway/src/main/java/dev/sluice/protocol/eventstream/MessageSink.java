package dev.sluice.protocol.eventstream;

/** Takes the messages of one stream, in order, on the thread that feeds its reader. */
@FunctionalInterface
public interface MessageSink {

  /**
   * Takes the next message.
   *
   * @param message valid until this method returns
   */
  void message(EventMessage message);
}
