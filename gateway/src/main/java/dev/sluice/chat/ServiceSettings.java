package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/**
 * How the provider is to treat the request, apart from the answer. {@code null} means that nothing
 * was said.
 *
 * @param tier such as {@code flex} or {@code priority}; changes the price
 * @param store whether the provider may keep the exchange
 * @param user the end user's id, by its old name
 * @param safetyIdentifier the end user's id for abuse detection; goes before {@code user}
 * @param metadata an object of the client's own, exactly
 * @param promptCacheKey helps the provider to find its cache
 * @param promptCacheRetention how long the provider's cache is to live, such as {@code 24h}
 */
public record ServiceSettings(
    @Nullable String tier,
    @Nullable Boolean store,
    @Nullable String user,
    @Nullable String safetyIdentifier,
    @Nullable Json metadata,
    @Nullable String promptCacheKey,
    @Nullable String promptCacheRetention) {

  /** Nothing was said. */
  public static final ServiceSettings NONE =
      new ServiceSettings(null, null, null, null, null, null, null);
}
