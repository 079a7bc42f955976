package dev.sluice.protocol.cohere;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code usage}. The provider counts twice: the tokens that it bills, and all that
 * the model saw, its own preamble among them. The model's figures are the billed ones; the others
 * are kept beside them. Cached tokens are counted among all of them, so that they are a part of the
 * prompt only where both counts are the same. Owned by one answer.
 */
final class UsageFigures {

  private static final String BILLED = "billed_units";
  private static final String TOKENS = "tokens";
  private static final String CACHED = "cached_tokens";
  private static final String ESTIMATED = "usage_estimated";

  private long billedInput = Usage.UNKNOWN;
  private long billedOutput = Usage.UNKNOWN;
  private long input = Usage.UNKNOWN;
  private long output = Usage.UNKNOWN;
  private long cached = Usage.UNKNOWN;
  private @Nullable String tokens;
  private Usage.Origin origin = Usage.Origin.REPORTED;
  private final RestBuilder rest = new RestBuilder(Cohere.PROTOCOL);

  /** Reads a report; one that is no object says nothing. */
  void read(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (in.skipNull()) {
        continue;
      }
      switch (name) {
        case BILLED -> billed(in);
        case TOKENS -> tokens(in);
        case CACHED -> cached = Cohere.looseCount(in, cached);
        case ESTIMATED -> origin = in.raw().equals("true") ? Usage.Origin.ESTIMATED : origin;
        default -> rest.add(name, in.raw());
      }
    }
  }

  private void billed(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    RestBuilder inner = new RestBuilder(Cohere.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "input_tokens" -> billedInput = Cohere.looseCount(in, billedInput);
        case "output_tokens" -> billedOutput = Cohere.looseCount(in, billedOutput);
        default -> inner.add(name, in.raw());
      }
    }
    rest.addInner(BILLED, inner.build());
  }

  private void tokens(JsonReader in) {
    int mark = in.mark();
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    boolean plain = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "input_tokens" -> input = Cohere.looseCount(in, input);
        case "output_tokens" -> output = Cohere.looseCount(in, output);
        default -> {
          in.skip();
          plain = false;
        }
      }
    }
    tokens = in.textSince(mark);
    if (!plain) {
      rest.add(TOKENS, tokens);
    }
  }

  /** What was billed, or used where nothing is said of that. */
  Usage usage() {
    boolean billed = isBilled();
    return Usage.builder()
        .prompt(billed ? billedInput : input)
        .completion(billed ? billedOutput : output)
        .cached(areSame() ? cached : Usage.UNKNOWN)
        .origin(origin)
        .build();
  }

  private boolean isBilled() {
    return billedInput != Usage.UNKNOWN || billedOutput != Usage.UNKNOWN;
  }

  /** Whether the prompt is counted like the cached tokens. */
  private boolean areSame() {
    return !isBilled() || input == Usage.UNKNOWN || input == billedInput;
  }

  /** What the model has no figure for. */
  Rest rest() {
    if (tokens != null && isBilled() && (input != billedInput || output != billedOutput)) {
      rest.add(TOKENS, tokens);
    }
    if (cached != Usage.UNKNOWN && !areSame()) {
      rest.add(CACHED, Long.toString(cached));
    }
    return rest.build();
  }

  /** Whether there is anything to report. */
  static boolean isSilent(Usage usage, Rest rest) {
    return !usage.isReported() && (rest.isEmpty() || !rest.isOf(Cohere.PROTOCOL));
  }

  /**
   * Writes a report. What is unknown is left out.
   *
   * @param rest what was left over when it was read
   */
  static void write(JsonWriter out, Usage usage, Rest rest) {
    out.beginObject();
    out.name(BILLED).beginObject();
    counts(out, usage);
    Cohere.inner(out, rest, BILLED);
    out.endObject();
    Json kept = Cohere.own(rest, TOKENS);
    out.name(TOKENS);
    if (kept == null) {
      out.beginObject();
      counts(out, usage);
      out.endObject();
    } else {
      out.raw(kept.text());
    }
    if (Cohere.own(rest, CACHED) == null) {
      count(out, CACHED, usage.cachedTokens());
    }
    if (usage.origin() == Usage.Origin.ESTIMATED) {
      out.name(ESTIMATED).bool(true);
    }
    Cohere.rest(out, rest, Set.of(BILLED, TOKENS));
    out.endObject();
  }

  private static void counts(JsonWriter out, Usage usage) {
    count(out, "input_tokens", usage.promptTokens());
    count(out, "output_tokens", usage.completionTokens());
  }

  private static void count(JsonWriter out, String name, long count) {
    if (count != Usage.UNKNOWN) {
      out.name(name).number(count);
    }
  }
}
