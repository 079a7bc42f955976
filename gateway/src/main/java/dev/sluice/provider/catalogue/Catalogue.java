package dev.sluice.provider.catalogue;

import dev.sluice.config.CardSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of models. The rules of a provider are read from the jar when one of its models is
 * first asked for; safe for all threads.
 *
 * <p>It is read while the gateway starts, so nothing here is written with lambdas or joined
 * strings: the first of each costs a cold JVM more than a whole file does.
 *
 * <p>A card is put together from what is known of the model at the provider whose guest it is (as
 * Claude is Bedrock's), then of its family and of itself at the provider that serves it, then from
 * what the configuration says. Making one takes microseconds: callers keep it, see {@link Cards}.
 */
public final class Catalogue {

  /**
   * The rules for servers that speak OpenAI's protocol and of which nothing else is known; also for
   * providers that the catalogue does not have.
   */
  public static final String COMPATIBLE = "compatible";

  /** The providers that the catalogue has. */
  public static final List<String> PROVIDERS =
      List.of(
          "openai",
          "azure",
          "anthropic",
          "gemini",
          "vertex",
          "bedrock",
          "mistral",
          "cohere",
          "groq",
          "deepseek",
          "xai",
          "together",
          "fireworks",
          "cerebras",
          "openrouter",
          "zai",
          "perplexity",
          "nebius",
          COMPATIBLE);

  private static final String CLAUDE = "claude";

  // Shared by what configurations say over the same files; a file never changes.
  private final Map<String, Table> tables;
  private final Map<String, Table> overrides;

  private Catalogue(Map<String, Table> tables, Map<String, Table> overrides) {
    this.tables = tables;
    this.overrides = overrides;
  }

  /** The catalogue in the jar. */
  public static Catalogue load() {
    return new Catalogue(new ConcurrentHashMap<>(), Map.of());
  }

  /**
   * This catalogue with an operator's corrections in place of earlier ones.
   *
   * @param settings by {@code provider/model}, with the provider's name in the configuration; the
   *     model may end in {@code *} for all that begin alike
   */
  public Catalogue with(Map<String, CardSettings> settings) {
    return new Catalogue(tables, Overrides.tables(settings));
  }

  /**
   * What is known of a model, whatever a configuration calls its provider.
   *
   * @param kind the provider as the catalogue calls it
   * @param model as the provider calls it
   */
  public ModelCard card(String kind, String model) {
    return card(kind, kind, model);
  }

  /**
   * What is known of a model.
   *
   * @param provider the provider's name in the configuration
   * @param kind the provider as the catalogue calls it; what it does not have is {@link
   *     #COMPATIBLE}
   * @param model as the provider calls it
   */
  public ModelCard card(String provider, String kind, String model) {
    CardBuilder card = new CardBuilder();
    Table own = table(kind);
    Table.Guest guest = own.guest(model);
    if (guest != null) {
      Table home = table(guest.provider());
      String name = nameAtHome(guest, model);
      card.applyUnpriced(home.families(name));
      card.applyUnpriced(home.model(name));
    }
    card.apply(own.families(model));
    card.apply(own.model(model));
    Table corrections = overrides.get(provider);
    if (corrections != null) {
      card.apply(corrections.families(model));
      card.apply(corrections.model(model));
    }
    return card.build(model);
  }

  /** The cards of one provider's models, each made once. */
  public Cards cards(String provider, String kind) {
    return new Cards(this, provider, kind);
  }

  /** The rules of a provider. */
  Table table(String kind) {
    String file = PROVIDERS.contains(kind) ? kind : COMPATIBLE;
    Table known = tables.get(file);
    if (known != null) {
      return known;
    }
    Table read = read(file);
    tables.put(file, read);
    return read;
  }

  /** Vendors' own names, without what hosts put before them and behind a colon. */
  private static String nameAtHome(Table.Guest guest, String model) {
    String name = ModelNames.family(model);
    String beginning = guest.beginning();
    if (beginning.endsWith("/") || beginning.endsWith(".")) {
      name = name.substring(beginning.length());
    } else if (beginning.startsWith("openai.")) {
      name = name.substring("openai.".length());
    }
    int variant = name.indexOf(':');
    if (variant > 0 && beginning.endsWith("/")) {
      name = name.substring(0, variant);
    }
    // OpenRouter writes claude-sonnet-4.5 where Anthropic writes claude-sonnet-4-5.
    return name.startsWith(CLAUDE) ? name.replace('.', '-') : name;
  }

  private static Table read(String kind) {
    String file = kind.concat(".json");
    try (@Nullable InputStream in = Catalogue.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the catalogue lacks " + file);
      }
      return TableReader.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the catalogue's " + file + " is wrong", e);
    }
  }
}
