package dev.sluice.protocol.openai;

import java.nio.charset.StandardCharsets;

/** Names on the wire, as bytes. */
final class WireNames {

  static final byte[] CHOICES = bytes("choices");
  static final byte[] CONTENT = bytes("content");
  static final byte[] DELTA = bytes("delta");
  static final byte[] ERROR = bytes("error");
  static final byte[] FINISH_REASON = bytes("finish_reason");
  static final byte[] MODEL = bytes("model");
  static final byte[] USAGE = bytes("usage");
  static final byte[] X_GROQ = bytes("x_groq");

  static final byte[] PROMPT_TOKENS = bytes("prompt_tokens");
  static final byte[] COMPLETION_TOKENS = bytes("completion_tokens");
  static final byte[] TOTAL_TOKENS = bytes("total_tokens");
  static final byte[] PROMPT_DETAILS = bytes("prompt_tokens_details");
  static final byte[] COMPLETION_DETAILS = bytes("completion_tokens_details");
  static final byte[] CACHED_TOKENS = bytes("cached_tokens");
  static final byte[] CACHE_WRITE_TOKENS = bytes("cache_write_tokens");
  static final byte[] REASONING_TOKENS = bytes("reasoning_tokens");
  static final byte[] AUDIO_TOKENS = bytes("audio_tokens");
  static final byte[] PROMPT_CACHE_HIT_TOKENS = bytes("prompt_cache_hit_tokens");
  static final byte[] NUM_CACHED_TOKENS = bytes("num_cached_tokens");
  static final byte[] CACHE_READ_INPUT_TOKENS = bytes("cache_read_input_tokens");
  static final byte[] CACHE_CREATION_INPUT_TOKENS = bytes("cache_creation_input_tokens");
  static final byte[] SERVER_TOOL_USE = bytes("server_tool_use");
  static final byte[] SERVER_TOOL_USE_DETAILS = bytes("server_tool_use_details");
  static final byte[] WEB_SEARCH_REQUESTS = bytes("web_search_requests");

  // Ours: the protocol has no words for these.
  static final byte[] CACHE_WRITE_HOUR_TOKENS = bytes("cache_write_1h_tokens");
  static final byte[] USAGE_ESTIMATED = bytes("usage_estimated");

  private WireNames() {}

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
