package dev.sluice.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The table of models that is published. */
class CatalogueTableTest {

  private static final Path TABLE = Path.of("..", "docs", "models.md");
  private static final String WRITE = "sluice.catalogue.write";

  private static final String HEAD =
      """
      # Models in the catalogue

      Written by a test from [the catalogue](catalogue.md)'s files:

          mvn -pl gateway test -Dtest=CatalogueTableTest -Dtest.jvm="-ea -Dsluice.catalogue.write=true"

      Tokens, and US dollars per million tokens at standard service; `+` where longer prompts cost
      more. What is empty is not known.
      """;

  private static final String COLUMNS =
      """
      | model | context | output | input | output | cache read | cache write |
      |---|---:|---:|---:|---:|---:|---:|
      """;

  @Test
  void thePublishedTableIsCurrent() throws IOException {
    String table = table();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(TABLE, table);
    }

    assertThat(Files.readString(TABLE)).isEqualTo(table);
  }

  private static String table() {
    Catalogue catalogue = Catalogue.load();
    StringBuilder text = new StringBuilder(HEAD);
    for (String provider : Catalogue.PROVIDERS) {
      var models = catalogue.table(provider).models().keySet();
      if (models.isEmpty()) {
        continue;
      }
      text.append("\n## ").append(provider).append("\n\n").append(COLUMNS);
      for (String model : models) {
        append(text, catalogue.card(provider, model));
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, ModelCard card) {
    text.append("| `").append(card.name()).append("` |").append(count(card.contextTokens()));
    text.append(" |").append(count(card.outputTokensMax())).append(" |");
    Prices prices = card.prices();
    if (prices == null) {
      text.append(" | | | |\n");
      return;
    }
    Rates rates = prices.standard().rates();
    String more = prices.standard().steps().isEmpty() ? "" : "+";
    text.append(price(rates.input())).append(more).append(" |");
    text.append(price(rates.output())).append(more).append(" |");
    text.append(price(rates.cacheRead())).append(" |");
    text.append(price(rates.cacheWrite5m())).append(" |\n");
  }

  private static String count(long tokens) {
    return tokens == ModelCard.UNKNOWN ? "" : String.format(Locale.ROOT, " %,d", tokens);
  }

  private static String price(@Nullable BigDecimal price) {
    return price == null ? "" : " " + price.toPlainString();
  }
}
