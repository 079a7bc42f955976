/**
 * Anthropic's Messages protocol, and what Vertex and Bedrock's InvokeModel change of it: codecs
 * between the wire and the canonical model, in both directions. Pure: no I/O, no names of models,
 * and no configuration beyond options passed in.
 *
 * <p>What decodes requests and encodes answers has no caller in the gateway yet: it is there for
 * front doors that will speak this protocol.
 */
@NullMarked
package dev.sluice.protocol.anthropic;

import org.jspecify.annotations.NullMarked;
