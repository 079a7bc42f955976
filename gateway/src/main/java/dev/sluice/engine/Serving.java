package dev.sluice.engine;

import dev.sluice.access.Access;
import dev.sluice.config.Settings;
import dev.sluice.metering.Credit;
import dev.sluice.provider.media.MediaFetcher;
import dev.sluice.routing.Router;

/**
 * What is served under one configuration. Immutable: a reload makes a new one, and exchanges under
 * way keep theirs.
 *
 * @param router from names to targets
 * @param access who may call
 * @param credit who can pay
 * @param limits bounds on what providers may send
 * @param heartbeatNanos how long a provider may be silent before a streamed answer gets a comment;
 *     0 for never
 * @param media fetches files for targets that take only bytes
 * @param unsupported what becomes of fields that a target's protocol cannot carry
 */
public record Serving(
    Router router,
    Access access,
    Credit credit,
    Limits limits,
    long heartbeatNanos,
    MediaFetcher media,
    Settings.Unsupported unsupported) {

  /**
   * Bounds on what providers may send.
   *
   * @param answerBytesMax the largest whole answer
   * @param frameBytesMax the largest streamed frame
   */
  public record Limits(int answerBytesMax, int frameBytesMax) {}
}
