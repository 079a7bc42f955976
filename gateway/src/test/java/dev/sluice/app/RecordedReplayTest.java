package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import dev.sluice.recorded.ReplayReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Every recorded chat through a running gateway, at once, in pieces and cut short: the client gets
 * what the provider said, and of a stream that is cut an error.
 */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedReplayTest {

  /** Those that cannot pass, by name, and why. One that passes after all does not belong here. */
  private static final Map<String, String> EXCEPTIONS = Map.of();

  private static final Map<String, List<String>> WHOLE = new ConcurrentHashMap<>();
  private static final Map<String, List<String>> PIECES = new ConcurrentHashMap<>();
  private static final Map<String, List<String>> CUT = new ConcurrentHashMap<>();

  private static List<Recorded> played = List.of();

  @BeforeAll
  static void play() {
    played = Recordings.all().stream().filter(Replay::isSpoken).toList();
    try (Replay replay = new Replay(Replay.kinds(played), "")) {
      Replay.forEach(
          played,
          recorded -> {
            String asked = ReplayRequests.body(recorded);
            WHOLE.put(
                recorded.name(),
                ReplayChecks.problems(recorded, replay.ask(asked, Playbacks.whole(recorded))));
            PIECES.put(
                recorded.name(),
                ReplayChecks.problems(recorded, replay.ask(asked, Playbacks.inPieces(recorded))));
          });
    }
    List<Recorded> streams =
        played.stream()
            .filter(one -> one.isStream() && ReplayChecks.brokenOff(one) == null)
            .toList();
    try (Replay replay = new Replay(Replay.kinds(streams), "")) {
      ReplayCuts cuts = new ReplayCuts(replay);
      Replay.forEach(streams, recorded -> CUT.put(recorded.name(), cuts.play(recorded)));
      cuts.wrongFigures()
          .forEach((name, wrong) -> {
            List<String> problems = new ArrayList<>(CUT.getOrDefault(name, List.of()));
            problems.addAll(wrong);
            CUT.put(name, problems);
          });
    }
  }

  @Test
  void thereIsSomethingToPlayOfEveryProtocol() {
    Map<Protocol, Long> counts =
        played.stream().collect(Collectors.groupingBy(Recorded::protocol, Collectors.counting()));

    assertThat(counts.get(Protocol.OPENAI)).isGreaterThan(300);
    assertThat(counts.get(Protocol.ANTHROPIC)).isGreaterThan(150);
    assertThat(counts.get(Protocol.ANTHROPIC_INVOKED)).isEqualTo(15);
    assertThat(counts.get(Protocol.GEMINI)).isGreaterThan(190);
    assertThat(counts.get(Protocol.CONVERSE)).isGreaterThan(80);
    assertThat(counts.get(Protocol.COHERE)).isGreaterThan(10);
    assertThat(CUT).hasSizeGreaterThan(150);
  }

  @Test
  void everyAnswerPlayedAtOnceReachesTheClientWithoutLoss() {
    assertThat(failures(WHOLE)).isEmpty();
  }

  @Test
  void everyAnswerPlayedInPiecesReachesTheClientWithoutLoss() {
    assertThat(failures(PIECES)).isEmpty();
  }

  @Test
  void everyStreamCutShortEndsInAnErrorAndItsTokensAreCounted() {
    assertThat(failures(CUT)).isEmpty();
  }

  @Test
  void whatIsListedAsAnExceptionFails() {
    assertThat(failed()).containsAll(EXCEPTIONS.keySet());
  }

  @Test
  @DisabledIfSystemProperty(named = ReplayReport.WRITE, matches = "true")
  void theReportIsOfThisRun() throws IOException {
    assertThat(ReplayReport.written())
        .as("write it anew: mvn -pl gateway test -D%s=true", ReplayReport.WRITE)
        .isEqualTo(report());
  }

  /** All problems but those of the exceptions. */
  private static List<String> failures(Map<String, List<String>> problems) {
    List<String> failures = new ArrayList<>();
    new TreeMap<>(problems)
        .forEach((name, found) -> {
          if (!found.isEmpty() && !EXCEPTIONS.containsKey(name)) {
            failures.add(name + ": " + String.join("; ", found));
          }
        });
    return failures;
  }

  private static Set<String> failed() {
    Set<String> failed = new TreeSet<>();
    for (Map<String, List<String>> one : List.of(WHOLE, PIECES, CUT)) {
      one.forEach((name, found) -> {
        if (!found.isEmpty()) {
          failed.add(name);
        }
      });
    }
    return failed;
  }

  private static String report() {
    return ReplayReport.text(failed(), WHOLE.keySet(), EXCEPTIONS);
  }

  @AfterAll
  static void writeAndForget() throws IOException {
    if (ReplayReport.isWanted()) {
      ReplayReport.write(report());
    }
    WHOLE.clear();
    PIECES.clear();
    CUT.clear();
  }
}
