package dev.sluice.provider.demo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of the demo, as its name says: a kind, and what stands behind it after dashes.
 *
 * @param kind what it does
 * @param number a count that the name gives: tokens, chunks, a status, kilobytes; or the kind's own
 * @param delayMillis how long it waits before its first byte
 * @param paceMillis how long it waits between two chunks
 * @param chunkTokens how many tokens a chunk holds
 */
record DemoModel(Kind kind, int number, long delayMillis, long paceMillis, int chunkTokens) {

  private static final long MILLIS_MAX = 600_000;
  private static final int NUMBER_MAX = 1_000_000;

  /** The rarest failure of a flaky model: every hundredth request. */
  static final int FLAKY_MAX = 100;

  /** What a model does. */
  enum Kind {
    ECHO("echo", 0),
    LOREM("lorem", 100),
    REASONING("reasoning", 0),
    REFUSAL("refusal", 0),
    BIG("big", 256),
    NO_USAGE("no-usage", 0),
    SLOW("slow", 0),
    HANG("hang", 0),
    STALL("stall", 3),
    CUT_CLEAN("cut-clean", 3),
    CUT("cut", 3),
    ERROR_MID_STREAM("error-mid-stream", 3),
    GARBAGE("garbage", 3),
    HTML("html", 502),
    FLAKY("flaky", 2),
    FAIL("fail", 500);

    private final String word;
    private final int number;

    Kind(String word, int number) {
      this.word = word;
      this.number = number;
    }

    /** Whether a count in the name means something to it. */
    private boolean counts() {
      return switch (this) {
        case LOREM, BIG, STALL, CUT_CLEAN, CUT, ERROR_MID_STREAM, GARBAGE, HTML, FLAKY, FAIL ->
            true;
        case ECHO, REASONING, REFUSAL, NO_USAGE, SLOW, HANG -> false;
      };
    }
  }

  /** The models by the names under which they are listed. */
  static final List<String> LISTED =
      List.of(
          "echo",
          "lorem",
          "reasoning",
          "refusal",
          "big",
          "no-usage",
          "slow",
          "hang",
          "stall",
          "cut",
          "cut-clean",
          "error-mid-stream",
          "garbage",
          "html-502",
          "flaky",
          "fail-400",
          "fail-401",
          "fail-403",
          "fail-404",
          "fail-408",
          "fail-409",
          "fail-422",
          "fail-429",
          "fail-500",
          "fail-502",
          "fail-503",
          "fail-504",
          "fail-529");

  /** The model called {@code name}; {@code null} where there is none. */
  static @Nullable DemoModel named(String name) {
    for (Kind kind : Kind.values()) {
      if (name.equals(kind.word)) {
        return plain(kind);
      }
      if (name.startsWith(kind.word + "-")) {
        DemoModel model = suffixed(kind, name.substring(kind.word.length() + 1).split("-", -1));
        if (model != null) {
          return model;
        }
      }
    }
    return null;
  }

  private static DemoModel plain(Kind kind) {
    return new DemoModel(kind, kind.number, kind == Kind.SLOW ? 2000 : 0, 0, 1);
  }

  private static @Nullable DemoModel suffixed(Kind kind, String[] parts) {
    DemoModel model = plain(kind);
    boolean counted = !kind.counts();
    for (String part : parts) {
      Long millis = millis(part);
      Integer number = number(part);
      if (millis != null) {
        model = kind == Kind.SLOW ? model.delayed(millis) : model.paced(millis);
        counted = true;
      } else if (number != null && !counted) {
        counted = true;
        model = model.counted(number);
      } else if (number != null && number > 0) {
        model = model.chunked(number);
      } else {
        return null;
      }
    }
    return model.exists() ? model : null;
  }

  private boolean exists() {
    return switch (kind) {
      case FAIL, HTML -> number >= 400 && number <= 599;
      case FLAKY -> number >= 1 && number <= FLAKY_MAX;
      case ECHO,
          LOREM,
          REASONING,
          REFUSAL,
          BIG,
          NO_USAGE,
          SLOW,
          HANG,
          STALL,
          CUT_CLEAN,
          CUT,
          ERROR_MID_STREAM,
          GARBAGE ->
          true;
    };
  }

  /** With this many tokens, where it is a model that says as many as it is told. */
  DemoModel saying(int tokens) {
    return kind == Kind.LOREM ? counted(tokens) : this;
  }

  /** Whether its answer breaks off, one way or another. */
  boolean breaks() {
    return switch (kind) {
      case CUT, CUT_CLEAN, STALL, ERROR_MID_STREAM, GARBAGE -> true;
      case ECHO, LOREM, REASONING, REFUSAL, BIG, NO_USAGE, SLOW, HANG, HTML, FLAKY, FAIL -> false;
    };
  }

  private DemoModel counted(int count) {
    return new DemoModel(kind, count, delayMillis, paceMillis, chunkTokens);
  }

  DemoModel paced(long millis) {
    return new DemoModel(kind, number, delayMillis, millis, chunkTokens);
  }

  DemoModel chunked(int tokens) {
    return new DemoModel(kind, number, delayMillis, paceMillis, tokens);
  }

  private DemoModel delayed(long millis) {
    return new DemoModel(kind, number, millis, paceMillis, chunkTokens);
  }

  /** A duration such as {@code 20ms} or {@code 2s}; {@code null} where it is none. */
  static @Nullable Long millis(String text) {
    boolean ms = text.endsWith("ms");
    if (!ms && !text.endsWith("s")) {
      return null;
    }
    Integer count = number(text.substring(0, text.length() - (ms ? 2 : 1)));
    return count == null ? null : Math.min(MILLIS_MAX, ms ? count : count * 1000L);
  }

  /** A count; {@code null} where it is none. */
  static @Nullable Integer number(String text) {
    if (text.isEmpty() || text.length() > 7) {
      return null;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = value * 10 + digit;
    }
    return Math.min(NUMBER_MAX, value);
  }
}
