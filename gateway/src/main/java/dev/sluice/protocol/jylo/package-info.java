/**
 * Jylo's wire format: requests into the model, answers and streams out of it. Pure: bytes and
 * values in, bytes and values out. Knows nothing of paths, statuses and providers.
 */
@NullMarked
package dev.sluice.protocol.jylo;

import org.jspecify.annotations.NullMarked;
