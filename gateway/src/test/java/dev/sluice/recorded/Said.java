package dev.sluice.recorded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an answer says, in no protocol's words: what must be the same on both sides of a gateway.
 * Usage is by OpenAI's conventions. Filled by a reader, then only read.
 */
public final class Said {

  static final String PROMPT = "prompt";
  static final String COMPLETION = "completion";
  static final String TOTAL = "total";
  static final String CACHED = "cached";
  static final String CACHE_WRITE = "cache_write";
  static final String CACHE_WRITE_HOUR = "cache_write_1h";
  static final String REASONING = "reasoning";
  static final String AUDIO_PROMPT = "audio_prompt";
  static final String AUDIO_COMPLETION = "audio_completion";
  static final String SEARCHES = "web_searches";

  /** The ends that OpenAI's clients know; doors put others into these. */
  private static final Set<String> WORDS =
      Set.of("stop", "length", "tool_calls", "content_filter", "function_call");

  @Nullable String id;
  @Nullable String model;
  final Map<Integer, Choice> choices = new TreeMap<>();
  final Map<String, Long> usage = new TreeMap<>();

  /** What is wrong with the answer's form. */
  final List<String> misshapen = new ArrayList<>();

  /** One of the alternatives. */
  static final class Choice {
    final StringBuilder text = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();

    /** Seals on thoughts and text, and thoughts that are nothing but a seal. */
    final List<String> seals = new ArrayList<>();

    final List<Call> calls = new ArrayList<>();
    final List<Cited> cited = new ArrayList<>();
    @Nullable String finish;
    @Nullable String nativeFinish;
    @Nullable String stopSequence;
  }

  /** A call of a tool. */
  static final class Call {
    @Nullable String id;
    String name = "";
    final StringBuilder arguments = new StringBuilder();
    @Nullable String seal;

    /** The arguments as JSON with its numbers' spelling; the bare text where they are none. */
    Object value() {
      String text = arguments.toString();
      try {
        return text.isBlank() ? Exact.read("{}") : Exact.read(text);
      } catch (JacksonException | IllegalArgumentException _) {
        return text;
      }
    }
  }

  /**
   * A source.
   *
   * @param of the words that rest on it; {@code null} where that was not said
   */
  record Cited(String url, String title, @Nullable String of) {}

  Choice choice(int index) {
    return choices.computeIfAbsent(index, i -> new Choice());
  }

  /** Notes a figure, unless it is missing. */
  void count(String figure, JsonNode value) {
    if (value.isIntegralNumber()) {
      usage.put(figure, value.asLong());
    }
  }

  long figure(String name) {
    return usage.getOrDefault(name, 0L);
  }

  /** A figure of the usage: 0 where it is missing. */
  public long tokens(String kind) {
    return Math.max(0, figure(kind));
  }

  /** Whether prompt and completion are both told, or follow from the total. */
  public boolean tellsBothCounts() {
    int told = 0;
    for (String figure : List.of(PROMPT, COMPLETION, TOTAL)) {
      told += usage.containsKey(figure) ? 1 : 0;
    }
    return told > 1;
  }

  /** Whether there is anything that a client would be shown. */
  public boolean isEmpty() {
    return choices.values().stream()
        .allMatch(choice ->
            choice.text.isEmpty()
                && choice.refusal.isEmpty()
                && choice.reasoning.isEmpty()
                && choice.seals.isEmpty()
                && choice.calls.isEmpty());
  }

  /** Why the choices ended; one that did not is {@code null}. */
  public List<@Nullable String> finishes() {
    List<@Nullable String> all = new ArrayList<>();
    choices.values().forEach(choice -> all.add(choice.finish));
    return all;
  }

  /** Everything in which {@code other}, a client's answer, differs from this. */
  public List<String> differences(Said other) {
    Differences found = new Differences();
    found.all.addAll(other.misshapen);
    if (id == null) {
      found.check(other.id != null && !other.id.isEmpty(), "no id");
    } else {
      found.same("id", id, other.id);
    }
    if (model != null) {
      found.same("model", model, other.model);
    }
    found.same("choices", choices.keySet(), other.choices.keySet());
    choices.forEach((index, choice) -> {
      Choice got = other.choices.get(index);
      if (got != null) {
        found.choice("choice " + index + ": ", choice, got);
      }
    });
    usage.forEach((figure, value) -> found.same("usage " + figure, value, other.usage.get(figure)));
    other.usage.forEach((figure, value) -> {
      boolean expected = usage.containsKey(figure) || (figure.equals(TOTAL) && sum() == value);
      found.check(expected, "usage " + figure + " of nowhere: " + value);
    });
    return found.all;
  }

