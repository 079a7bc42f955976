/**
 * Whether an answer has the form that was asked for. Everything here is pure and blocks its thread
 * for a bounded time, so that it is for virtual threads and never for an event loop. Client and
 * model choose what is read here: nothing is fetched, and time, size and depth have bounds.
 */
@NullMarked
package dev.sluice.provider.checking;

import org.jspecify.annotations.NullMarked;
