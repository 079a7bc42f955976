package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Every recorded chat through a running gateway: the client gets what the provider said. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedReplayTest {

  private static final Map<String, List<String>> WHOLE = new ConcurrentHashMap<>();
  private static final Map<String, List<String>> PIECES = new ConcurrentHashMap<>();

  private static List<Recorded> played = List.of();

  @BeforeAll
  static void play() {
    played = Recordings.all().stream().filter(Replay::isSpoken).toList();
    try (Replay replay = new Replay(played, "")) {
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
  }

  @Test
  void everyAnswerPlayedAtOnceReachesTheClientWithoutLoss() {
    assertThat(failures(WHOLE)).isEmpty();
  }

  @Test
  void everyAnswerPlayedInPiecesReachesTheClientWithoutLoss() {
    assertThat(failures(PIECES)).isEmpty();
  }

  private static List<String> failures(Map<String, List<String>> problems) {
    List<String> failures = new ArrayList<>();
    new TreeMap<>(problems)
        .forEach((name, found) -> {
          if (!found.isEmpty()) {
            failures.add(name + ": " + String.join("; ", found));
          }
        });
    return failures;
  }

  @AfterAll
  static void forget() {
    WHOLE.clear();
    PIECES.clear();
  }
}
