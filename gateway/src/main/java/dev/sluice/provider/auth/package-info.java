/**
 * What providers are convinced with: keys, signatures, and tokens that are renewed ahead of their
 * end. Requests are signed on event loops and tokens are fetched on virtual threads; no request is
 * built here and none is sent to a provider.
 */
@NullMarked
package dev.sluice.provider.auth;

import org.jspecify.annotations.NullMarked;
