package dev.sluice.recorded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What came of the replay: for each provider and scenario how many exchanges, and how many passed.
 */
public final class ReplayReport {

  /** The system property that has the report written anew. */
  public static final String WRITE = "sluice.recordings.write";

  private static final Path PATH = Path.of("..", "docs", "recordings.md");

  private static final String HEAD =
      """
      # Recorded traffic

      Answers of real providers, recorded by public test suites, and played to a running gateway by
      an upstream that sends them as they were sent: at once, in many pieces, and the streams cut
      short as well. A client of OpenAI's protocol asked for each of them. Passed means that the
      client got all that the recording holds: text, tool calls, reasoning and signatures, finish
      reasons, every figure of the usage, citations, refusals and errors; of a provider that speaks
      OpenAI's protocol every byte, with the gateway's own member added; and of a stream that is cut
      an error, and its tokens so far in the metrics. Written by the test run, with the recordings'
      folder in `SLUICE_RECORDINGS`:

          mvn -pl gateway test -Dtest=RecordedReplayTest -Dsluice.recordings.write=true
      """;

  private ReplayReport() {}

  /** A row's sums. */
  private static final class Row {
    private int exchanges;
    private int passed;
  }

  /**
   * The report.
   *
   * @param failed the names of those that did not pass
   * @param played the names of those that were played
   * @param exceptions why one of them need not pass, by its name
   */
  public static String text(
      Set<String> failed, Set<String> played, Map<String, String> exceptions) {
    Map<String, Map<String, Row>> rows = new TreeMap<>();
    Map<String, Integer> others = new TreeMap<>();
    Map<String, String> unspoken = new TreeMap<>();
    Row all = new Row();
    for (Recorded recorded : Recordings.all()) {
      if (!played.contains(recorded.name()) && isInvokedChat(recorded)) {
        unspoken.put(recorded.name(), reason(recorded));
        continue;
      }
      if (!played.contains(recorded.name())) {
        others.merge(recorded.provider(), 1, Integer::sum);
        continue;
      }
      Row row =
          rows.computeIfAbsent(recorded.provider(), provider -> new TreeMap<>())
              .computeIfAbsent(recorded.scenario(), scenario -> new Row());
      row.exchanges++;
      all.exchanges++;
      if (!failed.contains(recorded.name())) {
        row.passed++;
        all.passed++;
      }
    }
    StringBuilder text = new StringBuilder(HEAD);
    text.append("\n").append(all.passed).append(" of ").append(all.exchanges);
    text.append(" exchanges passed.\n\n");
    text.append("| provider | scenario | exchanges | passed |\n|---|---|---:|---:|\n");
    rows.forEach((provider, scenarios) ->
        scenarios.forEach(
            (scenario, row) -> line(text, provider, scenario, row.exchanges, row.passed)));
    exceptions(text, exceptions);
    others(text, others);
    unspoken(text, unspoken);
    return text.toString();
  }

  private static void line(
      StringBuilder to, String provider, String scenario, int all, int passed) {
    to.append("| ").append(provider).append(" | ").append(scenario).append(" | ");
    to.append(all).append(" | ").append(passed).append(" |\n");
  }

  private static void exceptions(StringBuilder to, Map<String, String> exceptions) {
    to.append("\n## Exceptions\n\n");
    if (exceptions.isEmpty()) {
      to.append("None.\n");
    }
    new TreeMap<>(exceptions)
        .forEach((name, reason) ->
            to.append("- `").append(name).append("`: ").append(reason).append('\n'));
  }

  private static void others(StringBuilder to, Map<String, Integer> others) {
    to.append("\n## Not played\n\n");
    to.append(
        "Exchanges of other kinds (embeddings, lists of models, counts of tokens, responses, ");
    to.append("and chats in protocols that no provider here speaks):\n\n");
    others.forEach((provider, count) ->
        to.append("- ").append(provider).append(": ").append(count).append('\n'));
  }

  private static boolean isInvokedChat(Recorded recorded) {
    return recorded.provider().equals("bedrock")
        && recorded.endpoint().contains("/invoke")
        && recorded.scenario().contains("chat");
  }

  /** Why no setting has a gateway ask like that. */
  private static String reason(Recorded recorded) {
    if (recorded.request().has("messages")) {
      return "Nova's own body; Nova is asked by Converse, which has the same words and more";
    }
    return recorded.endpoint().contains("/arn")
        ? "an imported model's prompt, without a conversation"
        : "a prompt in its maker's own words, without roles; the model is asked by Converse";
  }

  private static void unspoken(StringBuilder to, Map<String, String> unspoken) {
    if (unspoken.isEmpty()) {
      return;
    }
    to.append("\nChats by Bedrock's InvokeModel in the bodies of other makers than Anthropic:\n\n");
    unspoken.forEach(
        (name, reason) -> to.append("- `").append(name).append("`: ").append(reason).append('\n'));
  }

  /** The report as it stands; empty where there is none. */
  public static String written() throws IOException {
    return Files.exists(PATH) ? Files.readString(PATH) : "";
  }

  /** Writes the report anew. */
  public static void write(String text) throws IOException {
    Files.writeString(PATH, text);
  }

  /** Whether this run is to write it. */
  public static boolean isWanted() {
    return Boolean.getBoolean(WRITE);
  }
}
