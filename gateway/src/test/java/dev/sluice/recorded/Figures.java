package dev.sluice.recorded;

import static dev.sluice.recorded.Said.AUDIO_COMPLETION;
import static dev.sluice.recorded.Said.AUDIO_PROMPT;
import static dev.sluice.recorded.Said.CACHED;
import static dev.sluice.recorded.Said.CACHE_WRITE;
import static dev.sluice.recorded.Said.CACHE_WRITE_HOUR;
import static dev.sluice.recorded.Said.COMPLETION;
import static dev.sluice.recorded.Said.PROMPT;
import static dev.sluice.recorded.Said.REASONING;
import static dev.sluice.recorded.Said.SEARCHES;
import static dev.sluice.recorded.Said.TOTAL;

import tools.jackson.databind.JsonNode;

/**
 * Usage by OpenAI's conventions: the prompt includes what was cached, the completion what was
 * thought, and what was not reported is not there.
 */
final class Figures {

  private Figures() {}

  static void openAi(JsonNode usage, Said to) {
    to.count(PROMPT, usage.path("prompt_tokens"));
    to.count(COMPLETION, usage.path("completion_tokens"));
    to.count(TOTAL, usage.path("total_tokens"));
    JsonNode prompt = usage.path("prompt_tokens_details");
    to.count(CACHED, prompt.path("cached_tokens"));
    to.count(CACHE_WRITE, prompt.path("cache_write_tokens"));
    to.count(CACHE_WRITE_HOUR, prompt.path("cache_write_1h_tokens"));
    to.count(AUDIO_PROMPT, prompt.path("audio_tokens"));
    JsonNode completion = usage.path("completion_tokens_details");
    to.count(REASONING, completion.path("reasoning_tokens"));
    to.count(AUDIO_COMPLETION, completion.path("audio_tokens"));
    to.count(SEARCHES, usage.path("server_tool_use").path("web_search_requests"));
  }

  /** Anthropic counts the cached parts of the input apart from it. */
  static void anthropic(JsonNode usage, Said to) {
    JsonNode input = usage.path("input_tokens");
    to.count(CACHED, usage.path("cache_read_input_tokens"));
    to.count(CACHE_WRITE, usage.path("cache_creation_input_tokens"));
    to.count(CACHE_WRITE_HOUR, usage.path("cache_creation").path("ephemeral_1h_input_tokens"));
    if (input.isIntegralNumber()) {
      long cached = usage.path("cache_read_input_tokens").asLong(0);
      long written = usage.path("cache_creation_input_tokens").asLong(0);
      to.usage.put(PROMPT, input.asLong() + cached + written);
    }
    to.count(COMPLETION, usage.path("output_tokens"));
    to.count(REASONING, usage.path("output_tokens_details").path("thinking_tokens"));
    to.count(SEARCHES, usage.path("server_tool_use").path("web_search_requests"));
    total(to);
  }

  /** Gemini counts thoughts beside the candidates' tokens, and its own tools' input apart. */
  static void gemini(JsonNode usage, Said to) {
    JsonNode candidates = usage.path("candidatesTokenCount");
    JsonNode thoughts = usage.path("thoughtsTokenCount");
    long tools = usage.path("toolUsePromptTokenCount").asLong(0);
    JsonNode prompt = usage.path("promptTokenCount");
    if (prompt.isIntegralNumber()) {
      to.usage.put(PROMPT, prompt.asLong() + tools);
    }
    to.count(CACHED, usage.path("cachedContentTokenCount"));
    to.count(REASONING, thoughts);
    to.count(TOTAL, usage.path("totalTokenCount"));
    if (candidates.isIntegralNumber() || thoughts.isIntegralNumber()) {
      to.usage.put(COMPLETION, candidates.asLong(0) + thoughts.asLong(0));
    } else if (prompt.isIntegralNumber() && to.figure(TOTAL) == prompt.asLong() + tools) {
      // A nought is left out.
      to.usage.put(COMPLETION, 0L);
    }
    audio(usage.path("promptTokensDetails"), AUDIO_PROMPT, to);
    audio(usage.path("candidatesTokensDetails"), AUDIO_COMPLETION, to);
  }

  private static void audio(JsonNode details, String figure, Said to) {
    for (JsonNode detail : details) {
      if (detail.path("modality").asString("").equals("AUDIO")) {
        to.count(figure, detail.path("tokenCount"));
      }
    }
  }

  /** Converse does as Anthropic does, in words of its own. */
  static void converse(JsonNode usage, Said to) {
    JsonNode read = usage.path("cacheReadInputTokens");
    JsonNode written = usage.path("cacheWriteInputTokens");
    to.count(CACHED, read);
    to.count(CACHE_WRITE, written);
    if (usage.path("inputTokens").isIntegralNumber()) {
      to.usage.put(PROMPT, usage.path("inputTokens").asLong() + read.asLong(0) + written.asLong(0));
    }
    to.count(COMPLETION, usage.path("outputTokens"));
    total(to);
  }

  /**
   * Cohere tells what it asks money for, and beside that all that was read and written. Of the
   * latter the cached tokens are a part, so that they may be more than the prompt by the former.
   */
  static void cohere(JsonNode usage, Said to) {
    JsonNode billed = usage.path("billed_units").path("input_tokens");
    to.count(PROMPT, billed);
    to.count(COMPLETION, usage.path("billed_units").path("output_tokens"));
    if (billed.equals(usage.path("tokens").path("input_tokens"))) {
      to.count(CACHED, usage.path("cached_tokens"));
    }
    total(to);
  }

  private static void total(Said to) {
    if (to.usage.containsKey(PROMPT) && to.usage.containsKey(COMPLETION)) {
      to.usage.put(TOTAL, to.figure(PROMPT) + to.figure(COMPLETION));
    }
  }
}
