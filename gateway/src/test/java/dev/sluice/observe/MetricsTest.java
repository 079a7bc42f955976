package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Settlement;
import dev.sluice.chat.Usage;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  private String scraped(String model, Settlement.Outcome outcome) {
    settle(model, outcome);
    return metrics.scrape();
  }

  private void settle(String model, Settlement.Outcome outcome) {
    metrics.settled(
        new Settlement(
            "id",
            "bifrost",
            "up",
            model,
            outcome,
            200,
            Settlement.Shape.WHOLE,
            1,
            Usage.NONE,
            new Settlement.Nanos(1000, 1000, 1000)));
  }

  @Test
  void anAnsweredModelIsALabel() {
    assertThat(scraped("qwen3-32b", Settlement.Outcome.COMPLETED)).contains("model=\"qwen3-32b\"");
  }

  @Test
  void aNameThatNobodyAnsweredToIsNone() {
    assertThat(scraped("made-up", Settlement.Outcome.REFUSED))
        .contains("model=\"other\"")
        .doesNotContain("made-up");
    assertThat(scraped("made-up", Settlement.Outcome.ABANDONED)).doesNotContain("made-up");
  }

  @Test
  void aLongNameIsNone() {
    String model = "m".repeat(129);

    assertThat(scraped(model, Settlement.Outcome.COMPLETED))
        .contains("model=\"other\"")
        .doesNotContain(model);
  }

  @Test
  void namesOfStrangersDoNotTakeTheLabelsOfConfiguredModels() {
    for (int i = 0; i < 600; i++) {
      settle("stranger-" + i, Settlement.Outcome.COMPLETED);
    }
    metrics.know(Set.of("ours", "m".repeat(129)));

    assertThat(scraped("ours", Settlement.Outcome.COMPLETED))
        .contains("model=\"ours\"", "model=\"stranger-499\"", "model=\"other\"")
        .doesNotContain("stranger-500");
    assertThat(scraped("m".repeat(129), Settlement.Outcome.COMPLETED)).doesNotContain("mmmm");
  }

  @Test
  void aConfiguredModelHasItsLabelBeforeItHasAnswered() {
    metrics.know(Set.of("ours"));

    assertThat(scraped("ours", Settlement.Outcome.REFUSED)).contains("model=\"ours\"");
  }
}
