package dev.sluice.protocol.anthropic;

import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be written for a client.
 *
 * @param id the answer's id where the provider gave none; by right it begins with {@code msg_}
 * @param model what to call the model; {@code null} for what the provider calls it
 * @param promptTokens the tokens of the prompt as far as they are known beforehand, for a stream's
 *     first event, which clients count by; at least 0
 */
public record AnthropicAnswerOptions(String id, @Nullable String model, long promptTokens) {

  public AnthropicAnswerOptions {
    if (promptTokens < 0) {
      throw new IllegalArgumentException("promptTokens is negative: " + promptTokens);
    }
  }
}
