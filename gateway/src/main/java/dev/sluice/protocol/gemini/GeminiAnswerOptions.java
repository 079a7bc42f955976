package dev.sluice.protocol.gemini;

import dev.sluice.protocol.gemini.GeminiRequestOptions.CallIdField;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be written for a client.
 *
 * @param id the answer's id where the provider gave none
 * @param model what to call the model; {@code null} for what the provider calls it
 * @param callIds whether tool calls carry their ids, as AI Studio's do and Vertex' do not
 */
public record GeminiAnswerOptions(String id, @Nullable String model, CallIdField callIds) {}
