/**
 * The corridor: one exchange's life from the first byte of a request to the settlement of its
 * answer. Everything here runs on the event loop that owns the exchange, and nothing here knows a
 * dialect or a provider by name.
 */
@NullMarked
package dev.sluice.engine;

import org.jspecify.annotations.NullMarked;
