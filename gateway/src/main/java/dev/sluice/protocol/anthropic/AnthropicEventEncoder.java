package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Losses;
import dev.sluice.protocol.rewording.OneChoice;

/**
 * Turns the events of one stream into those of Anthropic's protocol. One for each stream, owned by
 * its thread.
 *
 * <p>There is no event before there is something to say, so that a stream which fails early has not
 * begun. Blocks follow each other: one ends where the next begins. Why the answer ended is said at
 * the very end, since the usage belongs to the same event and comes later elsewhere. The protocol
 * has one choice; others are left out. After a failure comes nothing: how to tell of it is the
 * dialect's business.
 */
public final class AnthropicEventEncoder {

  private final OneChoice<EventFrameSink> events;

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  public AnthropicEventEncoder(AnthropicAnswerOptions options, Losses losses) {
    this.events = new OneChoice<>(new EventWriter(options, losses), losses);
  }

  /** Takes the next event, and writes what it calls for, which may be nothing. */
  public void encode(ChatEvent event, EventFrameSink sink) {
    events.take(event, sink);
  }
}
