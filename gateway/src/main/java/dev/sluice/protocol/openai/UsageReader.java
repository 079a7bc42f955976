package dev.sluice.protocol.openai;

import dev.sluice.chat.Usage;
import dev.sluice.json.JsonCursor;
import java.util.function.BooleanSupplier;

/**
 * Reads a {@code usage} object. What is missing, null or no whole number stays unknown; zero is
 * zero.
 */
final class UsageReader {

  private long prompt = Usage.UNKNOWN;
  private long completion = Usage.UNKNOWN;
  private long total = Usage.UNKNOWN;
  private long cached = Usage.UNKNOWN;
  private long cachedBeside = Usage.UNKNOWN;
  private long cacheWrite = Usage.UNKNOWN;
  private long cacheWriteBeside = Usage.UNKNOWN;
  private long cacheWriteHour = Usage.UNKNOWN;
  private long reasoning = Usage.UNKNOWN;
  private long audioPrompt = Usage.UNKNOWN;
  private long audioCompletion = Usage.UNKNOWN;
  private long webSearches = Usage.UNKNOWN;
  private Usage.Origin origin = Usage.Origin.REPORTED;

  private UsageReader() {}

  /**
   * Reads the object that begins at the cursor, and steps over it.
   *
   * @param depth how many arrays and objects it stands in
   */
  static Usage read(JsonCursor cursor, int depth) {
    return new UsageReader().object(cursor, depth + 1);
  }

  private Usage object(JsonCursor cursor, int depth) {
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      if (cursor.nameIs(WireNames.PROMPT_TOKENS)) {
        prompt = number(cursor, depth, prompt);
      } else if (cursor.nameIs(WireNames.COMPLETION_TOKENS)) {
        completion = number(cursor, depth, completion);
      } else if (cursor.nameIs(WireNames.TOTAL_TOKENS)) {
        total = number(cursor, depth, total);
      } else if (cursor.nameIs(WireNames.PROMPT_CACHE_HIT_TOKENS)
          || cursor.nameIs(WireNames.CACHED_TOKENS)
          || cursor.nameIs(WireNames.NUM_CACHED_TOKENS)
          || cursor.nameIs(WireNames.CACHE_READ_INPUT_TOKENS)) {
        // DeepSeek's, Moonshot's, Mistral's and Anthropic's own names for it, beside or in place of
        // the details.
        cachedBeside = number(cursor, depth, cachedBeside);
      } else if (cursor.nameIs(WireNames.CACHE_CREATION_INPUT_TOKENS)) {
        cacheWriteBeside = number(cursor, depth, cacheWriteBeside);
      } else if (cursor.nameIs(WireNames.SERVER_TOOL_USE)
          || cursor.nameIs(WireNames.SERVER_TOOL_USE_DETAILS)) {
        serverTools(cursor, depth);
      } else if (cursor.nameIs(WireNames.USAGE_ESTIMATED)) {
        origin = cursor.peek() == 't' ? Usage.Origin.ESTIMATED : origin;
        cursor.skipValue(depth);
      } else if (cursor.nameIs(WireNames.PROMPT_DETAILS)) {
        promptDetails(cursor, depth);
      } else if (cursor.nameIs(WireNames.COMPLETION_DETAILS)) {
        completionDetails(cursor, depth);
      } else {
        cursor.skipValue(depth);
      }
      more = cursor.next('}');
    }
    // What the details say goes before what stands beside them, whichever comes first.
    return new Usage(
        prompt,
        completion,
        total,
        cached == Usage.UNKNOWN ? cachedBeside : cached,
        cacheWrite == Usage.UNKNOWN ? cacheWriteBeside : cacheWrite,
        cacheWriteHour,
        reasoning,
        audioPrompt,
        audioCompletion,
        webSearches,
        origin);
  }

  private void serverTools(JsonCursor cursor, int depth) {
    members(
        cursor,
        depth,
        () -> {
          boolean searches = cursor.nameIs(WireNames.WEB_SEARCH_REQUESTS);
          webSearches = searches ? number(cursor, depth + 1, webSearches) : webSearches;
          return searches;
        });
  }

  private void promptDetails(JsonCursor cursor, int depth) {
    members(
        cursor,
        depth,
        () -> {
          if (cursor.nameIs(WireNames.CACHED_TOKENS)) {
            cached = number(cursor, depth + 1, cached);
          } else if (cursor.nameIs(WireNames.CACHE_WRITE_TOKENS)) {
            cacheWrite = number(cursor, depth + 1, cacheWrite);
          } else if (cursor.nameIs(WireNames.CACHE_WRITE_HOUR_TOKENS)) {
            cacheWriteHour = number(cursor, depth + 1, cacheWriteHour);
          } else if (cursor.nameIs(WireNames.AUDIO_TOKENS)) {
            audioPrompt = number(cursor, depth + 1, audioPrompt);
          } else {
            return false;
          }
          return true;
        });
  }

  private void completionDetails(JsonCursor cursor, int depth) {
    members(
        cursor,
        depth,
        () -> {
          if (cursor.nameIs(WireNames.REASONING_TOKENS)) {
            reasoning = number(cursor, depth + 1, reasoning);
          } else if (cursor.nameIs(WireNames.AUDIO_TOKENS)) {
            audioCompletion = number(cursor, depth + 1, audioCompletion);
          } else {
            return false;
          }
          return true;
        });
  }

  /**
   * Goes through the members of the object that stands here, if it is one.
   *
   * @param reading reads the value of the member at hand, and tells whether it has
   */
  private static void members(JsonCursor cursor, int depth, BooleanSupplier reading) {
    if (cursor.peek() != '{') {
      cursor.skipValue(depth);
      return;
    }
    boolean more = cursor.enter('}');
    while (more) {
      cursor.readName();
      if (!reading.getAsBoolean()) {
        cursor.skipValue(depth + 1);
      }
      more = cursor.next('}');
    }
  }

  /** The count that stands here; {@code otherwise} where there is none. */
  private static long number(JsonCursor cursor, int depth, long otherwise) {
    int c = cursor.peek();
    if (c >= '0' && c <= '9') {
      return cursor.readInteger(otherwise);
    }
    cursor.skipValue(depth);
    return otherwise;
  }
}
