package dev.sluice.engine;

import dev.sluice.dialect.Inquiry;

/**
 * What is to be known of a request as long as its answer lasts. An {@link Inquiry} refers to the
 * request's bytes, which would be kept with it.
 *
 * @param model as the client called it
 * @param stream whether the answer is to be streamed
 * @param usageWanted whether a streamed answer's usage is shown to the client
 */
record Gist(String model, boolean stream, boolean usageWanted) {

  static Gist of(Inquiry inquiry) {
    return new Gist(inquiry.model(), inquiry.stream(), inquiry.usageWanted());
  }
}
