package dev.sluice.app;

import dev.sluice.config.ConfigException;
import dev.sluice.config.SettingsLoader;
import dev.sluice.provider.catalogue.ModelCard;
import dev.sluice.provider.catalogue.Prices;
import dev.sluice.provider.catalogue.Rates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice models}. */
@Command(
    name = "models",
    description =
        "Lists the models that would be served, with the UUIDs that Jylo's clients use, and what is known of their limits and prices.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {

  private static final int INVALID = 1;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration; by default sluice.yaml in this folder, if it is there.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    List<Gateway.KnownModel> models;
    try {
      SettingsLoader.Loaded loaded = Serve.loaded(new Serve.Options(file, null));
      Logging.configure(loaded.settings().log());
      models = Gateway.models(loaded, System::getenv);
    } catch (ConfigException e) {
      e.problems().forEach(System.err::println);
      return INVALID;
    }
    int width = models.stream().mapToInt(model -> model.entry().id().length()).max().orElse(0);
    for (Gateway.KnownModel model : models) {
      String id = model.entry().id();
      String known = model.card() == null ? "" : known(model.card());
      String padding = known.isEmpty() ? "" : " ".repeat(width - id.length()) + "  ";
      System.out.println(model.entry().uuid() + "  " + id + padding + known);
    }
    return 0;
  }

  /** Limits and prices in words; empty where neither is known. */
  static String known(ModelCard card) {
    StringJoiner words = new StringJoiner(", ");
    if (card.contextTokens() != ModelCard.UNKNOWN) {
      words.add(count(card.contextTokens()) + " context");
    }
    if (card.outputTokensMax() != ModelCard.UNKNOWN) {
      words.add(count(card.outputTokensMax()) + " output");
    }
    Prices prices = card.prices();
    if (prices != null) {
      Rates rates = prices.standard().rates();
      words.add(
          "$"
              + rates.input().toPlainString()
              + " in and $"
              + rates.output().toPlainString()
              + " out per million tokens"
              + (prices.standard().steps().isEmpty() ? "" : ", more for long prompts"));
    }
    return words.toString();
  }

  private static String count(long tokens) {
    return String.format(Locale.ROOT, "%,d", tokens);
  }
}
