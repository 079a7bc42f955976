package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void aRowHasWhatWasMeasuredAndHowTheTwoCompare() {
    Table table = new Table(List.of("gateway", "nginx", "another"));
    table.put("cost", "gateway", Samples.of(30));
    table.put("cost", "nginx", Samples.of(20));
    table.put("lost", "nginx", Samples.of(0));
    table.put("lost", "gateway", Samples.of(0));

    assertThat(table.markdown())
        .isEqualTo(
            """
            | | gateway | nginx | another | gateway / nginx |
            |---|---|---|---|---|
            | cost | 30.0 | 20.0 |  | 1.50 |
            | lost | 0 | 0 |  |  |
            """);
  }

  @Test
  void nothingIsComparedWithoutNginx() {
    Table table = new Table(List.of("gateway"));
    table.put("cost", "gateway", Samples.of(30));

    assertThat(table.markdown()).isEqualTo("| | gateway |\n|---|---|\n| cost | 30.0 |\n");
  }
}
