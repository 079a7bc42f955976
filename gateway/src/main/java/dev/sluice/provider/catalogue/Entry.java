package dev.sluice.provider.catalogue;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one rule says: of a model by its name, or of all whose names begin alike.
 *
 * @param context the context window in tokens; {@link ModelCard#UNKNOWN} where it says nothing
 * @param output the longest answer in tokens; {@link ModelCard#UNKNOWN} where it says nothing
 * @param prices {@code null} where it says nothing
 * @param accepts what it says of abilities, for {@link AbilitiesBuilder#set}
 */
record Entry(long context, long output, @Nullable Prices prices, Map<String, Object> accepts)
    implements Rule {

  Entry {
    accepts = Map.copyOf(accepts);
  }

  @Override
  public Entry entry() {
    return this;
  }
}
