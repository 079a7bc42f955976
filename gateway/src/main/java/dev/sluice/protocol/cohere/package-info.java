/**
 * Cohere's chat protocol in its second version: codecs between the wire and the canonical model, in
 * both directions. Pure: no I/O, no names of models, and no configuration beyond options passed in.
 */
@NullMarked
package dev.sluice.protocol.cohere;

import org.jspecify.annotations.NullMarked;
