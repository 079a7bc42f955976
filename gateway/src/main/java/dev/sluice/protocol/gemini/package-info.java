/**
 * Gemini's protocol, {@code generateContent} and {@code streamGenerateContent}, as AI Studio and
 * Vertex speak it: codecs between the wire and the canonical model, in both directions. Pure: no
 * I/O and no configuration beyond options passed in. Model and delivery stand in the path and are
 * the caller's business.
 *
 * <p>What decodes requests and encodes answers has no caller in the gateway yet: it is there for
 * front doors that will speak this protocol.
 */
@NullMarked
package dev.sluice.protocol.gemini;

import org.jspecify.annotations.NullMarked;
