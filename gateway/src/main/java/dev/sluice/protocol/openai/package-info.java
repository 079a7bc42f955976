/**
 * OpenAI's chat-completions protocol. On the byte path: what the gateway must know of a request, an
 * answer and a streamed frame, found without building a tree. On the model's: codecs between the
 * wire and the canonical model, in both directions. Pure: no I/O and no configuration beyond
 * options passed in.
 */
@NullMarked
package dev.sluice.protocol.openai;

import org.jspecify.annotations.NullMarked;
