/**
 * OpenAI's chat-completions protocol on the byte path: what the gateway must know of a request, an
 * answer and a streamed frame, found without building a tree. Pure: no I/O and no configuration
 * beyond options passed in.
 */
@NullMarked
package dev.sluice.protocol.openai;

import org.jspecify.annotations.NullMarked;
