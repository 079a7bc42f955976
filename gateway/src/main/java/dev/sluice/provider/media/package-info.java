/**
 * Images and documents that clients name by their address, for providers that take only bytes:
 * which addresses may be gone to, how they are fetched, and what they turn out to be. Knows the
 * model and the network; knows no protocol and no provider.
 */
@NullMarked
package dev.sluice.provider.media;

import org.jspecify.annotations.NullMarked;
