package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * One of an answer's alternatives.
 *
 * @param index from 0
 * @param message what the model said; without parts where it was kept back
 * @param finish how it ended; {@code null} where the provider did not say
 * @param logprobs log probabilities, exactly; {@code null} for none
 * @param rest unknown fields
 */
public record Choice(
    int index,
    Message.Assistant message,
    @Nullable Finish finish,
    @Nullable Json logprobs,
    Rest rest) {

  public Choice {
    if (index < 0) {
      throw new IllegalArgumentException("index is negative: " + index);
    }
  }
}
