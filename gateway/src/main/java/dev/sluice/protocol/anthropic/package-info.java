/**
 * Anthropic's Messages protocol, and what Vertex and Bedrock's InvokeModel change of it: codecs
 * between the wire and the canonical model, in both directions. Pure: no I/O, no names of models,
 * and no configuration beyond options passed in.
 */
@NullMarked
package dev.sluice.protocol.anthropic;

import org.jspecify.annotations.NullMarked;
