package dev.sluice.protocol.gemini;

import dev.sluice.chat.Json;
import dev.sluice.chat.Rest;
import dev.sluice.chat.RestBuilder;
import dev.sluice.chat.Usage;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonText;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.gemini.GeminiReading.ToolTokens;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The figures of {@code usageMetadata}. In a stream each report goes over those before, figure by
 * figure: early ones lack some, and a nought is left out. Owned by one thread.
 *
 * <p>The prompt includes what was cached. Thoughts stand beside the candidates' tokens, and both
 * are the completion's.
 */
final class UsageFigures {

  private static final String TRAFFIC = "trafficType";
  private static final String PROMPT_DETAILS = "promptTokensDetails";
  private static final String CANDIDATES_DETAILS = "candidatesTokensDetails";
  private static final String TOOL_USE = "toolUsePromptTokenCount";
  private static final String AUDIO = "AUDIO";

  private long prompt = Usage.UNKNOWN;
  private long cached = Usage.UNKNOWN;
  private long candidates = Usage.UNKNOWN;
  private long thoughts = Usage.UNKNOWN;
  private long toolUse = Usage.UNKNOWN;
  private long total = Usage.UNKNOWN;
  private long audioPrompt = Usage.UNKNOWN;
  private long audioCandidates = Usage.UNKNOWN;
  private long searches = Usage.UNKNOWN;
  private @Nullable String tier;
  private boolean told;
  private final RestBuilder rest = new RestBuilder(Gemini.PROTOCOL);

  /** Whether there was a report. */
  boolean isTold() {
    return told;
  }

  /** The tier that was used, in the field's words; {@code null} where it was not said. */
  @Nullable String tier() {
    return tier;
  }

  /** Notes that the provider ran so many searches. */
  void searched(long queries) {
    searches = Math.max(searches, queries);
  }