  /** In what words and tokens {@code other} differs: what every door shows. */
  public List<String> differencesOfWords(Said other) {
    Differences found = new Differences();
    choices.forEach((index, choice) -> {
      Choice got = other.choices.getOrDefault(index, new Choice());
      String words = choice.text.toString() + choice.refusal;
      found.same("words of " + index, words, got.text.toString() + got.refusal);
    });
    // A door whose page wants both counts tells none where only one is known.
    if (tellsBothCounts() || !other.usage.isEmpty()) {
      for (String figure : List.of(PROMPT, COMPLETION)) {
        found.same("usage " + figure, tokens(figure), other.tokens(figure));
      }
    }
    return found.all;
  }

  /** The same, and in what calls and ends it differs, for a door that shows them. */
  public List<String> differencesOfWordsAndCalls(Said other) {
    Differences found = new Differences();
    found.all.addAll(differencesOfWords(other));
    choices.forEach((index, choice) -> {
      Choice got = other.choices.getOrDefault(index, new Choice());
      if (choice.finish != null && WORDS.contains(choice.finish)) {
        found.same("finish of " + index, choice.finish, got.finish);
      }
      found.calls("choice " + index + ": ", choice, got, Seals.AWAY);
    });
    return found.all;
  }

  /** What words, thoughts and calls a client was not told, or told beyond this. */
  public List<String> lostWords(Said other) {
    Differences found = new Differences();
    choices.forEach((index, choice) -> {
      Choice got = other.choices.getOrDefault(index, new Choice());
      found.same("text", choice.text.toString(), got.text.toString());
      found.same("reasoning", choice.reasoning.toString(), got.reasoning.toString());
      found.same("refusal", choice.refusal.toString(), got.refusal.toString());
      found.same("number of calls", choice.calls.size(), got.calls.size());
    });
    return found.all;
  }

  private long sum() {
    return figure(PROMPT) + figure(COMPLETION);
  }

  /** Whether calls are sealed as the provider sealed them. */
  private enum Seals {
    KEPT,
    AWAY
  }

  private static final class Differences {
    private static final int SHOWN_CHARS = 300;
    private final List<String> all = new ArrayList<>();

    void check(boolean holds, String otherwise) {
      if (!holds) {
        all.add(otherwise);
      }
    }

    void same(String what, @Nullable Object expected, @Nullable Object got) {
      if (!Objects.equals(expected, got)) {
        all.add(what + ": expected " + shown(expected) + " but got " + shown(got));
      }
    }

    void choice(String at, Choice expected, Choice got) {
      same(at + "text", expected.text.toString(), got.text.toString());
      same(at + "refusal", expected.refusal.toString(), got.refusal.toString());
      same(at + "reasoning", expected.reasoning.toString(), got.reasoning.toString());
      same(at + "seals", expected.seals, got.seals);
      same(at + "finish", expected.finish, got.finish);
      if (expected.nativeFinish != null) {
        same(at + "native finish", expected.nativeFinish, got.nativeFinish);
      }
      if (expected.stopSequence != null) {
        same(at + "stop sequence", expected.stopSequence, got.stopSequence);
      }
      same(at + "citations", expected.cited, got.cited);
      calls(at, expected, got, Seals.KEPT);
    }

    void calls(String at, Choice expected, Choice got, Seals seals) {
      same(at + "number of calls", expected.calls.size(), got.calls.size());
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < Math.min(expected.calls.size(), got.calls.size()); i++) {
        String which = at + "call " + i + " ";
        Call said = expected.calls.get(i);
        Call heard = got.calls.get(i);
        same(which + "name", said.name, heard.name);
        same(which + "arguments", said.value(), heard.value());
        if (seals == Seals.KEPT) {
          same(which + "seal", said.seal, heard.seal);
        }
        if (said.id != null) {
          same(which + "id", said.id, heard.id);
        }
        String given = heard.id;
        if (given == null || given.isEmpty()) {
          all.add(which + "has no id");
        } else {
          check(ids.add(given), which + "has another one's id");
        }
      }
    }

    private static String shown(@Nullable Object value) {
      String text = String.valueOf(value);
      return text.length() <= SHOWN_CHARS
          ? text
          : text.substring(0, SHOWN_CHARS) + "… (" + text.length() + ")";
    }
  }
}
