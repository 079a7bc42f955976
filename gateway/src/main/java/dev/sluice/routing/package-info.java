/**
 * From the model a client asked for to the targets that may answer: names, aliases, weights,
 * fallbacks. Decides and never sends.
 */
@NullMarked
package dev.sluice.routing;

import org.jspecify.annotations.NullMarked;