  /** Reads the report at hand. */
  void read(JsonReader in) {
    if (in.peek() != JsonReader.Kind.OBJECT) {
      in.skip();
      return;
    }
    told = true;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String name = in.name();
      switch (Gemini.camel(name)) {
        case "promptTokenCount" -> prompt = Gemini.count(in, prompt);
        case "cachedContentTokenCount" -> cached = Gemini.count(in, cached);
        case "candidatesTokenCount" -> candidates = Gemini.count(in, candidates);
        case "thoughtsTokenCount" -> thoughts = Gemini.count(in, thoughts);
        case "totalTokenCount" -> total = Gemini.count(in, total);
        case TOOL_USE -> {
          int mark = in.mark();
          toolUse = Gemini.count(in, toolUse);
          rest.add(name, in.textSince(mark));
        }
        case PROMPT_DETAILS -> {
          int mark = in.mark();
          audioPrompt = audio(in, audioPrompt);
          rest.add(name, in.textSince(mark));
        }
        case CANDIDATES_DETAILS -> {
          int mark = in.mark();
          audioCandidates = audio(in, audioCandidates);
          rest.add(name, in.textSince(mark));
        }
        case "serviceTier" -> {
          String json = in.raw();
          String known = Tiers.read(json);
          if (known == null) {
            rest.add(name, json);
          } else {
            tier = known;
          }
        }
        case TRAFFIC -> {
          int mark = in.mark();
          String known = Tiers.ofTraffic(Gemini.orEmpty(Gemini.looseText(in)));
          tier = known == null ? tier : known;
          rest.add(name, in.textSince(mark));
        }
        default -> rest.add(name, in.raw());
      }
    }
  }

  private static long audio(JsonReader in, long otherwise) {
    if (in.peek() != JsonReader.Kind.ARRAY) {
      in.skip();
      return otherwise;
    }
    long found = otherwise;
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      if (in.peek() != JsonReader.Kind.OBJECT) {
        in.skip();
        continue;
      }
      String modality = "";
      long tokens = Usage.UNKNOWN;
      for (boolean next = in.enterObject(); next; next = in.nextMember()) {
        switch (Gemini.camel(in.name())) {
          case "modality" -> modality = Gemini.orEmpty(Gemini.looseText(in));
          case "tokenCount" -> tokens = Gemini.count(in, tokens);
          default -> in.skip();
        }
      }
      if (modality.equals(AUDIO) && tokens != Usage.UNKNOWN) {
        found = tokens;
      }
    }
    return found;
  }

  /** The usage by the field's conventions. */
  Usage usage(ToolTokens toolTokens) {
    long known = Math.max(0, toolUse);
    long whole =
        switch (toolTokens) {
          case BESIDE -> prompt;
          case IN_PROMPT -> prompt == Usage.UNKNOWN ? prompt : prompt + known;
        };
    return Usage.builder()
        .prompt(whole)
        .completion(completion(known))
        .total(total)
        .cached(cached)
        .reasoning(thoughts)
        .audioPrompt(audioPrompt)
        .audioCompletion(audioCandidates)
        .webSearches(searches)
        .build();
  }

  private long completion(long tools) {
    boolean sum = total != Usage.UNKNOWN && prompt != Usage.UNKNOWN;
    if (candidates == Usage.UNKNOWN && thoughts == Usage.UNKNOWN) {
      // A nought is left out, and the total gives it away.
      return sum && total == prompt + tools ? 0 : Usage.UNKNOWN;
    }
    if (sum
        && thoughts > 0
        && candidates != Usage.UNKNOWN
        && total == prompt + tools + candidates) {
      // Some models count their thoughts among the candidates' tokens.
      return candidates;
    }
    return Math.max(0, candidates) + Math.max(0, thoughts);
  }

  /** What is left over of the reports. */
  Rest rest() {
    return rest.build();
  }

  /** Writes {@code usageMetadata}, if there is anything to tell. */
  static void write(JsonWriter out, Usage usage, Rest rest, @Nullable String tier) {
    String word = tier == null ? null : Tiers.write(tier);
    boolean traffic = Gemini.find(rest, TRAFFIC) != null;
    boolean left = !rest.isEmpty() && rest.isOf(Gemini.PROTOCOL);
    if (usage.equals(Usage.NONE) && !left && word == null) {
      return;
    }
    out.name("usageMetadata").beginObject();
    count(out, "promptTokenCount", ownPrompt(usage, rest));
    count(out, "cachedContentTokenCount", usage.cachedTokens());
    long reasoning = usage.reasoningTokens();
    if (usage.completionTokens() != Usage.UNKNOWN) {
      count(out, "candidatesTokenCount", usage.answerTokens());
    }
    count(out, "thoughtsTokenCount", reasoning);
    long total = usage.totalTokens();
    if (total == Usage.UNKNOWN
        && usage.promptTokens() != Usage.UNKNOWN
        && usage.completionTokens() != Usage.UNKNOWN) {
      total = usage.promptTokens() + usage.completionTokens();
    }
    count(out, "totalTokenCount", total);
    audio(out, PROMPT_DETAILS, usage.audioPromptTokens(), rest);
    audio(out, CANDIDATES_DETAILS, usage.audioCompletionTokens(), rest);
    if (word != null && !traffic) {
      out.name("serviceTier").raw(JsonText.quote(word));
    }
    Gemini.rest(out, rest, Set.of());
    out.endObject();
  }

  /** The prompt without the tokens of the provider's tools, if they were counted in. */
  private static long ownPrompt(Usage usage, Rest rest) {
    Json toolUse = Gemini.find(rest, TOOL_USE);
    long prompt = usage.promptTokens();
    if (toolUse == null || usage.totalTokens() != prompt + Math.max(0, usage.completionTokens())) {
      return prompt;
    }
    return prompt - Math.min(prompt, Gemini.count(Gemini.reader(toolUse.text()), 0));
  }

  private static void audio(JsonWriter out, String name, long tokens, Rest rest) {
    if (tokens != Usage.UNKNOWN && Gemini.find(rest, name) == null) {
      out.name(name).beginArray().beginObject();
      out.name("modality").text(AUDIO).name("tokenCount").number(tokens);
      out.endObject().endArray();
    }
  }

  private static void count(JsonWriter out, String name, long count) {
    if (count != Usage.UNKNOWN) {
      out.name(name).number(count);
    }
  }
}
