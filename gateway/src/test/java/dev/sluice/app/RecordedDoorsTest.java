package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Replay.Answer;
import dev.sluice.recorded.Readings;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Recordings;
import dev.sluice.recorded.Said;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/** A sample of the recorded chats at the other front doors: the same words, calls and tokens. */
@EnabledIfEnvironmentVariable(
    named = Recordings.FOLDER,
    matches = ".+",
    disabledReason = Recordings.ABSENT)
class RecordedDoorsTest {

  /** Of how many recordings one is played. */
  private static final int SAMPLE = 3;

  private static List<Recorded> played = List.of();
  private static Replay replay;

  /** A door. */
  private enum Door {
    ASSEMBLYAI,
    POOLSIDE,
    YOMO,
    JYLO
  }

  @BeforeAll
  static void start() {
    List<Recorded> all =
        Recordings.all().stream()
            .filter(Replay::isSpoken)
            .filter(one -> ReplayChecks.error(one) == null && ReplayChecks.brokenOff(one) == null)
            .toList();
    List<Recorded> sample = new ArrayList<>();
    for (int i = 0; i < all.size(); i += SAMPLE) {
      sample.add(all.get(i));
    }
    played = sample;
    Map<String, String> kinds = Replay.kinds(played);
    StringBuilder models = new StringBuilder("models:\n");
    kinds
        .keySet()
        .forEach(provider -> {
          models.append("  at-").append(provider).append(": { targets: [ ").append(provider);
          // Only Claude's models are asked by InvokeModel.
          models.append(provider.equals("bedrock-invoked") ? "/anthropic.claude-x" : "/some-model");
          models.append(" ], id: ").append(id(provider)).append(" }\n");
        });
    replay = new Replay(kinds, models.toString());
  }

  @AfterAll
  static void stop() {
    replay.close();
  }

  @ParameterizedTest
  @EnumSource
  void aSampleOfAllAnswersSaysTheSame(Door door) {
    Map<String, List<String>> problems = new ConcurrentSkipListMap<>();

    Replay.forEach(
        played,
        recorded -> {
          List<String> found = problems(door, recorded);
          if (!found.isEmpty()) {
            problems.put(recorded.name(), found);
          }
        });

    assertThat(new TreeMap<>(problems)).isEmpty();
    assertThat(played).hasSizeGreaterThan(200);
  }

  private static List<String> problems(Door door, Recorded recorded) {
    Answer answer =
        replay.ask(path(door, recorded), body(door, recorded), Playbacks.whole(recorded));
    if (answer.status() != 200 || answer.broken()) {
      return List.of("status " + answer.status() + ": " + answer.body());
    }
    List<String> frames = recorded.isStream() ? answer.frames() : List.of(answer.body());
    if (recorded.isStream() && !frames.getLast().equals("[DONE]")) {
      return List.of("no [DONE]: " + frames.getLast());
    }
    Said said = Readings.of(recorded);
    if (door == Door.JYLO) {
      return said.differencesOfWords(Readings.ofJylo(frames));
    }
    return said.differencesOfWordsAndCalls(
        recorded.isStream()
            ? Readings.ofClientAsProvided(frames)
            : Readings.ofClient(answer.body()));
  }

  private static String path(Door door, Recorded recorded) {
    return switch (door) {
      case ASSEMBLYAI -> "/assemblyai/v1/chat/completions";
      case POOLSIDE -> "/poolside/openai/v1/chat/completions";
      case YOMO -> "/yomo/v1/chat/completions";
      case JYLO -> "/jylo/acme/uk/inference/completions/" + id(Replay.provider(recorded));
    };
  }

  private static String body(Door door, Recorded recorded) {
    ObjectNode asked = ReplayRequests.plain(recorded);
    if (door == Door.JYLO) {
      asked.remove("model");
    } else if (recorded.isStream()) {
      asked.putObject("stream_options").put("include_usage", true);
    }
    return asked.toString();
  }

  private static String id(String provider) {
    return UUID.nameUUIDFromBytes(provider.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
