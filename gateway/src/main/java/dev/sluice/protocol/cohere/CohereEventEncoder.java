package dev.sluice.protocol.cohere;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Losses;
import dev.sluice.protocol.rewording.OneChoice;

/**
 * Turns the events of one stream into those of Cohere's protocol. One for each stream, owned by its
 * thread.
 *
 * <p>There is no event before there is something to say, so that a stream which fails early has not
 * begun. Content blocks follow each other, as do calls; each kind has numbers of its own. Why the
 * answer ended is said at the very end, since the usage belongs to the same event and comes later
 * elsewhere. The protocol has one choice; others are left out. After a failure comes nothing: how
 * to tell of it is the dialect's business.
 */
public final class CohereEventEncoder {

  private final OneChoice<CohereFrameSink> events;

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  public CohereEventEncoder(CohereAnswerOptions options, Losses losses) {
    this.events = new OneChoice<>(new EventWriter(options, losses), losses);
  }

  /** Takes the next event, and writes what it calls for, which may be nothing. */
  public void encode(ChatEvent event, CohereFrameSink sink) {
    events.take(event, sink);
  }
}
