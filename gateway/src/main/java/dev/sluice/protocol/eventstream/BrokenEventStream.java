package dev.sluice.protocol.eventstream;

/**
 * The bytes are no event stream, were damaged on their way, end in the middle of a message, or hold
 * one that is larger than allowed.
 */
public final class BrokenEventStream extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokenEventStream(String message) {
    super(message, null, false, false);
  }
}
