/**
 * Upstreams as the gateway sees them: base URL, credentials, quirks, and the table of providers
 * known by name. Speaks to the network only through {@code net}; no routing decision is taken here.
 */
@NullMarked
package dev.sluice.provider;

import org.jspecify.annotations.NullMarked;
