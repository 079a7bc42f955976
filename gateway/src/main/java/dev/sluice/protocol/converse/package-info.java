/**
 * Amazon Bedrock's Converse protocol, whole and streamed: codecs between the wire and the canonical
 * model, in both directions. Pure: no I/O, no names of models, and no configuration beyond options
 * passed in. The model, the streaming and the request's id are the HTTP call's own: none of them
 * stands in a body.
 *
 * <p>What decodes requests and encodes answers has no caller in the gateway yet: it is there for
 * front doors that will speak this protocol.
 */
@NullMarked
package dev.sluice.protocol.converse;

import org.jspecify.annotations.NullMarked;
