package dev.sluice.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the provider to cache the prompt up to and with the element that carries the hint. Anthropic
 * calls it {@code cache_control} and takes at most four; on Bedrock it is a block of its own behind
 * the element.
 *
 * @param lifetime how long the entry is to live; {@code null} for the provider's default, which is
 *     five minutes at Anthropic
 */
public record CacheHint(@Nullable Duration lifetime) {

  /** With the provider's default lifetime. */
  public static final CacheHint DEFAULT = new CacheHint(null);

  public CacheHint {
    if (lifetime != null && (lifetime.isNegative() || lifetime.isZero())) {
      throw new IllegalArgumentException("lifetime is not positive: " + lifetime);
    }
  }
}
