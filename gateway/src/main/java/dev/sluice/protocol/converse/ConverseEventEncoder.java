package dev.sluice.protocol.converse;

import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Losses;
import dev.sluice.protocol.rewording.OneChoice;
import io.netty.buffer.ByteBuf;

/**
 * Turns the events of one stream into messages of the Converse protocol. One for each stream, owned
 * by its thread.
 *
 * <p>There is no message before there is something to say, so that a stream which fails early has
 * not begun. Blocks follow each other: one ends where the next begins. Why the answer ended is said
 * at the very end, just before its usage. The protocol has one choice; others are left out. After a
 * failure comes nothing of its own accord: the dialect says what it is called, see {@link #fail}.
 */
public final class ConverseEventEncoder {

  private final EventWriter writer;
  private final OneChoice<ByteBuf> events;

  /**
   * An encoder of a stream.
   *
   * @param losses gets the fields that can't be carried
   */
  public ConverseEventEncoder(Losses losses) {
    this.writer = new EventWriter(losses);
    this.events = new OneChoice<>(writer, losses);
  }

  /** Takes the next event, and appends what it calls for, which may be nothing. */
  public void encode(ChatEvent event, ByteBuf to) {
    events.take(event, to);
  }

  /**
   * Ends the stream with an exception, whatever has come of it.
   *
   * @param type one that the protocol knows, such as {@code modelStreamErrorException}
   * @param message without secrets
   */
  public void fail(String type, String message, ByteBuf to) {
    events.close();
    writer.fail(type, message, to);
  }
}
