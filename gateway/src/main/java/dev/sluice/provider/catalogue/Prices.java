package dev.sluice.provider.catalogue;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs.
 *
 * @param standard without a class of service
 * @param batch in batches; {@code null} where nobody names such prices
 * @param flex when it may take longer; {@code null} where nobody names such prices
 * @param priority when it must go first; {@code null} where nobody names such prices
 * @param webSearch US dollars for one search of the provider's own; {@code null} where nobody says
 * @param validFrom since when; {@code null} where nobody says
 */
public record Prices(
    Tariff standard,
    @Nullable Tariff batch,
    @Nullable Tariff flex,
    @Nullable Tariff priority,
    @Nullable BigDecimal webSearch,
    @Nullable LocalDate validFrom) {

  /** Classes of service. */
  public enum Service {
    STANDARD,
    BATCH,
    FLEX,
    PRIORITY
  }

  public Prices {
    if (webSearch != null && webSearch.signum() < 0) {
      throw new IllegalArgumentException("a price is negative: " + webSearch.toPlainString());
    }
  }

  /** The prices of a class of service; {@code null} where nobody names them. */
  public @Nullable Tariff tariff(Service service) {
    return switch (service) {
      case STANDARD -> standard;
      case BATCH -> batch;
      case FLEX -> flex;
      case PRIORITY -> priority;
    };
  }
}
