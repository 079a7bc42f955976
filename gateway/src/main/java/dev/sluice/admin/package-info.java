/**
 * The operator's door: metrics, on a port of its own and on virtual threads, in plain blocking
 * style. No client's request comes here, and nothing here may run on an event loop.
 */
@NullMarked
package dev.sluice.admin;

import org.jspecify.annotations.NullMarked;
