package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * How a choice ended.
 *
 * @param reason in the field's words
 * @param providerReason the provider's own word, where it is another one or there is none in the
 *     field; {@code null} where {@code reason} says it all
 * @param stopSequence the text that ended the answer; {@code null} where none did or none was named
 */
public record Finish(
    FinishReason reason, @Nullable String providerReason, @Nullable String stopSequence) {

  /** An end that needs no more words. */
  public Finish(FinishReason reason) {
    this(reason, null, null);
  }
}
