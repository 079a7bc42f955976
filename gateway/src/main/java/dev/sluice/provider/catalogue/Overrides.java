package dev.sluice.provider.catalogue;

import dev.sluice.config.CardSettings;
import dev.sluice.config.CardSettings.PriceSettings;
import dev.sluice.config.CardSettings.RateSettings;
import dev.sluice.config.CardSettings.StepSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operator says of models, as rules. */
final class Overrides {

  private Overrides() {}

  /** The rules by the provider's name in the configuration. */
  static Map<String, Table> tables(Map<String, CardSettings> settings) {
    Map<String, Map<String, Entry>> rules = new HashMap<>();
    settings.forEach((name, card) -> {
      int slash = name.indexOf('/');
      rules
          .computeIfAbsent(name.substring(0, slash), provider -> new LinkedHashMap<>())
          .put(name.substring(slash + 1), entry(card));
    });
    Map<String, Table> tables = new HashMap<>();
    rules.forEach((provider, each) -> tables.put(provider, new Table(List.of(), each)));
    return Map.copyOf(tables);
  }

  private static Entry entry(CardSettings card) {
    Integer context = card.context();
    Integer output = card.output();
    PriceSettings prices = card.prices();
    return new Entry(
        context == null ? ModelCard.UNKNOWN : context,
        output == null ? ModelCard.UNKNOWN : output,
        prices == null ? null : prices(prices),
        card.accepts() == null ? Map.of() : card.accepts().given());
  }

  private static Prices prices(PriceSettings prices) {
    RateSettings standard =
        new RateSettings(
            prices.input(),
            prices.output(),
            prices.cacheRead(),
            prices.cacheWrite5m(),
            prices.cacheWrite1h(),
            prices.reasoning(),
            prices.audioInput(),
            prices.audioOutput(),
            prices.above());
    Tariff tariff = tariff(standard);
    if (tariff == null) {
      throw new IllegalStateException("prices without any");
    }
    return new Prices(
        tariff,
        tariff(prices.batch()),
        tariff(prices.flex()),
        tariff(prices.priority()),
        prices.webSearch(),
        null);
  }

  private static @Nullable Tariff tariff(@Nullable RateSettings rates) {
    if (rates == null) {
      return null;
    }
    List<Tariff.Step> steps = new ArrayList<>();
    for (StepSettings step : rates.above()) {
      steps.add(
          new Tariff.Step(
              step.prompt(),
              new Rates(
                  step.input(),
                  step.output(),
                  step.cacheRead(),
                  step.cacheWrite5m(),
                  step.cacheWrite1h(),
                  step.reasoning(),
                  step.audioInput(),
                  step.audioOutput())));
    }
    return new Tariff(
        new Rates(
            rates.input(),
            rates.output(),
            rates.cacheRead(),
            rates.cacheWrite5m(),
            rates.cacheWrite1h(),
            rates.reasoning(),
            rates.audioInput(),
            rates.audioOutput()),
        steps);
  }
}
