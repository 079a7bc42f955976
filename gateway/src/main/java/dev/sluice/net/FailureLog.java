package dev.sluice.net;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log why a connection or a stream failed: once, since everything that still waits to be
 * written to a client that has gone fails for the same reason. An {@link Error} is the process's
 * trouble and not the client's, so it is always told, and loudly. Owned by an event loop.
 */
final class FailureLog {

  private final Logger log;
  private boolean told;

  FailureLog(Class<?> of) {
    this.log = LoggerFactory.getLogger(of);
  }

  void tell(String what, Throwable cause) {
    if (cause instanceof Error) {
      log.error(what, cause);
    } else if (!told) {
      told = true;
      log.debug(what, cause);
    }
  }
}
