package dev.sluice.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer, in no protocol's words.
 *
 * @param id the provider's id for it; {@code null} where it gave none
 * @param createdSeconds when it was made, in seconds since 1970; {@link #UNKNOWN} where that was
 *     not said
 * @param model the model that answered, as the provider calls it; {@code null} where it did not say
 * @param tier the service tier that was used, which changes the price; {@code null} where the
 *     provider did not say
 * @param choices in the provider's order; empty where it gave none
 * @param usage what it cost in tokens; {@link Usage#NONE} where nothing was reported
 * @param usageRest unknown fields of the usage
 * @param rest unknown fields of the answer
 */
public record ChatResponse(
    @Nullable String id,
    long createdSeconds,
    @Nullable String model,
    @Nullable String tier,
    List<Choice> choices,
    Usage usage,
    Rest usageRest,
    Rest rest) {

  /** The time was not said. */
  public static final long UNKNOWN = -1;

  public ChatResponse {
    choices = List.copyOf(choices);
  }
}
