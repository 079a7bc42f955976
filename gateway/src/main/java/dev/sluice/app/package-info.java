/**
 * The top floor: the program's entry, its commands, and the wiring of the gateway. The one place
 * that knows every other package. No request is handled here and no rule about requests lives here.
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
