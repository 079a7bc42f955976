package dev.sluice.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report: for each front door its items, the tests that prove them, and how those went. */
final class Report {

  /** Where the report is, from a module's folder. */
  static final Path PATH = Path.of("..", "docs", "conformance.md");

  /** What has no result is not in the report. */
  private static final String NO_RESULT = "";

  private static final String CELL = " | ";
  private static final String END = " |";

  private static final String HEAD =
      """
      # Conformance

      Which item of which service's page is proven by which test. Written by the test run:

          mvn -pl gateway test -Dsluice.conformance.write=true

      *Page* is what the service's own page says; *checklist* what its clients rely on beside it;
      *one cause, each door's answer* how the same fault looks at each door; a *pitfall* is where
      gateways are known to go wrong, numbered alike for all doors.
      """;

  private Report() {}

  /**
   * The report as text: results of this run, and of tests that were not in it the earlier ones.
   *
   * @param results of this run
   * @param earlier rows as {@link #rows} gives them
   */
  static String write(List<Proof> proofs, Map<Proof, String> results, Map<String, String> earlier) {
    StringBuilder text = new StringBuilder(HEAD);
    String dialect = "";
    for (Proof proof : proofs) {
      String result =
          results.getOrDefault(proof, earlier.getOrDefault(beginning(proof), NO_RESULT));
      if (result.equals(NO_RESULT)) {
        continue;
      }
      if (!proof.item().dialect().equals(dialect)) {
        dialect = proof.item().dialect();
        text.append("\n## ").append(dialect);
        text.append("\n\n| door | from | item | test | result |\n|---|---|---|---|---|\n");
      }
      text.append(beginning(proof)).append(CELL).append(result).append(END).append('\n');
    }
    return text.toString();
  }

  /** A row up to its result. */
  static String beginning(Proof proof) {
    Item item = proof.item();
    return "| "
        + item.dialect()
        + CELL
        + item.source()
        + CELL
        + item.text().replace("|", "\\|")
        + CELL
        + "`"
        + proof.test()
        + "`";
  }

  /** The results in the report, by what their rows begin with. */
  static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    if (!Files.exists(PATH)) {
      return rows;
    }
    for (String line : Files.readAllLines(PATH)) {
      int last = line.lastIndexOf(CELL);
      if (last > 0 && line.endsWith(END) && !line.startsWith("| door |")) {
        rows.put(
            line.substring(0, last),
            line.substring(last + CELL.length(), line.length() - END.length()));
      }
    }
    return rows;
  }
}
