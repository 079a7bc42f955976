/**
 * Server-sent events as bytes: finds frames across any split of the transfer and writes them. Knows
 * nothing of what a frame's data holds.
 */
@NullMarked
package dev.sluice.protocol.sse;

import org.jspecify.annotations.NullMarked;
