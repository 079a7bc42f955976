package dev.sluice.bench;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured, as a Markdown table: a row for each figure, a column for each target. */
final class Table {

  private static final String OURS = Target.Kind.GATEWAY.toString();
  private static final String THEIRS = Target.Kind.NGINX.toString();

  private final List<String> columns;
  private final Map<String, Map<String, Samples>> rows = new LinkedHashMap<>();

  Table(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  /** Puts a figure into its row, which stands where its first figure came. */
  void put(String row, String column, Samples samples) {
    rows.computeIfAbsent(row, _ -> new HashMap<>()).put(column, samples);
  }

  /** The table, with what the gateway took of what nginx took where both are known. */
  String markdown() {
    boolean compares = columns.contains(OURS) && columns.contains(THEIRS);
    StringBuilder text = new StringBuilder("| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append(compares ? " gateway / nginx |" : "").append("\n|---|");
    columns.forEach(_ -> text.append("---|"));
    text.append(compares ? "---|" : "").append('\n');
    rows.forEach((name, row) -> appendRow(text, name, row, compares));
    return text.toString();
  }

  private void appendRow(
      StringBuilder text, String name, Map<String, Samples> row, boolean compares) {
    text.append("| ").append(name).append(" |");
    for (String column : columns) {
      Samples samples = row.get(column);
      text.append(' ').append(samples == null ? "" : samples.text()).append(" |");
    }
    if (compares) {
      Samples ours = row.get(OURS);
      Samples theirs = row.get(THEIRS);
      text.append(' ').append(ratio(ours, theirs)).append(" |");
    }
    text.append('\n');
  }

  private static String ratio(@Nullable Samples ours, @Nullable Samples theirs) {
    return ours == null || theirs == null || !theirs.isPositive()
        ? ""
        : ours.dividedBy(theirs).text();
  }
}
