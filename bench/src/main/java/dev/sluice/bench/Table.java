package dev.sluice.bench;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was measured, as a Markdown table: a row for each figure, a column for each target. */
final class Table {

  private final Set<Target.Kind> columns;
  private final Map<String, Map<Target.Kind, Samples>> rows = new LinkedHashMap<>();

  Table(Set<Target.Kind> columns) {
    this.columns = columns;
  }

  /** Puts a figure into its row, which stands where its first figure came. */
  void put(String row, Target.Kind column, Samples samples) {
    rows.computeIfAbsent(row, _ -> new EnumMap<>(Target.Kind.class)).put(column, samples);
  }

  /** The table, with what the gateway took of what nginx took where both are known. */
  String markdown() {
    boolean compares = columns.contains(Target.Kind.GATEWAY) && columns.contains(Target.Kind.NGINX);
    StringBuilder text = new StringBuilder("| |");
    columns.forEach(column -> text.append(' ').append(column).append(" |"));
    text.append(compares ? " gateway / nginx |" : "").append("\n|---|");
    columns.forEach(_ -> text.append("---|"));
    text.append(compares ? "---|" : "").append('\n');
    rows.forEach((name, row) -> appendRow(text, name, row, compares));
    return text.toString();
  }

  private void appendRow(
      StringBuilder text, String name, Map<Target.Kind, Samples> row, boolean compares) {
    text.append("| ").append(name).append(" |");
    for (Target.Kind column : columns) {
      Samples samples = row.get(column);
      text.append(' ').append(samples == null ? "" : samples.text()).append(" |");
    }
    if (compares) {
      Samples ours = row.get(Target.Kind.GATEWAY);
      Samples theirs = row.get(Target.Kind.NGINX);
      text.append(' ').append(ratio(ours, theirs)).append(" |");
    }
    text.append('\n');
  }

  private static String ratio(@Nullable Samples ours, @Nullable Samples theirs) {
    return ours == null || theirs == null || theirs.least() <= 0
        ? ""
        : ours.dividedBy(theirs).text();
  }
}
