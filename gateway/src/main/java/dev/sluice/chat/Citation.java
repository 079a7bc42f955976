package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * Where a statement of an answer comes from.
 *
 * @param url the source's address; {@code null} where it has none
 * @param title the source's title; {@code null} where it has none
 * @param quote the source's words; {@code null} where they were not given
 * @param from where the statement begins in the message's text, in characters as the provider
 *     counts them; {@link #UNKNOWN} where that was not said
 * @param to where it ends, in the same way
 * @param rest unknown fields, the kind of citation among them
 */
public record Citation(
    @Nullable String url,
    @Nullable String title,
    @Nullable String quote,
    long from,
    long to,
    Rest rest) {

  /** The place was not said. */
  public static final long UNKNOWN = -1;
}
