package dev.sluice.protocol.anthropic;

import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code usage}. The protocol counts cached input apart from the rest, the model
 * within it. A stream reports twice or more, always all that was used so far: what comes later
 * takes the place of what came before, and what it leaves out still holds. Owned by one answer.
 */
final class UsageFigures {

  private static final String CREATION = "cache_creation";
  private static final String OUTPUT_DETAILS = "output_tokens_details";
  private static final String SERVER_TOOLS = "server_tool_use";
  private static final Set<String> OBJECTS = Set.of(CREATION, OUTPUT_DETAILS, SERVER_TOOLS);

  private long input = Usage.UNKNOWN;
  private long read = Usage.UNKNOWN;
  private long written = Usage.UNKNOWN;
  private long writtenMinutes = Usage.UNKNOWN;
  private long writtenHour = Usage.UNKNOWN;
  private long output = Usage.UNKNOWN;
  private long thinking = Usage.UNKNOWN;
  private long searches = Usage.UNKNOWN;
  private Usage.Origin origin = Usage.Origin.REPORTED;
  private @Nullable String tier;
  private final RestBuilder rest = new RestBuilder(Anthropic.PROTOCOL);

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
        case "input_tokens" -> input = Anthropic.looseCount(in, input);
        case "cache_read_input_tokens" -> read = Anthropic.looseCount(in, read);
        case "cache_creation_input_tokens" -> written = Anthropic.looseCount(in, written);
        case "output_tokens" -> output = Anthropic.looseCount(in, output);
        case CREATION, OUTPUT_DETAILS, SERVER_TOOLS -> details(in, name);
        case "service_tier" -> tier = Anthropic.looseText(in);
        case "usage_estimated" ->
            origin = in.raw().equals("true") ? Usage.Origin.ESTIMATED : origin;
        default -> rest.add(name, in.raw());
      }
    }
  }

  private void details(JsonReader in, String object) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    RestBuilder inner = new RestBuilder(Anthropic.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (name) {
        case "ephemeral_5m_input_tokens" ->
            writtenMinutes = Anthropic.looseCount(in, writtenMinutes);
        case "ephemeral_1h_input_tokens" -> writtenHour = Anthropic.looseCount(in, writtenHour);
        case "thinking_tokens" -> thinking = Anthropic.looseCount(in, thinking);
        case "web_search_requests" -> searches = Anthropic.looseCount(in, searches);
        default -> inner.add(name, in.raw());
      }
    }
    rest.addInner(object, inner.build());
  }

  /** Forgets the output: a stream's first report holds a figure that means nothing. */
  void forgetOutput() {
    output = Usage.UNKNOWN;
  }

  /** The tier that was used; {@code null} where it was not said. */
  @Nullable String tier() {
    return tier;
  }

  /** What was used so far. */
  Usage usage() {
    long all = written;
    if (all == Usage.UNKNOWN && (writtenMinutes >= 0 || writtenHour >= 0)) {
      all = Math.max(0, writtenMinutes) + Math.max(0, writtenHour);
    }
    return Usage.builder()
        .promptFromParts(input, read, all)
        .cacheWriteHour(writtenHour)
        .completion(output)
        .reasoning(thinking)
        .webSearches(searches)
        .origin(origin)
        .build();
  }

  /** What the model has no figure for. */
  Rest rest() {
    return rest.build();
  }

  /**
   * Writes a report. What is unknown is left out, but for the two figures that clients rely on.
   *
   * @param rest what was left over when it was read
   */
  static void write(JsonWriter out, Usage usage, @Nullable String tier, Rest rest) {
    out.beginObject();
    out.name("input_tokens").number(Math.max(0, usage.uncachedTokens()));
    count(out, "cache_creation_input_tokens", usage.cacheWriteTokens());
    count(out, "cache_read_input_tokens", usage.cachedTokens());
    if (isKnown(usage.cacheWriteHourTokens()) || Anthropic.hasInner(rest, CREATION)) {
      out.name(CREATION).beginObject();
      count(out, "ephemeral_5m_input_tokens", usage.cacheWriteFiveMinuteTokens());
      count(out, "ephemeral_1h_input_tokens", usage.cacheWriteHourTokens());
      Anthropic.inner(out, rest, CREATION);
      out.endObject();
    }
    out.name("output_tokens").number(Math.max(0, usage.completionTokens()));
    if (isKnown(usage.reasoningTokens()) || Anthropic.hasInner(rest, OUTPUT_DETAILS)) {
      out.name(OUTPUT_DETAILS).beginObject();
      count(out, "thinking_tokens", usage.reasoningTokens());
      Anthropic.inner(out, rest, OUTPUT_DETAILS);
      out.endObject();
    }
    if (isKnown(usage.webSearches()) || Anthropic.hasInner(rest, SERVER_TOOLS)) {
      out.name(SERVER_TOOLS).beginObject();
      count(out, "web_search_requests", usage.webSearches());
      Anthropic.inner(out, rest, SERVER_TOOLS);
      out.endObject();
    }
    out.member("service_tier", tier);
    if (usage.origin() == Usage.Origin.ESTIMATED) {
      out.name("usage_estimated").bool(true);
    }
    Anthropic.rest(out, rest, OBJECTS);
    out.endObject();
  }

  private static boolean isKnown(long count) {
    return count != Usage.UNKNOWN;
  }

  private static void count(JsonWriter out, String name, long count) {
    if (isKnown(count)) {
      out.name(name).number(count);
    }
  }
}
