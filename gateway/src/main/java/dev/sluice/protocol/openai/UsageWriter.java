package dev.sluice.protocol.openai;

import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import java.util.Set;

/** Writes {@code usage}, and finds what {@link UsageReader} leaves over of it. */
final class UsageWriter {

  /** Members that {@link UsageReader} reads, and this class writes. */
  private static final Set<String> KNOWN =
      Set.of("prompt_tokens", "completion_tokens", "total_tokens", "usage_estimated");

  private static final String PROMPT_DETAILS = "prompt_tokens_details";
  private static final Set<String> KNOWN_OF_PROMPT =
      Set.of("cached_tokens", "cache_write_tokens", "cache_write_1h_tokens", "audio_tokens");

  private static final String COMPLETION_DETAILS = "completion_tokens_details";
  private static final Set<String> KNOWN_OF_COMPLETION = Set.of("reasoning_tokens", "audio_tokens");

  private static final String SERVER_TOOLS = "server_tool_use";
  private static final Set<String> KNOWN_OF_SERVER_TOOLS = Set.of("web_search_requests");

  private static final Set<String> OBJECTS =
      Set.of(PROMPT_DETAILS, COMPLETION_DETAILS, SERVER_TOOLS);

  private UsageWriter() {}

  /** What is left over of the usage object at hand, which is stepped over. */
  static Rest leftOver(JsonReader in) {
    RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (KNOWN.contains(name)) {
        in.skip();
      } else if (OBJECTS.contains(name)) {
        Set<String> known =
            switch (name) {
              case PROMPT_DETAILS -> KNOWN_OF_PROMPT;
              case COMPLETION_DETAILS -> KNOWN_OF_COMPLETION;
              default -> KNOWN_OF_SERVER_TOOLS;
            };
        if (in.peek() == JsonReader.Kind.OBJECT) {
          rest.addInner(name, details(in, known));
        } else {
          in.skip();
        }
      } else {
        rest.add(name, in.raw());
      }
    }
    return rest.build();
  }

  private static Rest details(JsonReader in, Set<String> known) {
    RestBuilder rest = new RestBuilder(OpenAi.PROTOCOL);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      if (known.contains(name)) {
        in.skip();
      } else {
        rest.add(name, in.raw());
      }
    }
    return rest.build();
  }

  /**
   * Writes the object. What is unknown is left out; only the total is added up where both its parts
   * are known.
   *
   * @param rest what was left over when it was read
   */
  static void write(JsonWriter out, Usage usage, Rest rest) {
    out.beginObject();
    count(out, "prompt_tokens", usage.promptTokens());
    count(out, "completion_tokens", usage.completionTokens());
    long total = usage.totalTokens();
    if (total == Usage.UNKNOWN
        && usage.promptTokens() != Usage.UNKNOWN
        && usage.completionTokens() != Usage.UNKNOWN) {
      total = usage.promptTokens() + usage.completionTokens();
    }
    count(out, "total_tokens", total);
    if (has(rest, PROMPT_DETAILS)
        || isKnown(usage.cachedTokens())
        || isKnown(usage.cacheWriteTokens())
        || isKnown(usage.cacheWriteHourTokens())
        || isKnown(usage.audioPromptTokens())) {
      out.name(PROMPT_DETAILS).beginObject();
      count(out, "cached_tokens", usage.cachedTokens());
      count(out, "cache_write_tokens", usage.cacheWriteTokens());
      count(out, "cache_write_1h_tokens", usage.cacheWriteHourTokens());
      count(out, "audio_tokens", usage.audioPromptTokens());
      OpenAi.inner(out, rest, PROMPT_DETAILS);
      out.endObject();
    }
    if (has(rest, COMPLETION_DETAILS)
        || isKnown(usage.reasoningTokens())
        || isKnown(usage.audioCompletionTokens())) {
      out.name(COMPLETION_DETAILS).beginObject();
      count(out, "reasoning_tokens", usage.reasoningTokens());
      count(out, "audio_tokens", usage.audioCompletionTokens());
      OpenAi.inner(out, rest, COMPLETION_DETAILS);
      out.endObject();
    }
    boolean elsewhere = has(rest, "server_tool_use_details");
    if (has(rest, SERVER_TOOLS) || (isKnown(usage.webSearches()) && !elsewhere)) {
      out.name(SERVER_TOOLS).beginObject();
      count(out, "web_search_requests", usage.webSearches());
      OpenAi.inner(out, rest, SERVER_TOOLS);
      out.endObject();
    }
    if (usage.origin() == Usage.Origin.ESTIMATED) {
      out.name("usage_estimated").bool(true);
    }
    OpenAi.rest(out, rest, OBJECTS);
    out.endObject();
  }

  private static boolean has(Rest rest, String name) {
    return rest.isOf(OpenAi.PROTOCOL) && rest.find(name) != null;
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
