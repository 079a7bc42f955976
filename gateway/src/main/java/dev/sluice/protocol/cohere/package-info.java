/**
 * Cohere's chat protocol in its second version: codecs between the wire and the canonical model, in
 * both directions. Pure: no I/O, no names of models, and no configuration beyond options passed in.
 *
 * <p>What decodes requests and encodes answers has no caller in the gateway yet: it is there for
 * front doors that will speak this protocol.
 */
@NullMarked
package dev.sluice.protocol.cohere;

import org.jspecify.annotations.NullMarked;
