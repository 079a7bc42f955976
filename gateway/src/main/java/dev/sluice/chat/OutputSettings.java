package dev.sluice.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to come out, and how much of it. {@code null} means that nothing was said.
 *
 * @param tokensMax the longest answer in tokens, reasoning included
 * @param stop texts that end the answer; may be empty; the answer never holds them
 * @param choices how many answers
 * @param format the form of the answer's text
 * @param logprobs whether log probabilities are wanted
 * @param topLogprobs of how many candidates for each token; never to be taken for top-k
 * @param modalities such as {@code text} and {@code audio}; empty where it was not said
 * @param audio voice and format of sound, exactly
 * @param prediction text that the answer will mostly repeat, exactly
 * @param verbosity {@code low}, {@code medium} or {@code high}, or a provider's own word
 */
public record OutputSettings(
    @Nullable Long tokensMax,
    List<String> stop,
    @Nullable Long choices,
    @Nullable ResponseFormat format,
    @Nullable Boolean logprobs,
    @Nullable Long topLogprobs,
    List<String> modalities,
    @Nullable Json audio,
    @Nullable Json prediction,
    @Nullable String verbosity) {

  /** Nothing was said. */
  public static final OutputSettings NONE =
      new OutputSettings(null, List.of(), null, null, null, null, List.of(), null, null, null);

  public OutputSettings {
    stop = List.copyOf(stop);
    modalities = List.copyOf(modalities);
  }
}
