package dev.sluice.app;

import static org.awaitility.Awaitility.await;

import dev.sluice.app.Replay.Answer;
import dev.sluice.app.Replay.Playable;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Readings;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Said;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays recorded streams that are cut short. Each of them has a model's name of its own, so that
 * the figures of what was used can be held against what the provider had reported by then.
 */
final class ReplayCuts {

  private static final List<String> KINDS = List.of("prompt", "completion", "cached", "reasoning");
  private static final Pattern FINISH =
      Pattern.compile(
          "\"finish_reason\": ?\"[a-z]|\"message_delta\"|\"finishReason\"|messageStop|\"message-end\"");
  private static final Pattern TOKENS =
      Pattern.compile(
          "sluice_tokens_total\\{kind=\"([a-z]+)\",model=\"([^\"]+)\",provider=\"([^\"]+)\"\\} (\\S+)");
  private static final Pattern REQUESTS =
      Pattern.compile("sluice_requests_total\\{[^}]*\\} (\\S+)");

  private final Replay replay;
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Long>> used = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();

  ReplayCuts(Replay replay) {
    this.replay = replay;
  }

  /** Plays a stream to its end, and then cut at each place; what is wrong with the answers. */
  List<String> play(Recorded recorded) {
    // Only Claude's models are asked by InvokeModel.
    String family = recorded.protocol() == Protocol.ANTHROPIC_INVOKED ? "anthropic.claude-" : "";
    String model = family + "cut-" + numbers.incrementAndGet();
    names.put(Replay.provider(recorded) + "/" + model, recorded.name());
    String request = ReplayRequests.body(recorded, model);
    String key = Replay.provider(recorded) + "/" + model;
    List<String> problems = new ArrayList<>();
    // A name that has been answered to is counted under itself even if the next answer fails.
    ask(request, Playbacks.whole(recorded));
    add(key, Readings.of(recorded));
    for (int length : lengths(recorded)) {
      String at = "cut at " + length + " of " + recorded.body().length + ": ";
      Answer ended = ask(request, Playbacks.endedAt(recorded, length));
      add(key, Readings.within(recorded, length));
      check(at, recorded, length, ended, problems);
    }
    int half = inside(recorded, recorded.body().length / 2);
    Answer broken = ask(request, Playbacks.brokenAt(recorded, half));
    add(key, Readings.within(recorded, half));
    check("broken at half: ", recorded, half, broken, problems);
    return problems;
  }

  private Answer ask(String request, Playable playable) {
    asked.incrementAndGet();
    return replay.ask(request, playable);
  }

  private void add(String key, Said said) {
    Map<String, Long> sums = used.computeIfAbsent(key, k -> new ConcurrentHashMap<>());
    KINDS.forEach(kind -> sums.merge(kind, said.tokens(kind), Long::sum));
  }

  /** A quarter, half, before the end is announced, before the last event, and within it. */
  private static Set<Integer> lengths(Recorded recorded) {
    int all = recorded.body().length;
    Set<Integer> lengths = new LinkedHashSet<>();
    lengths.add(inside(recorded, all / 4));
    lengths.add(inside(recorded, all / 2));
    int told = all - 2;
    if (!recorded.isBinary()) {
      told = recorded.text().stripTrailing().getBytes(StandardCharsets.UTF_8).length - 2;
    }
    if (recorded.protocol() == Protocol.COHERE) {
      // Its last word is the event that announces the end; what follows is nobody's need.
      told = finish(recorded);
    }
    int finish = finish(recorded);
    int beforeFinish = 0;
    int beforeLast = 0;
    for (int end : recorded.frameEnds()) {
      if (end <= finish) {
        beforeFinish = end;
      }
      if (end < told) {
        beforeLast = end;
      }
    }
    lengths.add(beforeFinish);
    lengths.add(beforeLast);
    lengths.add(told);
    return lengths;
  }

  /**
   * A place at or a little before {@code length} at which an event is plainly complete or plainly
   * not: one that lacks nothing but its blank line may be taken for either.
   */
  private static int inside(Recorded recorded, int length) {
    if (recorded.frameEnds().contains(length)) {
      return length;
    }
    byte[] body = recorded.body();
    int at = length;
    while (at > 0 && (isBreak(body[at - 1]) || isBreak(body[at]))) {
      at--;
    }
    return at;
  }

  private static boolean isBreak(byte one) {
    return one == '\n' || one == '\r';
  }

  /** Where the first event that announces the end says so, in bytes. */
  private static int finish(Recorded recorded) {
    if (recorded.protocol() == Protocol.ANTHROPIC_INVOKED) {
      // What its frames hold is in base 64.
      List<Integer> ends = recorded.frameEnds();
      for (int i = 1; i < ends.size(); i++) {
        if (FINISH.matcher(recorded.frames().get(i)).find()) {
          return ends.get(i - 1);
        }
      }
    }
    String bytes = new String(recorded.body(), StandardCharsets.ISO_8859_1);
    Matcher announced = FINISH.matcher(bytes);
    return announced.find() ? announced.start() : bytes.length();
  }

  private static void check(
      String at, Recorded recorded, int length, Answer answer, List<String> problems) {
    Said said = Readings.within(recorded, length);
    if (answer.body().contains("[DONE]")) {
      problems.add(at + "ends as if it were complete");
    }
    if (answer.status() != 200) {
      boolean told = answer.status() >= 500 && answer.body().contains("\"error\":{");
      if (!told || !said.isEmpty()) {
        problems.add(at + "status " + answer.status() + ": " + answer.body());
      }
      return;
    }
    List<String> frames = answer.frames();
    boolean error = !frames.isEmpty() && frames.getLast().contains("\"error\":{");
    if (!answer.broken() && !error) {
      problems.add(at + "no word of it: " + (frames.isEmpty() ? "" : frames.getLast()));
    }
    List<String> chunks = error ? frames.subList(0, frames.size() - 1) : frames;
    said.lostWords(Readings.ofBrokenOff(chunks)).forEach(lost -> problems.add(at + lost));
  }

  /** By a recording's name, what is wrong with the figures of the tokens that were used. */
  Map<String, List<String>> wrongFigures() {
    await().until(() -> settled() == asked.get());
    Map<String, Map<String, Long>> counted = new TreeMap<>();
    Matcher line = TOKENS.matcher(replay.gateway().gateway().metrics().scrape());
    while (line.find()) {
      counted
          .computeIfAbsent(line.group(3) + "/" + line.group(2), k -> new TreeMap<>())
          .put(line.group(1), (long) Double.parseDouble(line.group(4)));
    }
    Map<String, List<String>> wrong = new TreeMap<>();
    used.forEach((key, sums) ->
        sums.forEach((kind, tokens) -> {
          long found = counted.getOrDefault(key, Map.of()).getOrDefault(kind, 0L);
          if (found != tokens) {
            wrong
                .computeIfAbsent(names.get(key), name -> new ArrayList<>())
                .add("tokens " + kind + ": expected " + tokens + " but counted " + found);
          }
        }));
    return wrong;
  }

  private long settled() {
    double sum = 0;
    Matcher line = REQUESTS.matcher(replay.gateway().gateway().metrics().scrape());
    while (line.find()) {
      sum += Double.parseDouble(line.group(1));
    }
    return (long) sum;
  }
}
