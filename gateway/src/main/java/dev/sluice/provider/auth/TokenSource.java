package dev.sluice.provider.auth;

import java.io.IOException;

/** Where tokens come from. */
interface TokenSource<T> {

  /**
   * Fetches a token. Blocks, for a bounded time; called by one thread at a time, never an event
   * loop's.
   *
   * @throws TokenException where there is none, with a sentence for the log
   * @throws IOException where whoever gives tokens cannot be reached
   */
  Token<T> fetch() throws IOException, InterruptedException;
}
